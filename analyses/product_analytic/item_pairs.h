#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyses/product_analytic/item_sums.h"

namespace cartwright {

struct PairRule {
  double min_support = 0;       ///< Part of the baskets.
  std::int64_t min_orders = 1;  ///< Baskets; the larger of both holds.
  std::size_t max_basket_items = 2;
  std::size_t top = 1;              ///< How many pairs are kept.
  std::vector<bool> excluded = {};  ///< By place; these items are in no basket.
};

/// Two items, by place, and the baskets that hold both. `rarer` is in no more baskets than `other`;
/// of two in equally many it is the one first in byte order.
struct ItemPair {
  std::size_t rarer = 0;
  std::size_t other = 0;
  std::int64_t baskets = 0;
};

struct ItemPairs {
  /// Those in most baskets first, then those of rarer items (higher lift), then by place.
  std::vector<ItemPair> pairs;
  std::int64_t found = 0;      ///< Pairs that reach the threshold; `pairs` holds the top ones.
  std::int64_t threshold = 0;  ///< Least baskets of a pair.
  std::int64_t baskets = 0;    ///< Orders with an item, that are no giants; one item is enough.
  std::int64_t giants = 0;     ///< Orders with more items than the rule allows: left out whole.
  std::vector<std::int64_t> item_baskets;  ///< By place.
};

/// Counts exactly which items are sold together. An item counts once an order; lines without a
/// category are no item. Only items that reach the threshold alone are paired, item by item over
/// the lists of baskets, without hashing: O(Σ k²) over baskets of k such items, memory linear in
/// lines and items.
ItemPairs CountPairs(const SessionTable& sessions, const Items& items,
                     std::span<const std::uint32_t> orders, const PairRule& rule);

}  // namespace cartwright
