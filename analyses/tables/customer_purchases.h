#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyses/tables/client_orders.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// Recency, frequency and value of what known customers bought: one entry a customer with an order
/// that counts (CustomerOrders), ordered by client code.
struct CustomerPurchases {
  std::vector<std::uint32_t> client;
  std::vector<DayNumber> first_day;         ///< Local day of the first order.
  std::vector<DayNumber> last_day;          ///< Latest local day of an order.
  std::vector<std::int64_t> orders;         ///< At least one.
  std::vector<std::int64_t> valued_orders;  ///< Those with a net above zero: means are over these.
  std::vector<std::int64_t> net;            ///< CustomerOrders::Net, minor units.
  /// The day that recency is counted to: no row before as_of lies behind it.
  DayNumber end_day = 0;
  ClientOrders order_rows;  ///< The orders, by client code.

  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;
  std::map<std::string, std::int64_t> rows_dropped;  ///< As in CustomerOrders.

  std::size_t size() const { return client.size(); }
};

/// Cost: that of OrdersOfCustomers.
CustomerPurchases PurchasesByCustomer(const ShopTables& tables, const ShopCalendar& calendar);

/// What keeps customers from being scored by their purchases.
struct ScoreObstacle {
  bool not_recorded = false;  ///< The shop does not record payments; else there are too few.
  std::string reason;
};

/// Nothing where payments are recorded and there are at least as many customers as `scores`.
std::optional<ScoreObstacle> ObstacleToScores(const ShopTables& tables,
                                              const CustomerPurchases& purchases, int scores);

}  // namespace cartwright
