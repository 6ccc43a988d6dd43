#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace cartwright {

/// Spreads documents evenly over time. Time is handed in.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// 0 = no limit.
  explicit RateLimit(std::int64_t per_second) : per_second_(per_second) {}

  /// When `documents` more may go; the next ones wait for their share of a second after that. What
  /// was not used is not saved up.
  Time Reserve(std::int64_t documents, Time now) {
    if (per_second_ == 0) {
      return now;
    }
    const Time start = std::max(now, free_at_);
    free_at_ = start + std::chrono::microseconds(1'000'000 * documents / per_second_);
    return start;
  }

 private:
  std::int64_t per_second_;
  Time free_at_{};
};

}  // namespace cartwright
