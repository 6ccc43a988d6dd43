#include <algorithm>
#include <string>
#include <utility>

#include "analyses/product_analytic/item_series.h"
#include "analyses/product_analytic/product_reports.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

constexpr std::size_t kHours = 24;

/// The items that get rows of their own, and whether there are others.
struct Shown {
  std::vector<std::size_t> places;
  bool has_others = false;
};

/// Those with most orders, at most series_items of them; a warning names the limit.
Shown ShownItems(const ProductInput& input, const Items& items, Report& report) {
  const std::vector<ItemFigures>& figures = input.Figures(items);
  Shown shown{PlacesByOrders(figures)};
  std::vector<std::size_t>& places = shown.places;
  std::erase_if(places, [&figures](std::size_t place) { return figures[place].orders == 0; });
  const auto most = static_cast<std::size_t>(input.options.series_items);
  shown.has_others = places.size() > most;
  if (shown.has_others) {
    report.warnings.push_back(std::to_string(most) + " of " + std::to_string(places.size()) +
                              " have rows of their own; one row without a name holds the others");
    places.resize(most);
  }
  return shown;
}

std::vector<ColumnSpec> SeriesColumns(std::vector<ColumnSpec> lead, const Items& items) {
  lead.insert(lead.end(), {{std::string(items.column()), ColumnType::kText},
                           {"is_others", ColumnType::kBoolean},
                           {"orders", ColumnType::kInteger},
                           {"units", ColumnType::kInteger},
                           {"product_revenue", ColumnType::kMoney},
                           {"rank", ColumnType::kInteger},
                           {"orders_with_lines", ColumnType::kInteger},
                           {"share", ColumnType::kReal}});
  return lead;
}

/// A series on its way into a report.
struct DrawnSeries {
  const Items& items;
  ItemSeries series;
  bool has_others = false;
};

DrawnSeries Draw(const ProductInput& input, const Items& items, const RowGroups& orders,
                 Report& report) {
  Shown shown = ShownItems(input, items, report);
  return {items, SumSeries(input.tables.sessions, items, orders, std::move(shown.places)),
          shown.has_others};
}

/// The rows of one hour or day, each begun with the cells of `lead`.
void AppendGroup(const DrawnSeries& drawn, std::size_t group, const std::vector<Cell>& lead,
                 ReportTable& out) {
  const ItemSeries& series = drawn.series;
  const std::span<const SeriesFigures> figures = series.Of(group);
  const std::size_t rows = series.places.size() + (drawn.has_others ? 1 : 0);
  for (std::size_t column = 0; column < rows; ++column) {
    const SeriesFigures& now = figures[column];
    const bool is_others = column == series.places.size();
    const bool is_unpriced = now.lines > 0 && now.priced_lines == 0;
    std::vector<Cell> row = lead;
    row.insert(row.end(), {is_others ? Cell() : drawn.items.Name(series.places[column]), is_others,
                           now.orders, now.units, is_unpriced ? Cell() : Cell(Money{now.revenue}),
                           now.rank > 0 ? Cell(now.rank) : Cell(), series.orders_with_lines[group],
                           Ratio(now.orders, series.orders_with_lines[group])});
    out.Append(row);
  }
}

}  // namespace

Report HourlySales(const ProductInput& input, const Items& items) {
  const SessionTable& sessions = input.tables.sessions;
  Report report = StartItemReport(input, items, ItemType(items, "hourly_*_of_sales"),
                                  SeriesColumns({{"hour", ColumnType::kInteger}}, items));
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const RowGroups hours = GroupRows(input.orders.rows, kHours,
                                    [&sessions](std::uint32_t row) { return sessions.hour[row]; });
  const DrawnSeries drawn = Draw(input, items, hours, report);
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    AppendGroup(drawn, hour, {static_cast<std::int64_t>(hour)}, report.table);
  }
  return report;
}

Report DailySales(const ProductInput& input, const Items& items) {
  const SessionTable& sessions = input.tables.sessions;
  Report report = StartItemReport(input, items, ItemType(items, "daily_*_of_sales"),
                                  SeriesColumns({{"bucket", ColumnType::kInstant},
                                                 {"bucket_local", ColumnType::kText},
                                                 {"is_complete", ColumnType::kBoolean}},
                                                items));
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const DayNumber first = input.days.first();
  const RowGroups days =
      GroupRows(input.orders.rows, input.days.size(), [&sessions, first](std::uint32_t row) {
        return static_cast<std::size_t>(sessions.day[row] - first);
      });
  const DrawnSeries drawn = Draw(input, items, days, report);
  for (std::size_t group = 0; group < days.size(); ++group) {
    const DayNumber day = first + static_cast<DayNumber>(group);
    const std::string label = FormatDay(day);
    AppendGroup(drawn, group,
                {Instant{input.calendar.PeriodStart(day, Period::kDay)}, label,
                 input.calendar.IsComplete(day, Period::kDay)},
                report.table);
  }
  return report;
}

}  // namespace cartwright
