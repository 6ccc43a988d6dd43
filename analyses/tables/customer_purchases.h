#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// What each known customer bought before a moment: one entry a customer with at least one order
/// whose net (payment less refund) is above zero, ordered by client code. Other orders do not
/// count.
struct CustomerPurchases {
  std::vector<std::uint32_t> client;
  std::vector<DayNumber> last_day;   ///< Local day of the latest counted order.
  std::vector<std::int64_t> orders;  ///< Counted orders, at least one.
  /// Net of the counted orders less the customer's credit notes, minor units; may be negative.
  std::vector<std::int64_t> net;

  /// What became of the session rows; the five add up to all rows.
  std::int64_t rows_used = 0;  ///< Counted orders, and credit notes of their customers.
  std::int64_t after_as_of = 0;
  std::int64_t guest = 0;
  std::int64_t not_purchased = 0;  ///< Visits, and credit notes of clients without a counted order.
  std::int64_t nonpositive_net = 0;  ///< Orders whose net is zero or below.

  std::size_t size() const { return client.size(); }
  /// The rows that were not used, by reason; reasons without rows are left out.
  std::map<std::string, std::int64_t> RowsDropped() const;
};

/// Cost: linear in rows and clients.
CustomerPurchases PurchasesByCustomer(const ShopTables& tables, EpochMillis as_of);

}  // namespace cartwright
