#include "analyses/tables/customer_orders.h"

namespace cartwright {
namespace {

/// The reason to leave a row out, or nothing.
const char* ReasonToDrop(const SessionTable& sessions, std::size_t row,
                         const CustomerOrders& customers, EpochMillis as_of) {
  if (sessions.start[row] >= as_of) {
    return "after_as_of";
  }
  const std::uint32_t client = sessions.client[row];
  if (client == kNoCode) {
    return "guest";
  }
  if (sessions.is_credit(row)) {
    return customers.orders.Of(client).empty() ? "credit" : nullptr;
  }
  if (!sessions.purchased(row)) {
    return "not_purchased";
  }
  return sessions.is_refunded(row) ? "refunded" : nullptr;
}

}  // namespace

std::int64_t CustomerOrders::Net(const SessionTable& sessions, std::uint32_t client) const {
  std::int64_t net = -credited[client];
  for (const std::uint32_t row : orders.Of(client)) {
    net += sessions.Net(row);
  }
  return net;
}

CustomerOrders OrdersOfCustomers(const ShopTables& tables, EpochMillis as_of) {
  const SessionTable& sessions = tables.sessions;
  CustomerOrders customers;
  customers.orders = OrdersByClient(sessions, tables.clients.size(), as_of);
  customers.credited.assign(tables.clients.size(), 0);
  customers.rows_read = static_cast<std::int64_t>(sessions.size());
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (const char* reason = ReasonToDrop(sessions, row, customers, as_of)) {
      ++customers.rows_dropped[reason];
      continue;
    }
    ++customers.rows_used;
    if (sessions.is_credit(row)) {
      ++customers.credits_used;
      customers.credited[sessions.client[row]] += sessions.AmountOrZero(row, AmountKind::kRefund);
    }
  }
  return customers;
}

}  // namespace cartwright
