#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/statistics/largest_remainder.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/money.h"

namespace cartwright {

/// One sold basket line with its part of the order's money.
struct SoldLine {
  std::uint32_t product = 0;
  std::uint32_t category = kNoCode;
  std::int32_t units = 0;     ///< Above zero.
  bool is_priced = false;     ///< Without a price the amounts below are zero.
  std::int64_t value = 0;     ///< Units × unit price, minor units.
  std::int64_t discount = 0;  ///< Its part of the order's discount, minor units.
  std::int64_t revenue() const { return value - discount; }
};

/// The sold lines of orders, with amounts that add up.
///
/// The values of an order's lines sum to its Σ units × price, rounded once; its discount is shared
/// by value over the priced lines, so the parts sum to it. Both by the largest remainder. Lines
/// that take off value get no discount; where no line has value, each gets the same. An order whose
/// sum is too large to stay exact counts as one without prices. Keeps buffers: not thread-safe.
class SoldLines {
 public:
  explicit SoldLines(const SessionTable& sessions) : sessions_(sessions) {}

  /// Those of a row, in basket order; valid until the next call.
  std::span<const SoldLine> Of(std::uint32_t row);

 private:
  using Weight = LargestRemainder::Weight;
  /// Collects the sold lines, and of the priced ones units × price.
  LineSum Gather(std::uint32_t row);
  void SharePriced(std::uint32_t row, std::int64_t value);

  const SessionTable& sessions_;
  LargestRemainder shares_;
  std::vector<SoldLine> lines_;
  std::vector<Weight> weights_;  ///< One a priced line.
};

}  // namespace cartwright
