#include "analyses/rfm/rfm_customers.h"

#include <cmath>
#include <utility>
#include <vector>

#include "analyses/statistics/quantile.h"
#include "analyses/statistics/ratio.h"
#include "analyses/tables/customer_activity.h"

namespace cartwright {

OrderGaps GapsOfOrders(const SessionTable& sessions, std::span<const std::uint32_t> rows) {
  std::vector<double> gaps;
  std::optional<DayNumber> before;
  ForEachDay(sessions, rows, [&](std::uint32_t /*row*/, DayNumber day) {
    if (before && day > *before) {
      gaps.push_back(day - *before);
    }
    before = day;
  });
  OrderGaps found;
  if (gaps.empty()) {
    return found;
  }
  double sum = 0;  // Whole days, so it is exact.
  for (const double gap : gaps) {
    sum += gap;
  }
  const auto count = static_cast<double>(gaps.size());
  found.mean = sum / count;
  if (gaps.size() > 1) {
    double squares = 0;
    for (const double gap : gaps) {
      squares += (gap - *found.mean) * (gap - *found.mean);
    }
    found.variation = std::sqrt(squares / (count - 1)) / *found.mean;
  }
  found.median = Median(std::move(gaps));
  return found;
}

ReportTable EmptyRfmCustomerTable() {
  return ReportTable({{"client", ColumnType::kText},
                      {"recency_days", ColumnType::kInteger},
                      {"frequency", ColumnType::kInteger},
                      {"monetary", ColumnType::kMoney},
                      {"mean_monetary", ColumnType::kReal},
                      {"tenure_days", ColumnType::kInteger},
                      {"mean_gap_days", ColumnType::kReal},
                      {"median_gap_days", ColumnType::kReal},
                      {"gap_variation", ColumnType::kReal},
                      {"first_order", ColumnType::kInstant},
                      {"last_order", ColumnType::kInstant},
                      {"recency_score", ColumnType::kInteger},
                      {"frequency_score", ColumnType::kInteger},
                      {"monetary_score", ColumnType::kInteger},
                      {"rfm_score", ColumnType::kInteger}});
}

ReportTable RfmCustomerTable(const ShopTables& tables, const CustomerPurchases& purchases,
                             const RfmScores& scores, DayNumber reference) {
  const SessionTable& sessions = tables.sessions;
  const double unit = std::pow(10.0, tables.currency_exponent);
  ReportTable table = EmptyRfmCustomerTable();
  for (std::size_t i = 0; i < purchases.size(); ++i) {
    const std::span<const std::uint32_t> rows = purchases.order_rows.Of(purchases.client[i]);
    const OrderGaps gaps = GapsOfOrders(sessions, rows);
    const int recency = scores.recency.score[i];
    const int frequency = scores.frequency.score[i];
    const int monetary = scores.monetary.score[i];
    table.Append({tables.clients.Text(purchases.client[i]),
                  static_cast<std::int64_t>(scores.recency.value[i]), purchases.orders[i],
                  Money{purchases.net[i]},
                  Ratio(static_cast<double>(purchases.net[i]),
                        unit * static_cast<double>(purchases.valued_orders[i])),
                  std::int64_t{reference} - purchases.first_day[i], gaps.mean, gaps.median,
                  gaps.variation, Instant{sessions.start[rows.front()]},
                  Instant{sessions.start[rows.back()]}, recency, frequency, monetary,
                  100 * recency + 10 * frequency + monetary});
  }
  return table;
}

}  // namespace cartwright
