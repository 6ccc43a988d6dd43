#include "analyses/lifecycle/lifecycle.h"

#include <array>
#include <numeric>
#include <optional>
#include <utility>

#include "analyses/lifecycle/active_periods.h"
#include "analyses/report/option_texts.h"
#include "analyses/report/period_option.h"
#include "analyses/statistics/ratio.h"
#include "analyses/tables/customer_activity.h"

namespace cartwright {
namespace {

constexpr std::array<Field<LifecycleOptions>, 2> kFields = {{
    {.name = "event",
     .member = &LifecycleOptions::event,
     .sentence = "What makes a customer active: order, one that counts, or visit, any.",
     .choices = kActivityNames},
    {.name = "periods",
     .member = &LifecycleOptions::periods,
     .sentence = "Which of daily, weekly and monthly to cut time by."},
}};

class LifecycleReports {
 public:
  LifecycleReports(const ShopTables& tables, const ShopCalendar& calendar,
                   const LifecycleOptions& options)
      : tables_(tables),
        calendar_(calendar),
        options_(options),
        activity_(FindActivity(tables, ActivityOf(options.event), calendar.as_of)) {}

  void Add(Period period) {
    const CustomerStates states = FindStates(tables_, activity_, calendar_, period);
    AddStates(states);
    if (period != Period::kDay) {
      AddStickiness(states);
    }
    AddActivePeriods(states);
  }

  std::vector<Report> Take() { return std::move(reports_); }

 private:
  void AddStates(const CustomerStates& states) {
    Report report = Start("states", states.period);
    report.table = ReportTable({{"bucket", ColumnType::kInstant},
                                {"bucket_local", ColumnType::kText},
                                {"is_complete", ColumnType::kBoolean},
                                {"customers", ColumnType::kInteger},
                                {"new_customers", ColumnType::kInteger},
                                {"returning_customers", ColumnType::kInteger},
                                {"resurrected_customers", ColumnType::kInteger},
                                {"dormant_customers", ColumnType::kInteger},
                                {"returning_share", ColumnType::kReal},
                                {"quick_ratio", ColumnType::kReal},
                                {"customers_so_far", ColumnType::kInteger}});
    std::int64_t so_far = 0;
    std::int64_t before = 0;
    for (std::size_t i = 0; i < states.periods.size(); ++i) {
      const PeriodStates& now = states.periods[i];
      const Lead lead = LeadOf(states, i);
      so_far += now.first;
      // Whoever is not back yet may still come while the period runs.
      const auto when_over = [&lead](auto value) {
        return lead.is_complete ? std::optional(value) : std::nullopt;
      };
      const std::optional<double> returning_share = Ratio(now.returning, before);
      const std::optional<double> quick_ratio = Ratio(now.first + now.resurrected, now.dormant);
      report.table.Append({lead.start, lead.label, lead.is_complete, now.active, now.first,
                           now.returning, now.resurrected, when_over(now.dormant),
                           lead.is_complete ? returning_share : std::nullopt,
                           lead.is_complete ? quick_ratio : std::nullopt, so_far});
      before = now.active;
    }
    Finish(std::move(report));
  }

  void AddStickiness(const CustomerStates& states) {
    Report report = Start("stickiness", states.period);
    report.table = ReportTable({{"bucket", ColumnType::kInstant},
                                {"bucket_local", ColumnType::kText},
                                {"is_complete", ColumnType::kBoolean},
                                {"customers", ColumnType::kInteger},
                                {"average_daily_customers", ColumnType::kReal},
                                {"stickiness", ColumnType::kReal},
                                {"active_days_per_customer", ColumnType::kReal}});
    for (std::size_t i = 0; i < states.periods.size(); ++i) {
      const PeriodStates& now = states.periods[i];
      const Lead lead = LeadOf(states, i);
      if (!lead.is_complete) {
        report.table.Append({lead.start, lead.label, false, now.active, {}, {}, {}});
        continue;
      }
      const double days = Days(states, i);
      const auto active_days = static_cast<double>(now.active_days);
      const auto active = static_cast<double>(now.active);
      report.table.Append({lead.start, lead.label, true, now.active, active_days / days,
                           Ratio(active_days, days * active), Ratio(active_days, active)});
    }
    Finish(std::move(report));
  }

  void AddActivePeriods(const CustomerStates& states) {
    Report report = Start("active_periods", states.period);
    report.table = ReportTable({{"active_periods", ColumnType::kInteger},
                                {"customers", ColumnType::kInteger},
                                {"share", ColumnType::kReal},
                                {"customers_or_more", ColumnType::kInteger},
                                {"share_or_more", ColumnType::kReal}});
    const std::vector<std::int64_t>& customers = states.customers_by_periods;
    const std::int64_t all = std::accumulate(customers.begin(), customers.end(), std::int64_t{0});
    std::int64_t or_more = all;
    for (std::size_t i = 0; i < customers.size(); ++i) {
      report.table.Append({static_cast<std::int64_t>(i) + 1, customers[i], Ratio(customers[i], all),
                           or_more, Ratio(or_more, all)});
      or_more -= customers[i];
    }
    Finish(std::move(report));
  }

  struct Lead {
    Instant start;
    std::string label;
    bool is_complete;
  };
  Lead LeadOf(const CustomerStates& states, std::size_t i) const {
    const std::int32_t index = states.first + static_cast<std::int32_t>(i);
    return {Instant{calendar_.PeriodStart(index, states.period)},
            PeriodLabel(index, states.period, calendar_.week_start),
            calendar_.IsComplete(index, states.period)};
  }
  /// Local days of the period.
  double Days(const CustomerStates& states, std::size_t i) const {
    const std::int32_t index = states.first + static_cast<std::int32_t>(i);
    return FirstDayOfPeriod(index + 1, states.period, calendar_.week_start) -
           FirstDayOfPeriod(index, states.period, calendar_.week_start);
  }

  Report Start(std::string_view type, Period period) const {
    Report report;
    report.key.report_name = "lifecycle";
    report.key.type = type;
    report.key.time_period = TimePeriodName(period);
    report.rows_read = activity_.rows_read;
    report.rows_used = activity_.rows_used;
    report.rows_dropped = activity_.rows_dropped;
    report.params = OptionTexts(options_, LifecycleOptionFields());
    if (activity_.first) {
      report.period_from = activity_.first;
      report.period_to = calendar_.as_of;
    }
    return report;
  }

  void Finish(Report report) {
    if (ActivityOf(options_.event) == ActivityKind::kVisit && !tables_.sessions.recorded.visits) {
      report.status = ReportStatus::kNotAvailable;
      report.status_reason = "no source gives visits without an order";
      report.table = ReportTable(report.table.columns());
    } else if (report.table.rows() == 0) {
      report.status = ReportStatus::kInsufficientData;
      report.status_reason = "no known customer has been active";
    }
    reports_.push_back(std::move(report));
  }

  const ShopTables& tables_;
  const ShopCalendar& calendar_;
  const LifecycleOptions& options_;
  CustomerActivity activity_;
  std::vector<Report> reports_;
};

}  // namespace

std::span<const Field<LifecycleOptions>> LifecycleOptionFields() { return kFields; }

std::vector<OptionFault> LifecycleOptionFaults(const LifecycleOptions& options,
                                               const ShopTablesLayout& /*shop*/) {
  return PeriodFaults("periods", options.periods, {Period::kDay, Period::kWeek, Period::kMonth});
}

Result<std::vector<Report>> ComputeLifecycle(const ShopTables& tables, const ShopCalendar& calendar,
                                             const LifecycleOptions& options) {
  CARTWRIGHT_TRY(FirstFault("lifecycle", LifecycleOptionFaults(options, {})));
  LifecycleReports reports(tables, calendar, options);
  for (const Period period : ReadPeriods(options.periods)) {
    reports.Add(period);
  }
  return reports.Take();
}

}  // namespace cartwright
