#include <array>
#include <bit>

#include "analyses/statistics/ratio.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {
namespace {

/// Distinct known clients who ordered in each local hour of the day, whatever the day.
std::array<std::int64_t, kHoursOfDay> CustomersByHour(const StatsInput& input) {
  const SessionTable& table = input.tables.sessions;
  std::vector<std::uint32_t> hours(input.tables.clients.size(), 0);
  for (const std::uint32_t row : input.days.rows) {
    if (table.client[row] != kNoCode && table.purchased(row)) {
      hours[table.client[row]] |= 1U << table.hour[row];
    }
  }
  std::array<std::int64_t, kHoursOfDay> customers{};
  for (std::uint32_t left : hours) {
    for (; left != 0; left &= left - 1) {
      ++customers[static_cast<std::size_t>(std::countr_zero(left))];
    }
  }
  return customers;
}

/// How many of the complete days are of each weekday, Monday first.
std::array<std::int64_t, kWeekdays> CompleteDaysByWeekday(const ShopDays& days) {
  std::array<std::int64_t, kWeekdays> count{};
  for (std::size_t day = 0; day < days.complete_days; ++day) {
    ++count[WeekdayPlace(days.first_day + static_cast<DayNumber>(day))];
  }
  return count;
}

}  // namespace

Report HourlyOrders(const StatsInput& input) {
  Report report = StartStatsReport(input, "hourly_orders",
                                   {{"hour", ColumnType::kInteger},
                                    {"sessions", ColumnType::kInteger},
                                    {"orders", ColumnType::kInteger},
                                    {"customers", ColumnType::kInteger},
                                    {"units", ColumnType::kInteger},
                                    {"conversion_rate", ColumnType::kReal},
                                    {"orders_per_day", ColumnType::kReal}});
  const ShopDays& days = input.days;
  const std::array<std::int64_t, kHoursOfDay> customers = CustomersByHour(input);
  for (std::size_t hour = 0; days.days() > 0 && hour < kHoursOfDay; ++hour) {
    const KpiSums& sums = days.hour_sums[hour];
    std::int64_t complete = 0;
    for (const auto& weekday : days.complete_orders) {
      complete += weekday[hour];
    }
    report.table.Append({static_cast<std::int64_t>(hour), sums.sessions, sums.orders,
                         customers[hour], sums.units, Ratio(sums.orders, sums.sessions),
                         Ratio(complete, static_cast<std::int64_t>(days.complete_days))});
  }
  return report;
}

Report HourlyRevenue(const StatsInput& input) {
  Report report = StartStatsReport(input, "hourly_revenue",
                                   {{"hour", ColumnType::kInteger},
                                    {"gross_revenue", ColumnType::kMoney},
                                    {"returns", ColumnType::kMoney},
                                    {"discount", ColumnType::kMoney},
                                    {"net_revenue", ColumnType::kMoney},
                                    {"average_order_value", ColumnType::kReal}});
  for (std::size_t hour = 0; input.days.days() > 0 && hour < kHoursOfDay; ++hour) {
    const KpiSums& sums = input.days.hour_sums[hour];
    report.table.Append({static_cast<std::int64_t>(hour), Money{sums.gross}, Money{sums.returns},
                         Money{sums.discount}, Money{sums.net()},
                         AverageAmount(sums.net(), sums.orders, input.tables.currency_exponent)});
  }
  return report;
}

Report WeekdayHours(const StatsInput& input) {
  Report report = StartStatsReport(input, "weekday_hours",
                                   {{"weekday", ColumnType::kInteger},
                                    {"hour", ColumnType::kInteger},
                                    {"sessions", ColumnType::kInteger},
                                    {"orders", ColumnType::kInteger},
                                    {"units", ColumnType::kInteger},
                                    {"gross_revenue", ColumnType::kMoney},
                                    {"net_revenue", ColumnType::kMoney},
                                    {"conversion_rate", ColumnType::kReal},
                                    {"orders_per_day", ColumnType::kReal}});
  const ShopDays& days = input.days;
  const std::array<std::int64_t, kWeekdays> complete = CompleteDaysByWeekday(days);
  const std::size_t first = input.calendar.week_start == WeekStart::kSunday ? kWeekdays - 1 : 0;
  for (std::size_t i = 0; days.days() > 0 && i < kWeekdays; ++i) {
    const std::size_t weekday = (first + i) % kWeekdays;
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      const KpiSums& sums = days.weekday_hour_sums[weekday][hour];
      report.table.Append({static_cast<std::int64_t>(weekday) + 1, static_cast<std::int64_t>(hour),
                           sums.sessions, sums.orders, sums.units, Money{sums.gross},
                           Money{sums.net()}, Ratio(sums.orders, sums.sessions),
                           Ratio(days.complete_orders[weekday][hour], complete[weekday])});
    }
  }
  return report;
}

}  // namespace cartwright
