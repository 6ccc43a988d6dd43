#include "analyses/product_analytic/item_series.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace cartwright {
namespace {

/// Fills the series one group after another.
class SeriesCounter {
 public:
  SeriesCounter(const Items& items, ItemSeries& series)
      : items_(items),
        series_(series),
        column_of_(items.places(), series.places.size()),
        seen_row_(items.places(), kNoCode),
        orders_(items.places(), 0) {
    for (std::size_t column = 0; column < series.places.size(); ++column) {
      column_of_[series.places[column]] = column;
    }
  }

  void AddOrder(std::size_t group, std::uint32_t row, std::span<const SoldLine> lines) {
    bool has_others = false;
    for (const SoldLine& line : lines) {
      const std::size_t place = items_.PlaceOf(line);
      const bool is_new = std::exchange(seen_row_[place], row) != row;
      SeriesFigures& figures = At(group, column_of_[place]);
      figures.units += line.units;
      ++figures.lines;
      figures.priced_lines += line.is_priced ? 1 : 0;
      figures.revenue += line.revenue();
      if (is_new && orders_[place]++ == 0) {
        touched_.push_back(place);
      }
      const bool is_other = column_of_[place] == series_.places.size();
      figures.orders += is_new && !is_other ? 1 : 0;
      has_others = has_others || is_other;
    }
    At(group, series_.places.size()).orders += has_others ? 1 : 0;
    series_.orders_with_lines[group] += lines.empty() ? 0 : 1;
  }

  /// Ranks the items of a group and makes ready for the next.
  void EndGroup(std::size_t group) {
    descending_.clear();
    for (const std::size_t place : touched_) {
      descending_.push_back(std::exchange(orders_[place], 0));
    }
    touched_.clear();
    std::sort(descending_.begin(), descending_.end(), std::greater<>());
    for (std::size_t column = 0; column < series_.places.size(); ++column) {
      SeriesFigures& figures = At(group, column);
      if (figures.orders > 0) {
        const auto equal = std::lower_bound(descending_.begin(), descending_.end(), figures.orders,
                                            std::greater<>());
        figures.rank = 1 + (equal - descending_.begin());
      }
    }
  }

 private:
  SeriesFigures& At(std::size_t group, std::size_t column) {
    return series_.figures[group * (series_.places.size() + 1) + column];
  }

  const Items& items_;
  ItemSeries& series_;
  std::vector<std::size_t> column_of_;    ///< By place; behind the last for the others.
  std::vector<std::uint32_t> seen_row_;   ///< By place: the order it was last counted in.
  std::vector<std::int64_t> orders_;      ///< By place: in the group under way.
  std::vector<std::size_t> touched_;      ///< Places with an order in the group.
  std::vector<std::int64_t> descending_;  ///< Their orders.
};

}  // namespace

ItemSeries SumSeries(const SessionTable& sessions, const Items& items, const RowGroups& orders,
                     std::vector<std::size_t> places) {
  ItemSeries series;
  series.places = std::move(places);
  series.figures.resize(orders.size() * (series.places.size() + 1));
  series.orders_with_lines.resize(orders.size());
  SeriesCounter counter(items, series);
  SoldLines sold(sessions);
  for (std::size_t group = 0; group < orders.size(); ++group) {
    for (const std::uint32_t row : orders.Of(group)) {
      counter.AddOrder(group, row, sold.Of(row));
    }
    counter.EndGroup(group);
  }
  return series;
}

}  // namespace cartwright
