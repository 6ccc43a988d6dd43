#pragma once

#include <cstdint>
#include <optional>

namespace cartwright {

/// numerator / denominator, or nothing when the denominator is zero.
inline std::optional<double> Ratio(double numerator, double denominator) {
  return denominator == 0 ? std::nullopt : std::optional(numerator / denominator);
}

/// The same of counts.
inline std::optional<double> Ratio(std::int64_t numerator, std::int64_t denominator) {
  return Ratio(static_cast<double>(numerator), static_cast<double>(denominator));
}

}  // namespace cartwright
