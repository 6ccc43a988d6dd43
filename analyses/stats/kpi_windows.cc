#include <array>
#include <string_view>

#include "analyses/statistics/ratio.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {
namespace {

constexpr DayNumber kWeekDays = 7;
// 52 weeks, not a calendar year: both windows then hold the same weekdays.
constexpr DayNumber kYearOfWeeks = 52 * 7;

struct Window {
  std::string_view name;
  DayNumber from;
  DayNumber to;
};

void AppendWindow(const StatsInput& input, const Window& window, ReportTable& out) {
  const ShopDays& days = input.days;
  const TimeZone& zone = input.calendar.zone;
  const int exponent = input.tables.currency_exponent;
  const WindowFigures figures = FiguresOfDays(input, window.from, window.to);
  const KpiSums& sums = figures.all;
  const EpochMillis end = zone.StartOfDay(window.to);
  out.Append({window.name,
              Instant{zone.StartOfDay(window.from)},
              Instant{end},
              window.from >= days.first_day && end <= input.calendar.as_of,
              sums.sessions,
              sums.orders,
              sums.guest_orders,
              figures.customers,
              sums.units,
              sums.lines,
              Money{sums.gross},
              Money{sums.returns},
              Money{sums.discount},
              Money{sums.net()},
              AverageAmount(sums.net(), sums.orders, exponent),
              Ratio(sums.orders, sums.sessions),
              Ratio(sums.units, sums.orders),
              AverageAmount(sums.net(), sums.units, exponent),
              Ratio(figures.repeat, figures.customers),
              Ratio(sums.orders - sums.guest_orders, figures.customers),
              Ratio(sums.promoted_orders, sums.orders),
              figures.one_time,
              figures.from_new.orders,
              Money{figures.from_new.net()},
              Money{figures.from_returning.net()},
              Money{figures.from_guests.net()}});
}

}  // namespace

WindowFigures FiguresOfDays(const StatsInput& input, DayNumber from, DayNumber to) {
  const SessionTable& table = input.tables.sessions;
  WindowFigures figures;
  figures.from_new = input.days.Sum(from, to, CustomerKind::kNew);
  figures.from_returning = input.days.Sum(from, to, CustomerKind::kReturning);
  figures.from_guests = input.days.Sum(from, to, CustomerKind::kGuest);
  figures.all = input.days.Sum(from, to);
  std::vector<std::uint32_t> orders(input.tables.clients.size(), 0);
  for (const std::uint32_t row : RowsOfDays(input.days, from, to)) {
    if (table.client[row] != kNoCode && table.purchased(row)) {
      ++orders[table.client[row]];
    }
  }
  for (const std::uint32_t count : orders) {
    figures.customers += count > 0 ? 1 : 0;
    figures.one_time += count == 1 ? 1 : 0;
    figures.repeat += count > 1 ? 1 : 0;
  }
  return figures;
}

Report KpiReport(const StatsInput& input) {
  Report report = StartStatsReport(input, "kpis",
                                   {{"window", ColumnType::kText},
                                    {"window_from", ColumnType::kInstant},
                                    {"window_to", ColumnType::kInstant},
                                    {"is_complete", ColumnType::kBoolean},
                                    {"sessions", ColumnType::kInteger},
                                    {"orders", ColumnType::kInteger},
                                    {"guest_orders", ColumnType::kInteger},
                                    {"customers", ColumnType::kInteger},
                                    {"units", ColumnType::kInteger},
                                    {"lines", ColumnType::kInteger},
                                    {"gross_revenue", ColumnType::kMoney},
                                    {"returns", ColumnType::kMoney},
                                    {"discount", ColumnType::kMoney},
                                    {"net_revenue", ColumnType::kMoney},
                                    {"average_order_value", ColumnType::kReal},
                                    {"conversion_rate", ColumnType::kReal},
                                    {"units_per_order", ColumnType::kReal},
                                    {"average_selling_price", ColumnType::kReal},
                                    {"repeat_rate", ColumnType::kReal},
                                    {"orders_per_customer", ColumnType::kReal},
                                    {"promotion_share", ColumnType::kReal},
                                    {"one_time_buyers", ColumnType::kInteger},
                                    {"new_customers", ColumnType::kInteger},
                                    {"new_revenue", ColumnType::kMoney},
                                    {"returning_revenue", ColumnType::kMoney},
                                    {"guest_revenue", ColumnType::kMoney}});
  if (input.days.days() == 0) {
    return report;
  }
  const DayNumber end = input.days.end_day();
  const std::array<Window, 4> windows = {{
      {"all", input.days.first_day, end},
      {"last_7_days", end - kWeekDays, end},
      {"previous_7_days", end - 2 * kWeekDays, end - kWeekDays},
      {"same_7_days_last_year", end - kWeekDays - kYearOfWeeks, end - kYearOfWeeks},
  }};
  for (const Window& window : windows) {
    AppendWindow(input, window, report.table);
  }
  return report;
}

}  // namespace cartwright
