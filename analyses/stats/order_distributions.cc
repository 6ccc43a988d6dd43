#include <algorithm>
#include <array>
#include <optional>

#include "analyses/statistics/quantile.h"
#include "analyses/statistics/ratio.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {
namespace {

constexpr std::array<double, 11> kQuantiles = {0.0,  0.01, 0.05, 0.1,  0.25, 0.5,
                                               0.75, 0.9,  0.95, 0.99, 1.0};

std::int64_t MajorUnit(int currency_exponent) {
  std::int64_t unit = 1;
  for (int i = 0; i < currency_exponent; ++i) {
    unit *= 10;
  }
  return unit;
}

void MarkInsufficient(Report& report, std::string_view reason) {
  if (report.status == ReportStatus::kOk) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = reason;
  }
}

// Payments of the orders before as_of that have one, ascending, in minor units; rows that are left
// out are counted in the report.
std::vector<std::int64_t> SortedPayments(const StatsInput& input, Report& report) {
  const SessionTable& table = input.tables.sessions;
  std::vector<std::int64_t> payments;
  std::int64_t not_purchased = 0;
  std::int64_t missing = 0;
  for (const std::uint32_t row : input.days.rows) {
    if (!table.purchased(row)) {
      ++not_purchased;
    } else if (table.Amount(row, AmountKind::kPayment) == kMissingAmount) {
      ++missing;
    } else {
      payments.push_back(table.Amount(row, AmountKind::kPayment));
    }
  }
  std::sort(payments.begin(), payments.end());
  DropRows(report, "not_purchased", not_purchased);
  DropRows(report, "missing_payment", missing);
  if (!table.recorded.amount(AmountKind::kPayment)) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no source gives payments";
  } else if (payments.empty()) {
    MarkInsufficient(report, "no order with a payment before as_of");
  }
  return payments;
}

// 0, 1, 2, 5, 10, 20, … major units up to the first edge above `highest`.
std::vector<std::int64_t> LadderEdges(std::int64_t unit, std::int64_t highest) {
  static constexpr std::array<std::int64_t, 3> kSteps = {1, 2, 5};
  std::vector<std::int64_t> edges = {0};
  for (std::int64_t decade = unit; edges.back() <= highest; decade *= 10) {
    for (const std::int64_t step : kSteps) {
      if (edges.back() <= highest) {
        edges.push_back(decade * step);
      }
    }
  }
  return edges;
}

// How many orders each known client has before as_of, zeros left out, ascending.
std::vector<std::int64_t> SortedOrderCounts(const StatsInput& input, Report& report) {
  const SessionTable& table = input.tables.sessions;
  std::vector<std::int64_t> orders(input.tables.clients.size(), 0);
  std::int64_t not_purchased = 0;
  std::int64_t guests = 0;
  for (const std::uint32_t row : input.days.rows) {
    if (!table.purchased(row)) {
      ++not_purchased;
    } else if (table.client[row] == kNoCode) {
      ++guests;
    } else {
      ++orders[table.client[row]];
    }
  }
  orders.erase(std::remove(orders.begin(), orders.end(), 0), orders.end());
  std::sort(orders.begin(), orders.end());
  DropRows(report, "not_purchased", not_purchased);
  DropRows(report, "guest", guests);
  if (orders.empty()) {
    MarkInsufficient(report, "no order of a known customer before as_of");
  }
  return orders;
}

}  // namespace

Report PurchaseAmountDistribution(const StatsInput& input) {
  Report report = StartStatsReport(input, "purchase_amount_distribution",
                                   {{"lower", ColumnType::kMoney},
                                    {"upper", ColumnType::kMoney},
                                    {"orders", ColumnType::kInteger},
                                    {"share", ColumnType::kReal}});
  const std::vector<std::int64_t> payments = SortedPayments(input, report);
  if (payments.empty()) {
    return report;
  }
  const std::vector<std::int64_t> edges =
      LadderEdges(MajorUnit(input.tables.currency_exponent), payments.back());
  // Bin b holds edges[b - 1] <= payment < edges[b]; bin 0 holds the payments below zero.
  std::vector<std::int64_t> orders(edges.size(), 0);
  const auto bin_of = [&edges](std::int64_t payment) {
    return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), payment) -
                                    edges.begin());
  };
  for (const std::int64_t payment : payments) {
    ++orders[bin_of(payment)];
  }
  for (std::size_t bin = bin_of(payments.front()); bin <= bin_of(payments.back()); ++bin) {
    const Cell lower = bin == 0 ? Cell() : Cell(Money{edges[bin - 1]});
    report.table.Append({lower, Money{edges[bin]}, orders[bin],
                         Ratio(orders[bin], static_cast<std::int64_t>(payments.size()))});
  }
  return report;
}

Report PurchaseAmountQuantiles(const StatsInput& input) {
  Report report =
      StartStatsReport(input, "purchase_amount_quantiles",
                       {{"quantile", ColumnType::kReal}, {"payment_quantile", ColumnType::kReal}});
  const std::vector<std::int64_t> payments = SortedPayments(input, report);
  const std::vector<double> ascending(payments.begin(), payments.end());
  const auto unit = static_cast<double>(MajorUnit(input.tables.currency_exponent));
  for (const double quantile : kQuantiles) {
    if (const std::optional<double> payment = SortedQuantile(ascending, quantile)) {
      report.table.Append({quantile, *payment / unit});
    }
  }
  return report;
}

Report UserCountsPerOrderSeq(const StatsInput& input) {
  Report report = StartStatsReport(input, "user_counts_per_order_seq",
                                   {{"order_number", ColumnType::kInteger},
                                    {"customers", ColumnType::kInteger},
                                    {"share", ColumnType::kReal}});
  const std::vector<std::int64_t> counts = SortedOrderCounts(input, report);
  for (std::int64_t number = 1; !counts.empty() && number <= counts.back(); ++number) {
    const std::int64_t customers =
        counts.end() - std::lower_bound(counts.begin(), counts.end(), number);
    report.table.Append(
        {number, customers, Ratio(customers, static_cast<std::int64_t>(counts.size()))});
  }
  return report;
}

Report OrderCountDistribution(const StatsInput& input) {
  Report report = StartStatsReport(input, "order_count_distribution",
                                   {{"order_count", ColumnType::kInteger},
                                    {"customers", ColumnType::kInteger},
                                    {"share", ColumnType::kReal}});
  const std::vector<std::int64_t> counts = SortedOrderCounts(input, report);
  for (auto begin = counts.begin(); begin != counts.end();) {
    const auto end = std::upper_bound(begin, counts.end(), *begin);
    report.table.Append(
        {*begin, end - begin, Ratio(end - begin, static_cast<std::int64_t>(counts.size()))});
    begin = end;
  }
  return report;
}

}  // namespace cartwright
