#include "analyses/rfm/rfm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "analyses/rfm/rfm_customers.h"
#include "analyses/statistics/ratio.h"
#include "analyses/tables/customer_purchases.h"

namespace cartwright {
namespace {

std::vector<ColumnSpec> SummaryColumns() {
  return {{"variable", ColumnType::kText},       {"score", ColumnType::kInteger},
          {"value_over", ColumnType::kReal},     {"value_up_to", ColumnType::kReal},
          {"smallest_value", ColumnType::kReal}, {"largest_value", ColumnType::kReal},
          {"customers", ColumnType::kInteger},   {"share", ColumnType::kReal}};
}

std::vector<ColumnSpec> CellColumns() {
  return {{"recency_score", ColumnType::kInteger}, {"frequency_score", ColumnType::kInteger},
          {"customers", ColumnType::kInteger},     {"share", ColumnType::kReal},
          {"net_revenue", ColumnType::kMoney},     {"average_monetary", ColumnType::kReal}};
}

Report StartReport(const ShopTables& tables, const CustomerPurchases& purchases,
                   const RfmOptions& options) {
  Report report;
  report.key.report_name = "rfm";
  report.rows_read = purchases.rows_read;
  report.rows_used = purchases.rows_used;
  report.rows_dropped = purchases.rows_dropped;
  report.params = RfmRuleParams(options, purchases.end_day);
  if (auto obstacle = ObstacleToScores(tables, purchases, kRfmClasses)) {
    report.status =
        obstacle->not_recorded ? ReportStatus::kNotAvailable : ReportStatus::kInsufficientData;
    report.status_reason = std::move(obstacle->reason);
  }
  return report;
}

// The bounds of a score; nothing where it is open or unknown. A value on a bound is in the score
// below it, but in the one above it in the scheme rfm_package.
struct Bounds {
  std::optional<double> over;
  std::optional<double> up_to;
};

Bounds BoundsOf(const RfmVariable& variable, int score, bool low_is_good) {
  Bounds bounds;
  if (variable.cuts.empty()) {
    return bounds;
  }
  const int ascending = low_is_good ? kRfmClasses + 1 - score : score;
  if (ascending > 1) {
    bounds.over = variable.cuts[static_cast<std::size_t>(ascending) - 2];
  }
  if (ascending < kRfmClasses) {
    bounds.up_to = variable.cuts[static_cast<std::size_t>(ascending) - 1];
  }
  return bounds;
}

void AppendSummary(const RfmVariable& variable, bool low_is_good, ReportTable& out) {
  const auto all = static_cast<double>(variable.score.size());
  for (int score = 1; score <= kRfmClasses; ++score) {
    std::int64_t customers = 0;
    std::optional<double> smallest;
    std::optional<double> largest;
    for (std::size_t i = 0; i < variable.score.size(); ++i) {
      if (variable.score[i] == score) {
        ++customers;
        smallest = std::min(smallest.value_or(variable.value[i]), variable.value[i]);
        largest = std::max(largest.value_or(variable.value[i]), variable.value[i]);
      }
    }
    const Bounds bounds = BoundsOf(variable, score, low_is_good);
    out.Append({variable.name, score, bounds.over, bounds.up_to, smallest, largest, customers,
                static_cast<double>(customers) / all});
  }
}

ReportTable CellTable(const CustomerPurchases& purchases, const RfmScores& scores, double unit) {
  std::array<std::array<std::pair<std::int64_t, std::int64_t>, kRfmClasses>, kRfmClasses> cells{};
  for (std::size_t i = 0; i < purchases.size(); ++i) {
    auto& [customers, net] = cells[static_cast<std::size_t>(scores.recency.score[i]) - 1]
                                  [static_cast<std::size_t>(scores.frequency.score[i]) - 1];
    ++customers;
    net += purchases.net[i];
  }
  ReportTable table(CellColumns());
  for (int recency = 1; recency <= kRfmClasses; ++recency) {
    for (int frequency = 1; frequency <= kRfmClasses; ++frequency) {
      const auto& [customers, net] =
          cells[static_cast<std::size_t>(recency) - 1][static_cast<std::size_t>(frequency) - 1];
      std::optional<double> average;
      if (customers > 0) {
        average = static_cast<double>(net) / (unit * static_cast<double>(customers));
      }
      table.Append({recency, frequency, customers,
                    static_cast<double>(customers) / static_cast<double>(purchases.size()),
                    Money{net}, average});
    }
  }
  return table;
}

}  // namespace

std::span<const Field<RfmOptions>> RfmOptionFields() {
  static const auto kFields = RfmRuleFields<RfmOptions>();
  return kFields;
}

std::vector<OptionFault> RfmOptionFaults(const RfmOptions& options, const ShopTablesLayout& shop) {
  return RfmRuleFaults(options, shop.currency_exponent);
}

Result<std::vector<Report>> ComputeRfm(const ShopTables& tables, const ShopCalendar& calendar,
                                       const RfmOptions& options) {
  const int exponent = tables.currency_exponent;
  CARTWRIGHT_TRY(FirstFault("rfm", RfmRuleFaults(options, exponent)));
  const CustomerPurchases purchases = PurchasesByCustomer(tables, calendar);
  const RfmInput input{.last_day = purchases.last_day,
                       .orders = purchases.orders,
                       .valued_orders = purchases.valued_orders,
                       .net = purchases.net,
                       .currency_exponent = exponent};
  const RfmScoring scoring = ReadRfmRule(options, purchases.end_day, exponent);
  CARTWRIGHT_ASSIGN(const RfmScores scores, ScoreRfm(input, scoring));

  Report summary = StartReport(tables, purchases, options);
  summary.table = ReportTable(SummaryColumns());
  summary.customers = EmptyRfmCustomerTable();
  Report cells = summary;
  cells.key.type = "cells";
  cells.table = ReportTable(CellColumns());
  cells.customers = ReportTable();
  if (summary.status == ReportStatus::kOk) {
    summary.warnings = scores.warnings;
    AppendSummary(scores.recency, /*low_is_good=*/true, summary.table);
    AppendSummary(scores.frequency, /*low_is_good=*/false, summary.table);
    AppendSummary(scores.monetary, /*low_is_good=*/false, summary.table);
    summary.customers = RfmCustomerTable(tables, purchases, scores, scoring.reference);
    cells.warnings = scores.warnings;
    cells.table = CellTable(purchases, scores, std::pow(10.0, tables.currency_exponent));
  }
  return std::vector<Report>{std::move(summary), std::move(cells)};
}

}  // namespace cartwright
