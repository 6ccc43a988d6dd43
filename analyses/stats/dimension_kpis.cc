#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "analyses/statistics/ratio.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {
namespace {

/// The rows before as_of by value of one dimension: place v is the value with code v, the last
/// place holds the rows without a value. Within a place by day.
struct RowsByValue {
  const DimensionColumn& dimension;
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> rows;

  std::size_t places() const { return begin.size() - 1; }
  std::span<const std::uint32_t> Of(std::size_t place) const {
    return std::span(rows).subspan(begin[place], begin[place + 1] - begin[place]);
  }
  Cell Name(std::size_t place) const {
    return place == dimension.values.size()
               ? Cell()
               : Cell(dimension.values.Text(static_cast<std::uint32_t>(place)));
  }
};

RowsByValue GroupByValue(const DimensionColumn& dimension, const ShopDays& days) {
  RowsByValue grouped{dimension, std::vector<std::uint32_t>(dimension.values.size() + 2, 0), {}};
  const auto place = [&dimension](std::uint32_t row) {
    return std::min(dimension.code[row], dimension.values.size());
  };
  for (const std::uint32_t row : days.rows) {
    ++grouped.begin[place(row) + 1];
  }
  std::partial_sum(grouped.begin.begin(), grouped.begin.end(), grouped.begin.begin());
  std::vector<std::uint32_t> next(grouped.begin.begin(), grouped.begin.end() - 1);
  grouped.rows.resize(days.rows.size());
  for (const std::uint32_t row : days.rows) {
    grouped.rows[next[place(row)]++] = row;
  }
  return grouped;
}

/// Sums groups of rows with their distinct buyers; each group is counted apart from the others.
class GroupCounter {
 public:
  struct Figures {
    KpiSums sums;
    std::int64_t customers = 0;
  };

  explicit GroupCounter(const ShopTables& tables)
      : table_(tables.sessions), last_group_(tables.clients.size(), 0) {}

  Figures Count(std::span<const std::uint32_t> rows) {
    ++group_;
    Figures figures;
    for (const std::uint32_t row : rows) {
      figures.sums.Add(table_, row);
      const std::uint32_t client = table_.client[row];
      if (client != kNoCode && table_.purchased(row) && last_group_[client] != group_) {
        last_group_[client] = group_;
        ++figures.customers;
      }
    }
    return figures;
  }

 private:
  const SessionTable& table_;
  std::vector<std::uint64_t> last_group_;  ///< In which group each client was last counted.
  std::uint64_t group_ = 0;
};

// The places with the most net revenue, ties by place, given back in the order of places.
std::vector<std::size_t> LargestPlaces(const RowsByValue& grouped, const SessionTable& table,
                                       std::size_t count) {
  std::vector<std::int64_t> net(grouped.places(), 0);
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < grouped.places(); ++place) {
    for (const std::uint32_t row : grouped.Of(place)) {
      net[place] += table.Net(row);
    }
    if (!grouped.Of(place).empty()) {
      places.push_back(place);
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [&net](std::size_t a, std::size_t b) { return net[a] > net[b]; });
  places.resize(std::min(places.size(), count));
  std::sort(places.begin(), places.end());
  return places;
}

void AppendDays(const StatsInput& input, const RowsByValue& grouped, std::size_t place,
                ReportTable& out) {
  const SessionTable& table = input.tables.sessions;
  const ShopCalendar& calendar = input.calendar;
  GroupCounter counter(input.tables);
  std::span<const std::uint32_t> left = grouped.Of(place);
  for (DayNumber day = input.days.first_day; day < input.days.end_day(); ++day) {
    std::size_t size = 0;
    while (size < left.size() && table.day[left[size]] == day) {
      ++size;
    }
    const GroupCounter::Figures figures = counter.Count(left.first(size));
    left = left.subspan(size);
    out.Append({Instant{calendar.PeriodStart(day, Period::kDay)}, FormatDay(day),
                calendar.IsComplete(day, Period::kDay), grouped.dimension.name, grouped.Name(place),
                figures.sums.sessions, figures.sums.orders, figures.customers,
                Money{figures.sums.gross}, Money{figures.sums.returns},
                Money{figures.sums.discount}, Money{figures.sums.net()}});
  }
}

}  // namespace

Report DimensionKpis(const StatsInput& input) {
  Report report = StartStatsReport(input, "dimension_kpis",
                                   {{"dimension", ColumnType::kText},
                                    {"dimension_item", ColumnType::kText},
                                    {"sessions", ColumnType::kInteger},
                                    {"orders", ColumnType::kInteger},
                                    {"customers", ColumnType::kInteger},
                                    {"units", ColumnType::kInteger},
                                    {"gross_revenue", ColumnType::kMoney},
                                    {"returns", ColumnType::kMoney},
                                    {"discount", ColumnType::kMoney},
                                    {"net_revenue", ColumnType::kMoney},
                                    {"average_order_value", ColumnType::kReal},
                                    {"conversion_rate", ColumnType::kReal},
                                    {"share", ColumnType::kReal}});
  GroupCounter counter(input.tables);
  const std::int64_t orders = input.days.Sum(input.days.first_day, input.days.end_day()).orders;
  for (const DimensionColumn& dimension : input.tables.sessions.dimensions) {
    const RowsByValue grouped = GroupByValue(dimension, input.days);
    for (std::size_t place = 0; place < grouped.places(); ++place) {
      if (grouped.Of(place).empty()) {
        continue;
      }
      const auto [sums, customers] = counter.Count(grouped.Of(place));
      report.table.Append({dimension.name, grouped.Name(place), sums.sessions, sums.orders,
                           customers, sums.units, Money{sums.gross}, Money{sums.returns},
                           Money{sums.discount}, Money{sums.net()},
                           AverageAmount(sums.net(), sums.orders, input.tables.currency_exponent),
                           Ratio(sums.orders, sums.sessions), Ratio(sums.orders, orders)});
    }
  }
  return report;
}

Report DailyDimensionValues(const StatsInput& input) {
  Report report = StartStatsReport(input, "daily_dimension_values",
                                   {{"bucket", ColumnType::kInstant},
                                    {"bucket_local", ColumnType::kText},
                                    {"is_complete", ColumnType::kBoolean},
                                    {"dimension", ColumnType::kText},
                                    {"dimension_item", ColumnType::kText},
                                    {"sessions", ColumnType::kInteger},
                                    {"orders", ColumnType::kInteger},
                                    {"customers", ColumnType::kInteger},
                                    {"gross_revenue", ColumnType::kMoney},
                                    {"returns", ColumnType::kMoney},
                                    {"discount", ColumnType::kMoney},
                                    {"net_revenue", ColumnType::kMoney}});
  const auto most = static_cast<std::size_t>(input.options.daily_dimension_values);
  for (const DimensionColumn& dimension : input.tables.sessions.dimensions) {
    const RowsByValue grouped = GroupByValue(dimension, input.days);
    const std::vector<std::size_t> all =
        LargestPlaces(grouped, input.tables.sessions, grouped.places());
    const std::vector<std::size_t> largest = LargestPlaces(grouped, input.tables.sessions, most);
    if (largest.size() < all.size()) {
      report.warnings.push_back(fmt::format("{}: daily rows for {} of {} values", dimension.name,
                                            largest.size(), all.size()));
    }
    for (const std::size_t place : largest) {
      AppendDays(input, grouped, place, report.table);
    }
  }
  return report;
}

}  // namespace cartwright
