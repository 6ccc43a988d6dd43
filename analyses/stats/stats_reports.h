#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/stats/shop_days.h"
#include "analyses/stats/stats.h"

namespace cartwright {

/// What every report of `stats` is made from.
struct StatsInput {
  const ShopTables& tables;
  const ShopCalendar& calendar;
  const ShopDays& days;
  const StatsOptions& options;
};

/// A report of this type with no rows yet. It counts every row before as_of as used; its status
/// says insufficient_data when there is none.
Report StartStatsReport(const StatsInput& input, std::string_view type,
                        std::vector<ColumnSpec> columns);

/// Moves `count` used rows of `report` to the dropped ones. Nothing happens for zero.
void DropRows(Report& report, const std::string& reason, std::int64_t count);

/// One row a window: everything, the last seven local days, the seven before, and the seven that
/// lie 52 weeks before the last.
Report KpiReport(const StatsInput& input);

/// What a range of local days comes to.
struct WindowFigures {
  KpiSums all;
  KpiSums from_new;
  KpiSums from_returning;
  KpiSums from_guests;
  std::int64_t customers = 0;  ///< Distinct known clients who bought.
  std::int64_t one_time = 0;   ///< Of them, with one order in the range.
  std::int64_t repeat = 0;     ///< Of them, with two and more.
};

/// Of the days [from, to); days outside the records hold nothing. O(rows of the range + clients).
WindowFigures FiguresOfDays(const StatsInput& input, DayNumber from, DayNumber to);

/// One row a window (the last 7, 28 and 91 local days) and KPI: its value, that of the same number
/// of days before, and that of the same weekdays 52 weeks earlier, with the changes. A window that
/// does not lie wholly within the records has no value. KPIs that are not recorded are left out.
Report KpiChanges(const StatsInput& input);

/// One row a weekday and local hour, 168 of them: weekdays as the shop's week has them, hours 0 to
/// 23.
Report WeekdayHours(const StatsInput& input);

/// One row an hour of the local day, 0 to 23.
Report HourlyOrders(const StatsInput& input);
Report HourlyRevenue(const StatsInput& input);

/// The series that one walk over the periods gives, in the order of ComputeStats.
std::vector<Report> PeriodReports(const StatsInput& input, Period period);

/// Orders by payment, in bins of a 1-2-5 ladder of major units, ascending from the lowest to the
/// highest that holds an order.
Report PurchaseAmountDistribution(const StatsInput& input);
/// Quantiles of the payment of an order, ascending.
Report PurchaseAmountQuantiles(const StatsInput& input);
/// Customers with at least k orders, k ascending from 1.
Report UserCountsPerOrderSeq(const StatsInput& input);
/// Customers with exactly k orders, k ascending, without those that nobody has.
Report OrderCountDistribution(const StatsInput& input);

/// KPIs of each dimension value, dimensions as declared, values in byte order, missing last.
Report DimensionKpis(const StatsInput& input);
/// The same by day for the values with the most net revenue; values as above, then days.
Report DailyDimensionValues(const StatsInput& input);

}  // namespace cartwright
