#include "analyses/retention/retention.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "analyses/report/option_texts.h"
#include "analyses/report/period_option.h"
#include "analyses/retention/retention_curve.h"
#include "analyses/statistics/kaplan_meier.h"
#include "analyses/statistics/ratio.h"
#include "analyses/tables/customer_activity.h"

namespace cartwright {
namespace {

constexpr std::array<Field<RetentionOptions>, 8> kFields = {{
    {.name = "event",
     .member = &RetentionOptions::event,
     .sentence = "What a customer comes back for: order, one that counts, or visit, any.",
     .choices = kActivityNames},
    {.name = "periods",
     .member = &RetentionOptions::periods,
     .sentence = "Which of daily, weekly and monthly curves to draw."},
    {.name = "max_offset",
     .member = &RetentionOptions::max_offset,
     .sentence = "The last own week and month of a curve.",
     .min = 0,
     .max = 520},
    {.name = "max_daily_offset",
     .member = &RetentionOptions::max_daily_offset,
     .sentence = "The last own day of a curve.",
     .min = 0,
     .max = 3660},
    {.name = "brackets",
     .member = &RetentionOptions::brackets,
     .sentence = "Ranges of days since the first event, ascending: one day (1) or from-to (2-7)."},
    {.name = "minimum_size",
     .member = &RetentionOptions::minimum_size,
     .sentence = "Fewer customers show no share.",
     .min = 1,
     .max = 1e9},
    {.name = "max_order",
     .member = &RetentionOptions::max_order,
     .sentence = "The last event number n whose days to event n + 1 are estimated.",
     .min = 1,
     .max = 50},
    {.name = "max_survival_days",
     .member = &RetentionOptions::max_survival_days,
     .sentence = "The last day of that estimate that is shown.",
     .min = 1,
     .max = 9999},
}};

/// "7" or "2-7"; nothing for any other text.
std::optional<DayBracket> ReadBracket(std::string_view text) {
  const auto read = [](std::string_view digits) -> std::optional<std::int32_t> {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    constexpr std::int32_t kMostDays = 36'600;
    return whole && number >= 0 && number <= kMostDays ? std::optional(number) : std::nullopt;
  };
  const std::size_t dash = text.find('-');
  const std::optional<std::int32_t> from = read(text.substr(0, dash));
  const std::optional<std::int32_t> to =
      dash == std::string_view::npos ? from : read(text.substr(dash + 1));
  if (!from || !to || *from > *to) {
    return std::nullopt;
  }
  return DayBracket{*from, *to};
}

std::vector<DayBracket> ReadBrackets(const std::vector<std::string>& texts) {
  std::vector<DayBracket> brackets;
  brackets.reserve(texts.size());
  for (const std::string& text : texts) {
    brackets.push_back(ReadBracket(text).value_or(DayBracket{}));
  }
  return brackets;
}

class RetentionReports {
 public:
  RetentionReports(const ShopTables& tables, const ShopCalendar& calendar,
                   const RetentionOptions& options)
      : tables_(tables),
        calendar_(calendar),
        options_(options),
        activity_(FindActivity(tables, ActivityOf(options.event), calendar.as_of)) {}

  void AddCurve(Period period) {
    Report report = Start("curve");
    report.key.time_period = TimePeriodName(period);
    report.table = ReportTable({{"period_offset", ColumnType::kInteger},
                                {"cohort_size", ColumnType::kInteger},
                                {"customers", ColumnType::kInteger},
                                {"share", ColumnType::kReal},
                                {"customers_on_or_after", ColumnType::kInteger},
                                {"share_on_or_after", ColumnType::kReal},
                                {"orders", ColumnType::kInteger},
                                {"net_revenue", ColumnType::kMoney},
                                {"cumulative_revenue", ColumnType::kMoney},
                                {"revenue_per_customer", ColumnType::kReal}});
    const auto offsets = static_cast<std::size_t>(
        1 + (period == Period::kDay ? options_.max_daily_offset : options_.max_offset));
    const double unit = std::pow(10.0, tables_.currency_exponent);
    std::int64_t offset = 0;
    for (const CurvePoint& point : RetentionCurve(tables_, activity_, calendar_, period, offsets)) {
      if (point.size == 0) {
        break;
      }
      report.table.Append(
          {offset++, point.size, point.customers, Share(point.customers, point), point.on_or_after,
           Share(point.on_or_after, point), point.orders, Money{point.net},
           Money{point.running_net},
           Ratio(static_cast<double>(point.running_net), unit * static_cast<double>(point.size))});
    }
    HideRevenue(report);
    Finish(std::move(report), "no customer's first own period is over");
  }

  void AddBrackets() {
    Report report = Start("bracket");
    report.table = ReportTable({{"bracket", ColumnType::kText},
                                {"days_from", ColumnType::kInteger},
                                {"days_to", ColumnType::kInteger},
                                {"cohort_size", ColumnType::kInteger},
                                {"customers", ColumnType::kInteger},
                                {"share", ColumnType::kReal},
                                {"customers_on_or_after", ColumnType::kInteger},
                                {"share_on_or_after", ColumnType::kReal}});
    const std::vector<DayBracket> brackets = ReadBrackets(options_.brackets);
    const std::vector<CurvePoint> points =
        RetentionBrackets(tables_, activity_, calendar_, brackets);
    for (std::size_t i = 0; i < points.size() && points[i].size > 0; ++i) {
      const CurvePoint& point = points[i];
      report.table.Append({options_.brackets[i], std::int64_t{brackets[i].from},
                           std::int64_t{brackets[i].to}, point.size, point.customers,
                           Share(point.customers, point), point.on_or_after,
                           Share(point.on_or_after, point)});
    }
    Finish(std::move(report), "no customer's first bracket is over");
  }

  void AddSurvival(std::int64_t n) {
    Report report = Start("survival");
    report.key.from = n;
    report.key.to = n + 1;
    report.table = ReportTable({{"days", ColumnType::kInteger},
                                {"at_risk", ColumnType::kInteger},
                                {"returned", ColumnType::kInteger},
                                {"censored", ColumnType::kInteger},
                                {"survival", ColumnType::kReal},
                                {"returned_share", ColumnType::kReal},
                                {"survival_error", ColumnType::kReal},
                                {"survival_lower", ColumnType::kReal},
                                {"survival_upper", ColumnType::kReal}});
    const DaysToNext days =
        CountDaysToNext(tables_, activity_, calendar_, static_cast<std::size_t>(n));
    for (const SurvivalPoint& point : KaplanMeier(days.returned, days.away)) {
      if (point.time > options_.max_survival_days) {
        report.warnings.push_back(fmt::format("days after {} are left out (max_survival_days)",
                                              options_.max_survival_days));
        break;
      }
      report.table.Append({point.time, point.at_risk, point.events, point.censored, point.survival,
                           1 - point.survival, point.standard_error, point.lower, point.upper});
    }
    Finish(std::move(report), fmt::format("no known customer has {} {}s", n, options_.event));
  }

  std::vector<Report> Take() { return std::move(reports_); }

 private:
  Report Start(std::string_view type) const {
    Report report;
    report.key.report_name = "retention";
    report.key.type = type;
    report.rows_read = activity_.rows_read;
    report.rows_used = activity_.rows_used;
    report.rows_dropped = activity_.rows_dropped;
    report.params = OptionTexts(options_, RetentionOptionFields());
    if (activity_.first) {
      report.period_from = activity_.first;
      report.period_to = calendar_.as_of;
    }
    return report;
  }

  std::optional<double> Share(std::int64_t part, const CurvePoint& point) const {
    return point.size < options_.minimum_size ? std::nullopt : Ratio(part, point.size);
  }

  void HideRevenue(Report& report) const {
    if (tables_.sessions.recorded.amount(AmountKind::kPayment)) {
      return;
    }
    for (const char* column : {"net_revenue", "cumulative_revenue", "revenue_per_customer"}) {
      report.table.ClearColumn(report.table.Find(column).value());
    }
    report.warnings.emplace_back("no source gives payments; revenue is not available");
  }

  void Finish(Report report, std::string reason_without_rows) {
    if (ActivityOf(options_.event) == ActivityKind::kVisit && !tables_.sessions.recorded.visits) {
      report.status = ReportStatus::kNotAvailable;
      report.status_reason = "no source gives visits without an order";
      report.table = ReportTable(report.table.columns());
    } else if (report.table.rows() == 0) {
      report.status = ReportStatus::kInsufficientData;
      report.status_reason = std::move(reason_without_rows);
    }
    reports_.push_back(std::move(report));
  }

  const ShopTables& tables_;
  const ShopCalendar& calendar_;
  const RetentionOptions& options_;
  CustomerActivity activity_;
  std::vector<Report> reports_;
};

}  // namespace

std::span<const Field<RetentionOptions>> RetentionOptionFields() { return kFields; }

std::vector<OptionFault> RetentionOptionFaults(const RetentionOptions& options,
                                               const ShopTablesLayout& /*shop*/) {
  std::vector<OptionFault> faults =
      PeriodFaults("periods", options.periods, {Period::kDay, Period::kWeek, Period::kMonth});
  std::int32_t before = -1;
  for (std::size_t i = 0; i < options.brackets.size(); ++i) {
    const std::optional<DayBracket> bracket = ReadBracket(options.brackets[i]);
    if (!bracket) {
      faults.push_back({"brackets", i,
                        fmt::format("expected days such as 1 or 2-7, at most 36600, found \"{}\"",
                                    options.brackets[i])});
      continue;
    }
    if (bracket->from <= before) {
      faults.push_back({"brackets", i,
                        fmt::format("\"{}\" begins before the bracket above it ends; brackets "
                                    "ascend and do not overlap",
                                    options.brackets[i])});
    }
    before = bracket->to;
  }
  return faults;
}

Result<std::vector<Report>> ComputeRetention(const ShopTables& tables, const ShopCalendar& calendar,
                                             const RetentionOptions& options) {
  CARTWRIGHT_TRY(FirstFault("retention", RetentionOptionFaults(options, {})));
  RetentionReports reports(tables, calendar, options);
  for (const Period period : ReadPeriods(options.periods)) {
    reports.AddCurve(period);
  }
  reports.AddBrackets();
  for (std::int64_t n = 1; n <= options.max_order; ++n) {
    reports.AddSurvival(n);
  }
  return reports.Take();
}

}  // namespace cartwright
