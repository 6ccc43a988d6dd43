#include "analyses/churn/churn.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "analyses/churn/churn_series.h"
#include "analyses/churn/inactivity.h"
#include "analyses/report/option_texts.h"
#include "analyses/statistics/kaplan_meier.h"
#include "analyses/statistics/quantile.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

constexpr std::array<Field<ChurnOptions>, 5> kFields = {{
    {.name = "gap_quantile",
     .member = &ChurnOptions::gap_quantile,
     .sentence = "The share of gaps between purchases that a pause must outlast to be churn.",
     .min = 0.5,
     .max = 0.999},
    {.name = "inactivity_days",
     .member = &ChurnOptions::inactivity_days,
     .sentence = "The threshold of the shop in days; found from its own gaps when not given.",
     .min = 1,
     .max = 3660},
    {.name = "minimum_at_risk",
     .member = &ChurnOptions::minimum_at_risk,
     .sentence = "Fewer gaps left at risk make the estimate's quantile unused.",
     .min = 1,
     .max = 1e9},
    {.name = "minimum_own_gaps",
     .member = &ChurnOptions::minimum_own_gaps,
     .sentence = "Customers with at least so many gaps have a threshold of their own.",
     .min = 2,
     .max = 1000},
    {.name = "minimum_cohort_size",
     .member = &ChurnOptions::minimum_cohort_size,
     .sentence = "Months of a first order with fewer customers show no rate.",
     .min = 1,
     .max = 1e9},
}};

constexpr std::array<double, 5> kShownQuantiles = {0.5, 0.75, 0.8, 0.9, 0.95};

/// Customers by state, with the revenue of the churned.
struct StateCounts {
  std::int64_t too_new = 0;
  std::int64_t retained = 0;
  std::int64_t churned = 0;
  std::int64_t net = 0;
  std::int64_t churned_net = 0;

  void Add(ChurnState state, std::int64_t customer_net) {
    too_new += state == ChurnState::kTooNew ? 1 : 0;
    retained += state == ChurnState::kRetained ? 1 : 0;
    churned += state == ChurnState::kChurned ? 1 : 0;
    net += customer_net;
    churned_net += state == ChurnState::kChurned ? customer_net : 0;
  }
  std::int64_t customers() const { return too_new + retained + churned; }
  std::optional<double> rate() const { return Ratio(churned, retained + churned); }
};

class ChurnReports {
 public:
  ChurnReports(const ShopTables& tables, const ShopCalendar& calendar, const ChurnOptions& options)
      : tables_(tables),
        calendar_(calendar),
        options_(options),
        purchases_(FindPurchaseDays(tables, calendar)),
        gaps_(FindGaps(purchases_)),
        threshold_(FindThreshold(gaps_, options.gap_quantile, options.inactivity_days,
                                 options.minimum_at_risk)) {}

  void AddOverall() {
    Report report = Start("overall");
    report.table = ReportTable({{"churn_rule", ColumnType::kText},
                                {"threshold_days", ColumnType::kInteger},
                                {"customers", ColumnType::kInteger},
                                {"too_new", ColumnType::kInteger},
                                {"retained", ColumnType::kInteger},
                                {"churned", ColumnType::kInteger},
                                {"churn_rate", ColumnType::kReal},
                                {"net_revenue", ColumnType::kMoney},
                                {"churned_revenue", ColumnType::kMoney},
                                {"churned_revenue_share", ColumnType::kReal}});
    report.customers = ReportTable({{"client", ColumnType::kText},
                                    {"quiet_days", ColumnType::kInteger},
                                    {"own_threshold_days", ColumnType::kInteger},
                                    {"churn_state", ColumnType::kText}});
    if (threshold_.days && purchases_.size() > 0) {
      FillOverall(*threshold_.days, report);
    }
    FinishWithThreshold(std::move(report));
  }

  void AddSeries(Period period) {
    Report report = Start(TimePeriodName(period));
    report.key.time_period = TimePeriodName(period);
    report.table = ReportTable({{"bucket", ColumnType::kInstant},
                                {"bucket_local", ColumnType::kText},
                                {"is_complete", ColumnType::kBoolean},
                                {"customers", ColumnType::kInteger},
                                {"new_customers", ColumnType::kInteger},
                                {"previous_customers", ColumnType::kInteger},
                                {"lost_customers", ColumnType::kInteger},
                                {"lost_rate", ColumnType::kReal},
                                {"previous_revenue", ColumnType::kMoney},
                                {"lost_revenue", ColumnType::kMoney},
                                {"lost_revenue_rate", ColumnType::kReal},
                                {"active_at_start", ColumnType::kInteger},
                                {"churned", ColumnType::kInteger},
                                {"churn_rate", ColumnType::kReal},
                                {"inactive_at_start", ColumnType::kInteger},
                                {"reactivated", ColumnType::kInteger},
                                {"reactivation_rate", ColumnType::kReal}});
    const ChurnSeries series = SeriesOfChurn(purchases_, calendar_, period, threshold_.days);
    SeriesRow row{series, 0, {}, 0};
    for (; row.at < series.periods.size(); ++row.at) {
      AppendPeriod(row, report.table);
      row.before = series.periods[row.at];
      row.known += row.before.first;
    }
    if (!threshold_.days) {
      for (const char* column : {"active_at_start", "churned", "churn_rate", "inactive_at_start",
                                 "reactivated", "reactivation_rate"}) {
        report.table.ClearColumn(report.table.Find(column).value());
      }
      report.warnings.emplace_back(kNoThreshold);
    }
    if (series.passed_within > 0) {
      report.warnings.push_back(
          fmt::format("{} times a customer ordered and passed the threshold of {} days within one "
                      "period; those are not among the churned",
                      series.passed_within, threshold_.days.value_or(0)));
    }
    Finish(std::move(report));
  }

  void AddByFirstOrder() {
    Report report = Start("by_first_order");
    report.key.time_period = TimePeriodName(Period::kMonth);
    report.table = ReportTable({{"cohort", ColumnType::kInstant},
                                {"cohort_local", ColumnType::kText},
                                {"cohort_size", ColumnType::kInteger},
                                {"too_new", ColumnType::kInteger},
                                {"retained", ColumnType::kInteger},
                                {"churned", ColumnType::kInteger},
                                {"churn_rate", ColumnType::kReal}});
    if (threshold_.days && purchases_.size() > 0) {
      FillCohorts(*threshold_.days, report.table);
    }
    FinishWithThreshold(std::move(report));
  }

  void AddThresholds() {
    Report report = Start("thresholds");
    report.table = ReportTable({{"gap_quantile", ColumnType::kReal},
                                {"threshold_days", ColumnType::kInteger},
                                {"closed_gap_days", ColumnType::kReal},
                                {"closed_gaps", ColumnType::kInteger},
                                {"open_gaps", ColumnType::kInteger},
                                {"is_used", ColumnType::kBoolean}});
    std::vector<double> quantiles(kShownQuantiles.begin(), kShownQuantiles.end());
    if (std::find(quantiles.begin(), quantiles.end(), options_.gap_quantile) == quantiles.end()) {
      quantiles.push_back(options_.gap_quantile);
      std::sort(quantiles.begin(), quantiles.end());
    }
    for (const double quantile : quantiles) {
      if (gaps_.closed.empty()) {
        break;
      }
      report.table.Append({quantile, SurvivalQuantile(gaps_.survival, quantile),
                           SortedQuantile(gaps_.closed, quantile), std::ssize(gaps_.closed),
                           gaps_.open,
                           !options_.inactivity_days && quantile == options_.gap_quantile});
    }
    if (report.table.rows() == 0) {
      report.status = ReportStatus::kInsufficientData;
      report.status_reason = "no known customer has ordered on two days";
    }
    reports_.push_back(std::move(report));
  }

  std::vector<Report> Take() { return std::move(reports_); }

 private:
  static constexpr const char* kNoThreshold =
      "no known customer has ordered on two days, so the shop's own gaps give no threshold; set "
      "inactivity_days";

  Report Start(std::string_view type) const {
    Report report;
    report.key.report_name = "churn";
    report.key.type = type;
    report.rows_read = purchases_.rows_read;
    report.rows_used = purchases_.rows_used;
    report.rows_dropped = purchases_.rows_dropped;
    report.params = OptionTexts(options_, ChurnOptionFields());
    if (threshold_.days) {
      report.params.emplace_back("threshold_days", OptionText(std::int64_t{*threshold_.days}));
      report.params.emplace_back("threshold_source", threshold_.source);
    }
    if (purchases_.first_order) {
      report.period_from = purchases_.first_order;
      report.period_to = calendar_.as_of;
    }
    return report;
  }

  void FillOverall(std::int32_t shop_days, Report& report) const {
    const std::vector<std::int32_t> own =
        OwnThresholds(purchases_, options_.gap_quantile, options_.minimum_own_gaps, shop_days);
    StateCounts by_shop;
    StateCounts by_own;
    for (std::size_t i = 0; i < purchases_.size(); ++i) {
      by_shop.Add(StateOf(purchases_, i, shop_days), purchases_.net[i]);
      const ChurnState state = StateOf(purchases_, i, own[i]);
      by_own.Add(state, purchases_.net[i]);
      report.customers.Append({tables_.clients.Text(purchases_.client[i]),
                               std::int64_t{purchases_.Quiet(i)}, std::int64_t{own[i]},
                               ChurnStateName(state)});
    }
    AppendStates("shop", std::int64_t{shop_days}, by_shop, report.table);
    AppendStates("own", {}, by_own, report.table);
  }

  static void AppendStates(std::string_view rule, Cell days, const StateCounts& counts,
                           ReportTable& out) {
    out.Append({rule, days, counts.customers(), counts.too_new, counts.retained, counts.churned,
                counts.rate(), Money{counts.net}, Money{counts.churned_net},
                Ratio(counts.churned_net, counts.net)});
  }

  /// The period at `at` of a series, with what came before it.
  struct SeriesRow {
    const ChurnSeries& series;
    std::size_t at = 0;
    ChurnPeriod before;
    std::int64_t known = 0;  ///< Customers who ordered before the period.
  };

  void AppendPeriod(const SeriesRow& row, ReportTable& out) const {
    const ChurnPeriod& now = row.series.periods[row.at];
    const std::int32_t index = row.series.first + static_cast<std::int32_t>(row.at);
    const Period period = row.series.period;
    const bool is_over = calendar_.IsComplete(index, period);
    // Whoever has not come yet may still come while the period runs.
    const auto when_over = [is_over](auto value) { return is_over ? Cell(value) : Cell(); };
    const std::string label = PeriodLabel(index, period, calendar_.week_start);
    const std::int64_t inactive = row.known - now.active_at_start;
    out.Append({Instant{calendar_.PeriodStart(index, period)}, label, is_over, now.customers,
                now.first, row.before.customers, when_over(now.lost),
                when_over(Ratio(now.lost, row.before.customers)), Money{row.before.net},
                when_over(Money{now.lost_net}), when_over(Ratio(now.lost_net, row.before.net)),
                now.active_at_start, when_over(now.churned),
                when_over(Ratio(now.churned, now.active_at_start)), inactive, now.reactivated,
                when_over(Ratio(now.reactivated, inactive))});
  }

  void FillCohorts(std::int32_t threshold, ReportTable& out) const {
    const auto month_of = [this](DayNumber day) { return calendar_.PeriodOf(day, Period::kMonth); };
    const std::int32_t first =
        month_of(*std::min_element(purchases_.day.begin(), purchases_.day.end()));
    std::vector<StateCounts> cohorts(
        static_cast<std::size_t>(month_of(purchases_.end_day) - first) + 1);
    for (std::size_t i = 0; i < purchases_.size(); ++i) {
      const std::int32_t month = month_of(purchases_.Of(i).front());
      cohorts[static_cast<std::size_t>(month - first)].Add(StateOf(purchases_, i, threshold),
                                                           purchases_.net[i]);
    }
    for (std::size_t i = 0; i < cohorts.size(); ++i) {
      const std::int32_t month = first + static_cast<std::int32_t>(i);
      const StateCounts& counts = cohorts[i];
      const bool enough = counts.customers() >= options_.minimum_cohort_size;
      out.Append({Instant{calendar_.PeriodStart(month, Period::kMonth)},
                  PeriodLabel(month, Period::kMonth, calendar_.week_start), counts.customers(),
                  counts.too_new, counts.retained, counts.churned,
                  enough ? counts.rate() : std::nullopt});
    }
  }

  void FinishWithThreshold(Report report) {
    if (!threshold_.days && purchases_.size() > 0) {
      report.status = ReportStatus::kInsufficientData;
      report.status_reason = kNoThreshold;
    }
    Finish(std::move(report));
  }

  void Finish(Report report) {
    if (purchases_.size() == 0) {
      report.status = ReportStatus::kInsufficientData;
      report.status_reason = "no known customer has ordered";
    } else if (threshold_.source == "closed_gaps") {
      report.warnings.push_back(
          fmt::format("too many customers have not come back for the estimate with open gaps to "
                      "reach {} of them; the threshold of {} days is that share of the closed gaps",
                      options_.gap_quantile, threshold_.days.value_or(0)));
    }
    if (!tables_.sessions.recorded.amount(AmountKind::kPayment)) {
      HideRevenue(report);
    }
    reports_.push_back(std::move(report));
  }

  static void HideRevenue(Report& report) {
    bool hidden = false;
    for (std::size_t column = 0; column < report.table.columns().size(); ++column) {
      const ColumnSpec& spec = report.table.columns()[column];
      if (spec.type == ColumnType::kMoney || spec.name == "lost_revenue_rate" ||
          spec.name == "churned_revenue_share") {
        report.table.ClearColumn(column);
        hidden = true;
      }
    }
    if (hidden) {
      report.warnings.emplace_back("no source gives payments; revenue is not available");
    }
  }

  const ShopTables& tables_;
  const ShopCalendar& calendar_;
  const ChurnOptions& options_;
  PurchaseDays purchases_;
  PurchaseGaps gaps_;
  InactivityThreshold threshold_;
  std::vector<Report> reports_;
};

}  // namespace

std::span<const Field<ChurnOptions>> ChurnOptionFields() { return kFields; }

Result<std::vector<Report>> ComputeChurn(const ShopTables& tables, const ShopCalendar& calendar,
                                         const ChurnOptions& options) {
  ChurnReports reports(tables, calendar, options);
  reports.AddOverall();
  reports.AddSeries(Period::kWeek);
  reports.AddSeries(Period::kMonth);
  reports.AddByFirstOrder();
  reports.AddThresholds();
  return reports.Take();
}

}  // namespace cartwright
