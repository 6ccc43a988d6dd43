#include "analyses/tables/customer_purchases.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <utility>

#include "analyses/tables/customer_orders.h"
#include "analyses/tables/day_range.h"

namespace cartwright {

CustomerPurchases PurchasesByCustomer(const ShopTables& tables, const ShopCalendar& calendar) {
  const SessionTable& sessions = tables.sessions;
  CustomerOrders customers = OrdersOfCustomers(tables, calendar.as_of);
  CustomerPurchases purchases;
  for (std::uint32_t client = 0; client < customers.orders.clients(); ++client) {
    const std::span<const std::uint32_t> rows = customers.orders.Of(client);
    if (rows.empty()) {
      continue;
    }
    DayNumber last_day = sessions.day[rows.front()];
    std::int64_t valued = 0;
    for (const std::uint32_t row : rows) {
      last_day = std::max(last_day, sessions.day[row]);
      valued += sessions.Net(row) > 0 ? 1 : 0;
    }
    purchases.client.push_back(client);
    purchases.first_day.push_back(sessions.day[rows.front()]);
    purchases.last_day.push_back(last_day);
    purchases.orders.push_back(static_cast<std::int64_t>(rows.size()));
    purchases.valued_orders.push_back(valued);
    purchases.net.push_back(customers.Net(sessions, client));
  }
  purchases.end_day = DaysOfRows(sessions, calendar).last();
  purchases.rows_read = customers.rows_read;
  purchases.rows_used = customers.rows_used;
  purchases.rows_dropped = std::move(customers.rows_dropped);
  purchases.order_rows = std::move(customers.orders);
  return purchases;
}

std::optional<ScoreObstacle> ObstacleToScores(const ShopTables& tables,
                                              const CustomerPurchases& purchases, int scores) {
  if (!tables.sessions.recorded.amount(AmountKind::kPayment)) {
    return ScoreObstacle{true, "no source gives payments, so customers have no monetary value"};
  }
  if (purchases.size() < static_cast<std::size_t>(scores)) {
    return ScoreObstacle{false,
                         fmt::format("{} customers with an order; {} scores need at least {}",
                                     purchases.size(), scores, scores)};
  }
  return std::nullopt;
}

}  // namespace cartwright
