#include "analyses/clv/purchase_history.h"

#include <algorithm>
#include <span>
#include <utility>

#include "analyses/tables/customer_orders.h"
#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

/// Adds the customer with these order rows, at least one, by time.
void AddCustomer(const SessionTable& sessions, std::uint32_t client,
                 std::span<const std::uint32_t> rows, PurchaseHistories& histories) {
  const DayNumber first_day = sessions.day[rows.front()];
  CustomerHistory history{.client = client, .first_day = first_day, .last_day = first_day};
  const std::size_t first_repeat = histories.repeats.size();
  for (const std::uint32_t row : rows) {
    // Where a clock is set back over midnight, a later order may have the earlier local day.
    const DayNumber day = std::max(history.last_day, sessions.day[row]);
    if (day != history.last_day) {
      history.last_day = day;
      histories.repeats.push_back({.day = day});
    }
    if (day != first_day) {
      histories.repeats.back().net += sessions.Net(row);
    }
  }
  for (std::size_t i = first_repeat; i < histories.repeats.size(); ++i) {
    ++history.repeats;
    history.valued_repeats += histories.repeats[i].net > 0 ? 1 : 0;
    history.repeat_net += histories.repeats[i].net;
  }
  histories.customers.push_back(history);
}

}  // namespace

PurchaseHistories CollectPurchases(const ShopTables& tables, const ShopCalendar& calendar) {
  const SessionTable& sessions = tables.sessions;
  CustomerOrders customers = OrdersOfCustomers(tables, calendar.as_of);
  PurchaseHistories histories;
  histories.end_day = DaysOfRows(sessions, calendar).last();
  histories.rows_read = customers.rows_read;
  histories.rows_used = customers.rows_used;
  histories.rows_dropped = std::move(customers.rows_dropped);
  for (std::uint32_t client = 0; client < customers.orders.clients(); ++client) {
    const std::span<const std::uint32_t> rows = customers.orders.Of(client);
    if (!rows.empty()) {
      AddCustomer(sessions, client, rows, histories);
      histories.customers.back().net = customers.Net(sessions, client);
    }
  }
  return histories;
}

}  // namespace cartwright
