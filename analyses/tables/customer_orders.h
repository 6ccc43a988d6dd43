#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyses/tables/client_orders.h"

namespace cartwright {

/// What known customers bought before a moment. Every customer analysis counts orders and net by
/// this one definition.
///
/// An order counts unless the shop kept nothing of what was paid for it; one that cost nothing (a
/// sample) counts with a net of zero. A credit note counts for a customer with an order: it lowers
/// what the customer is worth, not one order.
struct CustomerOrders {
  ClientOrders orders;                 ///< The orders that count, by client.
  std::vector<std::int64_t> credited;  ///< By client: what credit notes gave back, minor units.

  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;     ///< Counted orders and credit notes.
  std::int64_t credits_used = 0;  ///< The credit notes among them.
  /// By the first reason that holds: after_as_of, guest, credit (of a client without an order that
  /// counts), not_purchased, refunded.
  std::map<std::string, std::int64_t> rows_dropped;

  /// Net of the client's orders less the credit notes, minor units; may be negative.
  std::int64_t Net(const SessionTable& sessions, std::uint32_t client) const;
};

/// Cost: linear in rows and clients, and sorting within each client.
CustomerOrders OrdersOfCustomers(const ShopTables& tables, EpochMillis as_of);

}  // namespace cartwright
