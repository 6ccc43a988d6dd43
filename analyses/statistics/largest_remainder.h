#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cartwright {

/// Shares a whole number by weights so that the parts are whole and sum to it: each part is the
/// exact quotient rounded down, and the units that are left go to the largest remainders, the
/// earlier of equals first (Hamilton's method). Not thread-safe: it keeps its buffers.
class LargestRemainder {
 public:
  __extension__ using Weight = __int128;

  /// One part a weight, in their order; valid until the next call. Weights may be negative, parts
  /// then are; weights that sum to zero count as equal. |total| < 2^53 and the sum of |weight|
  /// below 2^73. O(n log n).
  std::span<const std::int64_t> Share(std::int64_t total, std::span<const Weight> weights);

 private:
  struct Rest {
    Weight remainder;
    std::size_t place;
  };
  std::vector<std::int64_t> parts_;
  std::vector<Rest> rests_;
};

}  // namespace cartwright
