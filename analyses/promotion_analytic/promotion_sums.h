#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analyses/tables/day_range.h"
#include "analyses/tables/row_groups.h"
#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Sums of orders; amounts in minor units.
struct OrderSums {
  std::int64_t orders = 0;
  std::int64_t known_orders = 0;  ///< Orders of known customers.
  std::int64_t first_orders = 0;  ///< Orders that are their customer's first ever.
  std::int64_t units = 0;         ///< Of sold lines.
  std::int64_t gross = 0;
  std::int64_t refunds = 0;
  std::int64_t discount = 0;

  void Add(const SessionTable& sessions, std::uint32_t row);
  std::int64_t net() const { return gross - refunds; }
};

/// The promotions of a shop and the orders with each.
struct Promotions {
  std::vector<std::string_view> names;  ///< In byte order; they view SessionTable::promotions.
  RowGroups orders;                     ///< By promotion; within one by local day.
  std::vector<std::size_t> by_orders;   ///< Promotions with an order: most orders first, then name.
};

/// `orders` must come by local day. Linear in orders and in ids of the sets of promotions.
Promotions GroupByPromotion(const SessionTable& sessions, std::span<const std::uint32_t> orders);

/// Sums and distinct known customers of groups of orders; each group is counted apart.
class OrderCounter {
 public:
  struct Figures {
    OrderSums sums;
    std::int64_t customers = 0;
  };

  explicit OrderCounter(const ShopTables& tables)
      : sessions_(tables.sessions), last_group_(tables.clients.size(), 0) {}
  Figures Count(std::span<const std::uint32_t> rows);

 private:
  const SessionTable& sessions_;
  std::vector<std::uint64_t> last_group_;  ///< In which group each client was last counted.
  std::uint64_t group_ = 0;
};

/// Promoted and organic orders of one day or hour.
struct OrderKinds {
  OrderSums promoted;
  OrderSums organic;

  std::int64_t orders() const { return promoted.orders + organic.orders; }
};

struct KindSeries {
  std::vector<OrderKinds> days;  ///< One a day of the range.
  std::array<OrderKinds, 24> hours{};
};

KindSeries SumKinds(const SessionTable& sessions, std::span<const std::uint32_t> orders,
                    const DayRange& days);

}  // namespace cartwright
