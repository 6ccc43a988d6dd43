#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyses/product_analytic/item_sums.h"
#include "analyses/tables/row_groups.h"

namespace cartwright {

/// What was sold of an item in one group of orders (an hour or a day).
struct SeriesFigures {
  std::int64_t orders = 0;
  std::int64_t units = 0;
  std::int64_t lines = 0;
  std::int64_t priced_lines = 0;
  std::int64_t revenue = 0;  ///< Minor units.
  /// 1 + the items with more orders in the group, among all items; 0 without an order.
  std::int64_t rank = 0;
};

/// The figures of some items in every group, and of all others together.
struct ItemSeries {
  std::vector<std::size_t> places;  ///< The items, in the order that was asked for.
  /// Group by group: one entry an item of `places`, then one for the others together, whose orders
  /// are those with any of them and which have no rank.
  std::vector<SeriesFigures> figures;
  std::vector<std::int64_t> orders_with_lines;  ///< By group.

  std::span<const SeriesFigures> Of(std::size_t group) const {
    return std::span(figures).subspan(group * (places.size() + 1), places.size() + 1);
  }
};

/// Linear in lines and in groups × (places + 1), and a sort of each group's items.
ItemSeries SumSeries(const SessionTable& sessions, const Items& items, const RowGroups& orders,
                     std::vector<std::size_t> places);

}  // namespace cartwright
