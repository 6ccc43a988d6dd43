#include "analyses/statistics/largest_remainder.h"

#include <algorithm>
#include <numeric>

namespace cartwright {

std::span<const std::int64_t> LargestRemainder::Share(std::int64_t total,
                                                      std::span<const Weight> weights) {
  const Weight sum = std::accumulate(weights.begin(), weights.end(), Weight{0});
  const Weight sign = sum < 0 ? -1 : 1;
  const Weight divisor = sum == 0 ? static_cast<Weight>(weights.size()) : sum * sign;
  parts_.clear();
  rests_.clear();
  if (weights.empty()) {
    return parts_;
  }
  std::int64_t left = total;
  for (std::size_t place = 0; place < weights.size(); ++place) {
    const Weight numerator = sum == 0 ? Weight{total} : weights[place] * sign * total;
    Weight quotient = numerator / divisor;
    Weight remainder = numerator % divisor;
    if (remainder < 0) {  // Division rounds towards zero; the part is rounded down.
      --quotient;
      remainder += divisor;
    }
    parts_.push_back(static_cast<std::int64_t>(quotient));
    rests_.push_back({remainder, place});
    left -= parts_.back();
  }
  if (left > 0) {
    std::sort(rests_.begin(), rests_.end(), [](const Rest& a, const Rest& b) {
      return a.remainder != b.remainder ? a.remainder > b.remainder : a.place < b.place;
    });
    for (std::int64_t unit = 0; unit < left; ++unit) {
      ++parts_[rests_[static_cast<std::size_t>(unit)].place];
    }
  }
  return parts_;
}

}  // namespace cartwright
