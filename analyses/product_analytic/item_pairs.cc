#include "analyses/product_analytic/item_pairs.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cartwright {
namespace {

/// Distinct items of baskets in CSR form.
struct Baskets {
  std::vector<std::uint32_t> begin{0};
  std::vector<std::uint32_t> item;

  std::size_t size() const { return begin.size() - 1; }
};

Baskets GatherBaskets(const SessionTable& sessions, const Items& items,
                      std::span<const std::uint32_t> orders, const PairRule& rule,
                      ItemPairs& pairs) {
  Baskets baskets;
  std::vector<std::uint32_t> seen(items.places(), kNoCode);
  for (const std::uint32_t row : orders) {
    for (std::uint32_t line = sessions.line_begin[row]; line < sessions.line_begin[row + 1];
         ++line) {
      if (sessions.line_quantity[line] <= 0) {
        continue;
      }
      const std::size_t place = items.PlaceOf(
          {.product = sessions.LineProduct(line), .category = sessions.LineCategory(line)});
      const bool counts = place < items.names.size() && !rule.excluded[place];
      if (counts && seen[place] != row) {
        seen[place] = row;
        baskets.item.push_back(static_cast<std::uint32_t>(place));
      }
    }
    const std::size_t size = baskets.item.size() - baskets.begin.back();
    if (size > rule.max_basket_items) {
      ++pairs.giants;
      baskets.item.resize(baskets.begin.back());
    } else if (size > 0) {
      baskets.begin.push_back(static_cast<std::uint32_t>(baskets.item.size()));
    }
  }
  return baskets;
}

/// The baskets of each item that reaches the threshold, ascending, in CSR form by item.
Baskets BasketsOfItems(const Baskets& baskets, const ItemPairs& pairs) {
  Baskets lists;
  lists.begin.assign(pairs.item_baskets.size() + 1, 0);
  const auto is_frequent = [&pairs](std::size_t item) {
    return pairs.item_baskets[item] >= pairs.threshold;
  };
  for (std::size_t item = 0; item < pairs.item_baskets.size(); ++item) {
    const std::int64_t count = is_frequent(item) ? pairs.item_baskets[item] : 0;
    lists.begin[item + 1] = lists.begin[item] + static_cast<std::uint32_t>(count);
  }
  lists.item.resize(lists.begin.back());
  std::vector<std::uint32_t> next(lists.begin.begin(), lists.begin.end() - 1);
  for (std::uint32_t basket = 0; basket < baskets.size(); ++basket) {
    for (std::uint32_t at = baskets.begin[basket]; at < baskets.begin[basket + 1]; ++at) {
      const std::uint32_t item = baskets.item[at];
      if (is_frequent(item)) {
        lists.item[next[item]++] = basket;
      }
    }
  }
  return lists;
}

/// Whether a pair comes before another: the order of ItemPairs::pairs.
struct ComesFirst {
  const std::vector<std::int64_t>* item_baskets;

  bool operator()(const ItemPair& x, const ItemPair& y) const {
    if (x.baskets != y.baskets) {
      return x.baskets > y.baskets;
    }
    // Of equally many baskets the pair with the smaller product has the higher lift.
    const double of_x = Product(x);
    const double of_y = Product(y);
    if (of_x != of_y) {
      return of_x < of_y;
    }
    return x.rarer != y.rarer ? x.rarer < y.rarer : x.other < y.other;
  }
  double Product(const ItemPair& pair) const {
    return static_cast<double>((*item_baskets)[pair.rarer]) *
           static_cast<double>((*item_baskets)[pair.other]);
  }
};

/// Keeps the pairs that come first.
class TopPairs {
 public:
  TopPairs(const std::vector<std::int64_t>& item_baskets, std::size_t top)
      : item_baskets_(item_baskets), comes_first_{&item_baskets}, top_(top) {}

  void Add(std::size_t a, std::size_t b, std::int64_t baskets) {
    const std::int64_t of_a = item_baskets_[a];
    const std::int64_t of_b = item_baskets_[b];
    const bool a_is_rarer = of_a != of_b ? of_a < of_b : a < b;
    const ItemPair pair{a_is_rarer ? a : b, a_is_rarer ? b : a, baskets};
    if (heap_.size() == top_) {
      if (!comes_first_(pair, heap_.front())) {
        return;
      }
      std::pop_heap(heap_.begin(), heap_.end(), comes_first_);
      heap_.pop_back();
    }
    heap_.push_back(pair);
    std::push_heap(heap_.begin(), heap_.end(), comes_first_);
  }

  std::vector<ItemPair> Sorted() && {
    std::sort_heap(heap_.begin(), heap_.end(), comes_first_);
    return std::move(heap_);
  }

 private:
  const std::vector<std::int64_t>& item_baskets_;
  ComesFirst comes_first_;
  std::size_t top_;
  std::vector<ItemPair> heap_;  ///< The one that comes last at its top.
};

/// Items are taken in ascending order and put into their baskets, so that a basket always holds the
/// smaller items only and each pair is met once.
void PairItems(const Baskets& baskets, const Baskets& lists, TopPairs& top, ItemPairs& pairs) {
  std::vector<std::uint32_t> held(baskets.item.size());
  std::vector<std::uint32_t> held_end(baskets.begin.begin(), baskets.begin.end() - 1);
  std::vector<std::int64_t> together(pairs.item_baskets.size(), 0);
  std::vector<std::uint32_t> touched;
  for (std::size_t item = 0; item < pairs.item_baskets.size(); ++item) {
    for (std::uint32_t at = lists.begin[item]; at < lists.begin[item + 1]; ++at) {
      const std::uint32_t basket = lists.item[at];
      for (std::uint32_t i = baskets.begin[basket]; i < held_end[basket]; ++i) {
        if (together[held[i]]++ == 0) {
          touched.push_back(held[i]);
        }
      }
      held[held_end[basket]++] = static_cast<std::uint32_t>(item);
    }
    for (const std::uint32_t smaller : touched) {
      if (together[smaller] >= pairs.threshold) {
        ++pairs.found;
        top.Add(smaller, item, together[smaller]);
      }
      together[smaller] = 0;
    }
    touched.clear();
  }
}

}  // namespace

ItemPairs CountPairs(const SessionTable& sessions, const Items& items,
                     std::span<const std::uint32_t> orders, const PairRule& rule) {
  ItemPairs pairs;
  const Baskets baskets = GatherBaskets(sessions, items, orders, rule, pairs);
  pairs.baskets = static_cast<std::int64_t>(baskets.size());
  pairs.item_baskets.assign(items.places(), 0);
  for (const std::uint32_t item : baskets.item) {
    ++pairs.item_baskets[item];
  }
  // A product such as 0.07 × 100 lies a hair above the whole number that is meant.
  const double least = std::ceil(rule.min_support * static_cast<double>(pairs.baskets) - 1e-9);
  pairs.threshold = std::max({rule.min_orders, static_cast<std::int64_t>(least), std::int64_t{1}});
  TopPairs top(pairs.item_baskets, rule.top);
  PairItems(baskets, BasketsOfItems(baskets, pairs), top, pairs);
  pairs.pairs = std::move(top).Sorted();
  return pairs;
}

}  // namespace cartwright
