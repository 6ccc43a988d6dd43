#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace cartwright {

/// Growing pauses with jitter. The same seed gives the same pauses.
class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  Backoff(Milliseconds first, Milliseconds cap, std::uint64_t seed)
      : first_(first), cap_(cap), random_(seed) {}

  /// The pause before attempt `failures` + 1: between half and all of first × 2^(failures - 1), at
  /// most `cap`. Jitter keeps several writers from coming back in step.
  Milliseconds Next(int failures) {
    const int doublings = std::clamp(failures - 1, 0, 20);
    const Milliseconds most = std::min(cap_, first_ * (std::int64_t{1} << doublings));
    const auto half = most / 2;
    const auto spread = static_cast<std::uint64_t>((most - half).count()) + 1;
    return half + Milliseconds(static_cast<std::int64_t>(random_() % spread));
  }

 private:
  Milliseconds first_;
  Milliseconds cap_;
  std::mt19937_64 random_;
};

}  // namespace cartwright
