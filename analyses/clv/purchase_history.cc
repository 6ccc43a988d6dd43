#include "analyses/clv/purchase_history.h"

#include <optional>
#include <span>

#include "analyses/tables/client_orders.h"

namespace cartwright {
namespace {

bool IsRefunded(const SessionTable& sessions, std::size_t row) {
  const std::int64_t net = sessions.Net(row);
  return net < 0 || (net == 0 && sessions.AmountOrZero(row, AmountKind::kPayment) > 0);
}

const char* ReasonToDrop(const SessionTable& sessions, std::size_t row, EpochMillis as_of) {
  if (sessions.start[row] >= as_of) {
    return "after_as_of";
  }
  if (sessions.is_credit(row)) {
    return "credit";
  }
  if (!sessions.purchased(row)) {
    return "not_purchased";
  }
  if (sessions.client[row] == kNoCode) {
    return "guest";
  }
  return IsRefunded(sessions, row) ? "refunded" : nullptr;
}

void CountRows(const SessionTable& sessions, EpochMillis as_of, PurchaseHistories& histories) {
  histories.rows_read = static_cast<std::int64_t>(sessions.size());
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (const char* reason = ReasonToDrop(sessions, row, as_of)) {
      ++histories.rows_dropped[reason];
    } else {
      ++histories.rows_used;
    }
  }
}

/// Adds the customer with these order rows (by time), unless all of them were refunded.
void AddCustomer(const SessionTable& sessions, std::uint32_t client,
                 std::span<const std::uint32_t> rows, PurchaseHistories& histories) {
  std::optional<CustomerHistory> history;
  const std::size_t first_repeat = histories.repeats.size();
  for (const std::uint32_t row : rows) {
    if (IsRefunded(sessions, row)) {
      continue;
    }
    const DayNumber day = sessions.day[row];
    const std::int64_t net = sessions.Net(row);
    if (!history) {
      history = CustomerHistory{.client = client, .first_day = day, .last_day = day};
    } else if (day != history->last_day) {
      history->last_day = day;
      histories.repeats.push_back({.day = day});
    }
    history->net += net;
    if (day != history->first_day) {
      histories.repeats.back().net += net;
    }
  }
  if (!history) {
    return;
  }
  for (std::size_t i = first_repeat; i < histories.repeats.size(); ++i) {
    ++history->repeats;
    history->valued_repeats += histories.repeats[i].net > 0 ? 1 : 0;
    history->repeat_net += histories.repeats[i].net;
  }
  histories.customers.push_back(*history);
}

}  // namespace

PurchaseHistories CollectPurchases(const ShopTables& tables, const ShopCalendar& calendar) {
  const SessionTable& sessions = tables.sessions;
  PurchaseHistories histories;
  histories.end_day = calendar.zone.ToLocal(calendar.as_of - 1).day;
  CountRows(sessions, calendar.as_of, histories);
  const ClientOrders orders = OrdersByClient(sessions, tables.clients.size(), calendar.as_of);
  for (std::uint32_t client = 0; client < orders.clients(); ++client) {
    AddCustomer(sessions, client, orders.Of(client), histories);
  }
  return histories;
}

}  // namespace cartwright
