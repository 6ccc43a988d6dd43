#include "analyses/segmentation/segmentation.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "analyses/segmentation/segment_map.h"
#include "analyses/statistics/quantile.h"
#include "analyses/statistics/ratio.h"
#include "analyses/tables/customer_purchases.h"

namespace cartwright {
namespace {

std::vector<ColumnSpec> SegmentColumns() {
  return {{"segment", ColumnType::kText},
          {"customers", ColumnType::kInteger},
          {"share", ColumnType::kReal},
          {"orders", ColumnType::kInteger},
          {"net_revenue", ColumnType::kMoney},
          {"revenue_share", ColumnType::kReal},
          {"median_recency_days", ColumnType::kReal},
          {"median_frequency", ColumnType::kReal},
          {"median_monetary", ColumnType::kReal},
          {"average_order_value", ColumnType::kReal}};
}

std::vector<ColumnSpec> CustomerColumns() {
  return {{"client", ColumnType::kText}, {"segment", ColumnType::kText}};
}

Report StartReport(const ShopTables& tables, const CustomerPurchases& purchases) {
  Report report;
  report.key.report_name = "segmentation";
  report.table = ReportTable(SegmentColumns());
  report.customers = ReportTable(CustomerColumns());
  report.rows_read = purchases.rows_read;
  report.rows_used = purchases.rows_used;
  report.rows_dropped = purchases.rows_dropped;
  if (!tables.sessions.recorded.amount(AmountKind::kPayment)) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no source gives payments, so customers have no monetary value";
  } else if (purchases.size() < kRfmClasses) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = fmt::format("{} customers with an order; {} scores need at least {}",
                                       purchases.size(), kRfmClasses, kRfmClasses);
  }
  return report;
}

/// The customers of one segment.
struct Segment {
  std::int64_t orders = 0;
  std::int64_t net = 0;
  std::vector<double> recency_days;
  std::vector<double> frequency;
  std::vector<double> monetary;  ///< Net, major units.
};

/// A segment's share is of all.
struct Whole {
  double customers = 0;
  double net = 0;
  double unit = 1;  ///< Minor units of a major one.
};

void AppendSegment(std::string_view name, Segment segment, const Whole& whole, ReportTable& out) {
  const auto customers = static_cast<std::int64_t>(segment.recency_days.size());
  const auto net = static_cast<double>(segment.net);
  out.Append({name, customers, Ratio(static_cast<double>(customers), whole.customers),
              segment.orders, Money{segment.net}, Ratio(net, whole.net),
              Median(std::move(segment.recency_days)), Median(std::move(segment.frequency)),
              Median(std::move(segment.monetary)),
              Ratio(net, whole.unit * static_cast<double>(segment.orders))});
}

void FillTables(const ShopTables& tables, const CustomerPurchases& purchases,
                const RfmScores& scores, std::string_view map, Report& report) {
  const std::span<const std::string_view> names = SegmentNames(map);
  std::vector<Segment> segments(names.size());
  Whole whole;
  whole.unit = std::pow(10.0, tables.currency_exponent);
  for (std::size_t i = 0; i < purchases.size(); ++i) {
    const int recency = scores.recency.score[i];
    const int frequency = scores.frequency.score[i];
    const int monetary = scores.monetary.score[i];
    const std::size_t place = SegmentOf(map, recency, frequency, monetary);
    Segment& segment = segments[place];
    segment.orders += purchases.orders[i];
    segment.net += purchases.net[i];
    segment.recency_days.push_back(scores.recency.value[i]);
    segment.frequency.push_back(static_cast<double>(purchases.orders[i]));
    segment.monetary.push_back(static_cast<double>(purchases.net[i]) / whole.unit);
    whole.customers += 1;
    whole.net += static_cast<double>(purchases.net[i]);
    report.customers.Append({tables.clients.Text(purchases.client[i]), names[place]});
  }
  for (std::size_t place = 0; place < names.size(); ++place) {
    AppendSegment(names[place], std::move(segments[place]), whole, report.table);
  }
}

}  // namespace

std::span<const Field<SegmentationOptions>> SegmentationOptionFields() {
  static const auto kFields = [] {
    std::array<Field<SegmentationOptions>, 7> fields;
    const auto rule = RfmRuleFields<SegmentationOptions>();
    fields[0] = {.name = "map",
                 .member = &SegmentationOptions::map,
                 .sentence =
                     "partition puts every pair of recency and FM score into exactly one "
                     "segment; classic10 is the first-match table of the R package rfm.",
                 .choices = kSegmentMaps};
    std::copy(rule.begin(), rule.end(), fields.begin() + 1);
    return fields;
  }();
  return kFields;
}

std::vector<OptionFault> SegmentationOptionFaults(const SegmentationOptions& options,
                                                  const ShopTablesLayout& shop) {
  return RfmRuleFaults(options, shop.currency_exponent);
}

Result<std::vector<Report>> ComputeSegmentation(const ShopTables& tables,
                                                const ShopCalendar& calendar,
                                                const SegmentationOptions& options) {
  const int exponent = tables.currency_exponent;
  CARTWRIGHT_TRY(FirstFault("segmentation", RfmRuleFaults(options, exponent)));
  const CustomerPurchases purchases = PurchasesByCustomer(tables, calendar);
  const RfmInput input{.last_day = purchases.last_day,
                       .orders = purchases.orders,
                       .valued_orders = purchases.valued_orders,
                       .net = purchases.net,
                       .currency_exponent = exponent};
  CARTWRIGHT_ASSIGN(const RfmScores scores,
                    ScoreRfm(input, ReadRfmRule(options, purchases.end_day, exponent)));

  Report report = StartReport(tables, purchases);
  report.params = RfmRuleParams(options, purchases.end_day);
  report.params.insert(report.params.begin(), {"map", options.map});
  if (report.status == ReportStatus::kOk) {
    report.warnings = scores.warnings;
    FillTables(tables, purchases, scores, options.map, report);
  }
  std::vector<Report> reports;
  reports.push_back(std::move(report));
  return reports;
}

}  // namespace cartwright
