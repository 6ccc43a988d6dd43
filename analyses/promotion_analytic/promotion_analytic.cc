#include "analyses/promotion_analytic/promotion_analytic.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "analyses/promotion_analytic/promotion_reports.h"
#include "analyses/report/hidden_columns.h"
#include "analyses/report/option_texts.h"

namespace cartwright {
namespace {

/// What a source may give, and the columns that mean nothing without it.
struct Basis {
  std::string_view what;
  bool is_recorded;
  std::vector<std::string_view> columns;
};

void HideWhatNobodyRecorded(const Recorded& recorded, Report& report) {
  const std::array<Basis, 4> bases = {{
      {"payments",
       recorded.amount(AmountKind::kPayment),
       {"gross_revenue", "net_revenue", "average_order_value", "organic_revenue",
        "promoted_revenue", "revenue_per_active_day", "revenue_per_day", "discount_share"}},
      {"refunds", recorded.amount(AmountKind::kRefund), {"returns"}},
      {"discounts",
       recorded.amount(AmountKind::kDiscount),
       {"discount", "discount_share", "discount_per_active_day", "discount_per_day"}},
      {"basket lines", recorded.lines, {"units", "units_per_order"}},
  }};
  for (const Basis& basis : bases) {
    if (!basis.is_recorded) {
      HideColumns(report, basis.what, basis.columns);
    }
  }
}

std::vector<std::uint32_t> ByDay(const SessionTable& sessions, const OrderRows& orders,
                                 const DayRange& days) {
  return GroupRows(orders.rows, days.size(),
                   [&](std::uint32_t row) {
                     return static_cast<std::size_t>(sessions.day[row] - days.first());
                   })
      .rows;
}

std::vector<Report> MakeReports(const PromotionInput& input) {
  std::vector<Report> reports;
  reports.push_back(PromotedAgainstOrganic(input));
  reports.push_back(PromotionKpis(input));
  for (Report& report : DailyByPromotion(input)) {
    reports.push_back(std::move(report));
  }
  reports.push_back(DailyOrganicOrders(input));
  reports.push_back(HourlyOrganicOrders(input));
  reports.push_back(DailyInorganicRatio(input));
  reports.push_back(HourlyInorganicRatio(input));
  reports.push_back(AverageOrdersPerCustomer(input));
  reports.push_back(PromotionCustomers(input));
  reports.push_back(CannibalisationHint(input));
  return reports;
}

}  // namespace

std::span<const Field<PromotionAnalyticOptions>> PromotionAnalyticOptionFields() {
  using Options = PromotionAnalyticOptions;
  static const std::array<Field<Options>, 2> kFields = {{
      {.name = "daily_promotions",
       .member = &Options::daily_promotions,
       .sentence = "How many promotions, those with most orders, get daily rows.",
       .min = 1,
       .max = 1000},
      {.name = "baseline_days",
       .member = &Options::baseline_days,
       .sentence =
           "Days before the first and after the last use of a promotion that organic orders "
           "are compared with.",
       .min = 1,
       .max = 366},
  }};
  return kFields;
}

Report StartPromotionReport(const PromotionInput& input, std::string_view type,
                            std::vector<ColumnSpec> columns) {
  Report report;
  report.key.report_name = "promotion_analytic";
  report.key.type = type;
  report.table = ReportTable(std::move(columns));
  report.params = OptionTexts(input.options, PromotionAnalyticOptionFields());
  report.rows_read = static_cast<std::int64_t>(input.tables.sessions.size());
  report.rows_used = static_cast<std::int64_t>(input.orders.size());
  for (const auto& [reason, rows] : {std::pair{"after_as_of", input.counted.after_as_of},
                                     {"credit", input.counted.credits},
                                     {"not_purchased", input.counted.not_purchased}}) {
    if (rows != 0) {
      report.rows_dropped[reason] = rows;
    }
  }
  if (!input.days.empty()) {
    report.period_from = input.calendar.zone.StartOfDay(input.days.first());
    report.period_to = input.calendar.as_of;
  }
  if (!input.tables.sessions.recorded.promotions) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no source gives promotions";
  } else if (input.orders.empty()) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no order before as_of";
  }
  return report;
}

Result<std::vector<Report>> ComputePromotionAnalytic(const ShopTables& tables,
                                                     const ShopCalendar& calendar,
                                                     const PromotionAnalyticOptions& options) {
  const SessionTable& sessions = tables.sessions;
  const OrderRows counted = OrdersBefore(sessions, calendar.as_of);
  const DayRange days = DaysOfRows(sessions, calendar);
  const std::vector<std::uint32_t> orders = ByDay(sessions, counted, days);
  const Promotions promotions = GroupByPromotion(sessions, orders);
  const KindSeries kinds = SumKinds(sessions, orders, days);
  std::vector<Report> reports = MakeReports({.tables = tables,
                                             .calendar = calendar,
                                             .options = options,
                                             .counted = counted,
                                             .orders = orders,
                                             .days = days,
                                             .complete_days = CompleteDays(days, calendar),
                                             .promotions = promotions,
                                             .kinds = kinds});
  for (Report& report : reports) {
    HideWhatNobodyRecorded(sessions.recorded, report);
  }
  return reports;
}

}  // namespace cartwright
