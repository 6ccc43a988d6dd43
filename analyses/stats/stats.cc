#include "analyses/stats/stats.h"

#include <array>
#include <string>
#include <utility>

#include "analyses/stats/not_recorded.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {

std::span<const Field<StatsOptions>> StatsOptionFields() {
  static const std::array<Field<StatsOptions>, 1> kFields = {{
      {.name = "daily_dimension_values",
       .member = &StatsOptions::daily_dimension_values,
       .sentence =
           "How many values of a dimension, those with the most net revenue, get daily rows.",
       .min = 1,
       .max = 1000},
  }};
  return kFields;
}

Report StartStatsReport(const StatsInput& input, std::string_view type,
                        std::vector<ColumnSpec> columns) {
  Report report;
  report.key.report_name = "stats";
  report.key.type = type;
  report.table = ReportTable(std::move(columns));
  report.params = {
      {"daily_dimension_values", std::to_string(input.options.daily_dimension_values)}};
  report.rows_read = static_cast<std::int64_t>(input.tables.sessions.size());
  report.rows_used = report.rows_read;
  DropRows(report, "after_as_of", input.days.after_as_of);
  if (input.days.days() == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no session starts before as_of";
  } else {
    report.period_from = input.calendar.zone.StartOfDay(input.days.first_day);
    report.period_to = input.calendar.as_of;
  }
  return report;
}

void DropRows(Report& report, const std::string& reason, std::int64_t count) {
  if (count != 0) {
    report.rows_dropped[reason] += count;
    report.rows_used -= count;
  }
}

Result<std::vector<Report>> ComputeStats(const ShopTables& tables, const ShopCalendar& calendar,
                                         const StatsOptions& options) {
  const ShopDays days = GroupByDay(tables, calendar);
  const StatsInput input{tables, calendar, days, options};
  std::vector<Report> reports;
  reports.push_back(KpiReport(input));
  reports.push_back(KpiChanges(input));
  reports.push_back(HourlyOrders(input));
  reports.push_back(HourlyRevenue(input));
  reports.push_back(WeekdayHours(input));
  for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
    for (Report& report : PeriodReports(input, period)) {
      reports.push_back(std::move(report));
    }
  }
  reports.push_back(PurchaseAmountDistribution(input));
  reports.push_back(PurchaseAmountQuantiles(input));
  reports.push_back(UserCountsPerOrderSeq(input));
  reports.push_back(OrderCountDistribution(input));
  if (!tables.sessions.dimensions.empty()) {
    reports.push_back(DimensionKpis(input));
    reports.push_back(DailyDimensionValues(input));
  }
  for (Report& report : reports) {
    HideWhatIsNotRecorded(tables.sessions.recorded, report);
  }
  return reports;
}

}  // namespace cartwright
