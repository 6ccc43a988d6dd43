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

struct CustomerCounts {
  std::int64_t customers = 0;
  std::int64_t one_time = 0;  ///< Customers with one order in the window.
  std::int64_t repeat = 0;    ///< Customers with two and more.
};

CustomerCounts CountCustomers(const StatsInput& input, const Window& window) {
  const SessionTable& table = input.tables.sessions;
  std::vector<std::uint32_t> orders(input.tables.clients.size(), 0);
  for (const std::uint32_t row : RowsOfDays(input.days, window.from, window.to)) {
    if (table.client[row] != kNoCode && table.purchased(row)) {
      ++orders[table.client[row]];
    }
  }
  CustomerCounts counts;
  for (const std::uint32_t count : orders) {
    counts.customers += count > 0 ? 1 : 0;
    counts.one_time += count == 1 ? 1 : 0;
    counts.repeat += count > 1 ? 1 : 0;
  }
  return counts;
}

void AppendWindow(const StatsInput& input, const Window& window, ReportTable& out) {
  const ShopDays& days = input.days;
  const TimeZone& zone = input.calendar.zone;
  const int exponent = input.tables.currency_exponent;
  const KpiSums sums = days.Sum(window.from, window.to);
  const KpiSums from_new = days.Sum(window.from, window.to, CustomerKind::kNew);
  const KpiSums from_returning = days.Sum(window.from, window.to, CustomerKind::kReturning);
  const KpiSums from_guests = days.Sum(window.from, window.to, CustomerKind::kGuest);
  const CustomerCounts customers = CountCustomers(input, window);
  const EpochMillis end = zone.StartOfDay(window.to);
  out.Append({window.name,
              Instant{zone.StartOfDay(window.from)},
              Instant{end},
              window.from >= days.first_day && end <= input.calendar.as_of,
              sums.sessions,
              sums.orders,
              sums.guest_orders,
              customers.customers,
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
              Ratio(customers.repeat, customers.customers),
              Ratio(sums.orders - sums.guest_orders, customers.customers),
              Ratio(sums.promoted_orders, sums.orders),
              customers.one_time,
              from_new.orders,
              Money{from_new.net()},
              Money{from_returning.net()},
              Money{from_guests.net()}});
}

}  // namespace

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
