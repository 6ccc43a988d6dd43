#include "analyses/tables/customer_activity.h"

#include <utility>

#include "analyses/tables/customer_orders.h"

namespace cartwright {
namespace {

const char* ReasonToDropVisit(const SessionTable& sessions, std::size_t row, EpochMillis as_of) {
  if (sessions.start[row] >= as_of) {
    return "after_as_of";
  }
  if (sessions.client[row] == kNoCode) {
    return "guest";
  }
  return sessions.is_credit(row) ? "credit" : nullptr;
}

void FillOrders(const ShopTables& tables, EpochMillis as_of, CustomerActivity& activity) {
  CustomerOrders customers = OrdersOfCustomers(tables, as_of);
  activity.by_client = std::move(customers.orders);
  activity.rows_read = customers.rows_read;
  activity.rows_used = customers.rows_used - customers.credits_used;
  activity.rows_dropped = std::move(customers.rows_dropped);
  if (customers.credits_used > 0) {
    activity.rows_dropped["credit"] += customers.credits_used;
  }
}

void FillVisits(const ShopTables& tables, EpochMillis as_of, CustomerActivity& activity) {
  const SessionTable& sessions = tables.sessions;
  activity.by_client = VisitsByClient(sessions, tables.clients.size(), as_of);
  activity.rows_read = static_cast<std::int64_t>(sessions.size());
  activity.rows_used = static_cast<std::int64_t>(activity.by_client.row.size());
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (const char* reason = ReasonToDropVisit(sessions, row, as_of)) {
      ++activity.rows_dropped[reason];
    }
  }
}

}  // namespace

ActivityKind ActivityOf(std::string_view name) {
  return name == kActivityNames[1] ? ActivityKind::kVisit : ActivityKind::kOrder;
}

CustomerActivity FindActivity(const ShopTables& tables, ActivityKind kind, EpochMillis as_of) {
  CustomerActivity activity;
  if (kind == ActivityKind::kOrder) {
    FillOrders(tables, as_of, activity);
  } else {
    FillVisits(tables, as_of, activity);
  }
  for (const std::uint32_t row : activity.by_client.row) {
    const EpochMillis start = tables.sessions.start[row];
    activity.first = std::min(activity.first.value_or(start), start);
  }
  return activity;
}

}  // namespace cartwright
