#include "analyses/tables/customer_purchases.h"

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
    purchases.last_day.push_back(last_day);
    purchases.orders.push_back(static_cast<std::int64_t>(rows.size()));
    purchases.valued_orders.push_back(valued);
    purchases.net.push_back(customers.Net(sessions, client));
  }
  purchases.end_day = DaysOfRows(sessions, calendar).last();
  purchases.rows_read = customers.rows_read;
  purchases.rows_used = customers.rows_used;
  purchases.rows_dropped = std::move(customers.rows_dropped);
  return purchases;
}

}  // namespace cartwright
