#include "analyses/segmentation/segmentation.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "analyses/report/option_texts.h"
#include "analyses/segmentation/segment_map.h"
#include "analyses/segmentation/segmented_customers.h"
#include "analyses/statistics/quantile.h"
#include "analyses/statistics/ratio.h"
#include "analyses/tables/customer_purchases.h"

namespace cartwright {
namespace {

std::vector<ColumnSpec> SegmentColumns() {
  return {{"segment", ColumnType::kText},
          {"customers", ColumnType::kInteger},
          {"share", ColumnType::kReal},
          {"customers_before", ColumnType::kInteger},
          {"customers_change", ColumnType::kInteger},
          {"orders", ColumnType::kInteger},
          {"net_revenue", ColumnType::kMoney},
          {"revenue_share", ColumnType::kReal},
          {"median_recency_days", ColumnType::kReal},
          {"median_frequency", ColumnType::kReal},
          {"median_monetary", ColumnType::kReal},
          {"average_order_value", ColumnType::kReal}};
}

std::vector<ColumnSpec> MoveColumns() {
  return {{"segment_before", ColumnType::kText},
          {"segment", ColumnType::kText},
          {"customers", ColumnType::kInteger},
          {"share", ColumnType::kReal},
          {"net_revenue", ColumnType::kMoney}};
}

std::vector<ColumnSpec> CustomerColumns() {
  return {{"client", ColumnType::kText},
          {"segment", ColumnType::kText},
          {"segment_before", ColumnType::kText}};
}

/// Where the rows of moves come from who were no customers then.
constexpr std::string_view kNotYetName = "Not yet a customer";

Report StartReport(const ShopTables& tables, const CustomerPurchases& purchases) {
  Report report;
  report.key.report_name = "segmentation";
  report.rows_read = purchases.rows_read;
  report.rows_used = purchases.rows_used;
  report.rows_dropped = purchases.rows_dropped;
  if (auto obstacle = ObstacleToScores(tables, purchases, kRfmClasses)) {
    report.status =
        obstacle->not_recorded ? ReportStatus::kNotAvailable : ReportStatus::kInsufficientData;
    report.status_reason = std::move(obstacle->reason);
  }
  return report;
}

/// Whose segments, in which map, and where the customers were before (empty: that is not known).
struct SegmentView {
  const ShopTables& tables;
  const SegmentedCustomers& now;
  std::span<const std::string_view> names;
  std::vector<std::size_t> before;
};

/// The customers of one segment.
struct Segment {
  std::int64_t orders = 0;
  std::int64_t net = 0;
  std::int64_t customers_before = 0;
  std::vector<double> recency_days;
  std::vector<double> frequency;
  std::vector<double> monetary;  ///< Net, major units.
};

/// A segment's share is of all.
struct Whole {
  double customers = 0;
  double net = 0;
  double unit = 1;  ///< Minor units of a major one.
  bool knows_before = false;
};

void AppendSegment(std::string_view name, Segment segment, const Whole& whole, ReportTable& out) {
  const auto customers = static_cast<std::int64_t>(segment.recency_days.size());
  const auto net = static_cast<double>(segment.net);
  const auto of_before = [&whole](std::int64_t value) {
    return whole.knows_before ? std::optional(value) : std::nullopt;
  };
  out.Append({name, customers, Ratio(static_cast<double>(customers), whole.customers),
              of_before(segment.customers_before), of_before(customers - segment.customers_before),
              segment.orders, Money{segment.net}, Ratio(net, whole.net),
              Median(std::move(segment.recency_days)), Median(std::move(segment.frequency)),
              Median(std::move(segment.monetary)),
              Ratio(net, whole.unit * static_cast<double>(segment.orders))});
}

void FillSegments(const SegmentView& view, Report& report) {
  const CustomerPurchases& purchases = view.now.purchases;
  std::vector<Segment> segments(view.names.size());
  Whole whole;
  whole.unit = std::pow(10.0, view.tables.currency_exponent);
  whole.knows_before = !view.before.empty();
  for (std::size_t i = 0; i < purchases.size(); ++i) {
    Segment& segment = segments[view.now.segment[i]];
    segment.orders += purchases.orders[i];
    segment.net += purchases.net[i];
    segment.recency_days.push_back(view.now.scores.recency.value[i]);
    segment.frequency.push_back(static_cast<double>(purchases.orders[i]));
    segment.monetary.push_back(static_cast<double>(purchases.net[i]) / whole.unit);
    whole.customers += 1;
    whole.net += static_cast<double>(purchases.net[i]);
    Cell before;
    if (whole.knows_before && view.before[i] != kNotYetCustomer) {
      ++segments[view.before[i]].customers_before;
      before = view.names[view.before[i]];
    }
    report.customers.Append(
        {view.tables.clients.Text(purchases.client[i]), view.names[view.now.segment[i]], before});
  }
  for (std::size_t place = 0; place < view.names.size(); ++place) {
    AppendSegment(view.names[place], std::move(segments[place]), whole, report.table);
  }
}

void FillMoves(const SegmentView& view, ReportTable& out) {
  struct Move {
    std::int64_t customers = 0;
    std::int64_t net = 0;
  };
  const std::size_t count = view.names.size();
  // A row a segment before, the last for those who were no customers, a column a segment now.
  std::vector<Move> moves((count + 1) * count);
  std::vector<std::int64_t> customers_before(count + 1, 0);
  for (std::size_t i = 0; i < view.before.size(); ++i) {
    const std::size_t from = std::min(view.before[i], count);
    Move& move = moves[from * count + view.now.segment[i]];
    ++move.customers;
    move.net += view.now.purchases.net[i];
    ++customers_before[from];
  }
  for (std::size_t from = 0; from <= count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      const Move& move = moves[from * count + to];
      if (move.customers > 0) {
        out.Append({from < count ? view.names[from] : kNotYetName, view.names[to], move.customers,
                    Ratio(move.customers, customers_before[from]), Money{move.net}});
      }
    }
  }
}

}  // namespace

std::span<const Field<SegmentationOptions>> SegmentationOptionFields() {
  static const auto kFields = [] {
    std::array<Field<SegmentationOptions>, 8> fields;
    const auto rule = RfmRuleFields<SegmentationOptions>();
    fields[0] = {.name = "map",
                 .member = &SegmentationOptions::map,
                 .sentence =
                     "partition puts every pair of recency and FM score into exactly one "
                     "segment; classic10 is the first-match table of the R package rfm.",
                 .choices = kSegmentMaps};
    fields[1] = {.name = "moves_days",
                 .member = &SegmentationOptions::moves_days,
                 .sentence = "How many days before as_of customers' moves are counted from.",
                 .min = 1,
                 .max = 3660};
    std::copy(rule.begin(), rule.end(), fields.begin() + 2);
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
  CARTWRIGHT_TRY(FirstFault("segmentation", RfmRuleFaults(options, tables.currency_exponent)));
  CARTWRIGHT_ASSIGN(const SegmentedCustomers now, SegmentCustomers(tables, calendar, options));
  CARTWRIGHT_ASSIGN(const SegmentedCustomers before,
                    SegmentCustomersBefore(tables, calendar, options, options.moves_days));

  Report segments = StartReport(tables, now.purchases);
  segments.params = RfmRuleParams(options, now.purchases.end_day);
  segments.params.insert(segments.params.begin(),
                         {{"map", options.map}, {"moves_days", OptionText(options.moves_days)}});
  Report moves = segments;
  moves.key.type = "moves";
  segments.table = ReportTable(SegmentColumns());
  segments.customers = ReportTable(CustomerColumns());
  moves.table = ReportTable(MoveColumns());
  if (segments.status == ReportStatus::kOk) {
    SegmentView view{tables, now, SegmentNames(options.map), {}};
    if (const auto obstacle = ObstacleToScores(tables, before.purchases, kRfmClasses)) {
      moves.status = ReportStatus::kInsufficientData;
      moves.status_reason =
          fmt::format("{} days before as_of: {}", options.moves_days, obstacle->reason);
    } else {
      view.before = SegmentsBefore(now, before);
      moves.warnings = before.scores.warnings;
    }
    segments.warnings = now.scores.warnings;
    for (auto& param : RfmCutsInUse(now.scores)) {
      segments.params.push_back(std::move(param));
    }
    FillSegments(view, segments);
    FillMoves(view, moves.table);
  }
  return std::vector<Report>{std::move(segments), std::move(moves)};
}

}  // namespace cartwright
