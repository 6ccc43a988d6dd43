#pragma once

#include <optional>
#include <span>
#include <vector>

namespace cartwright {

/// The quantile of type 7 (linear between order statistics, as in NumPy, R and Excel): with
/// h = (n - 1) p it lies at x[floor h] + (h - floor h)(x[floor h + 1] - x[floor h]). `ascending`
/// must be sorted and finite, 0 <= p <= 1. Nothing for an empty sample.
std::optional<double> SortedQuantile(std::span<const double> ascending, double p);

/// The same of values in any order. O(n) on average; works on a copy.
std::optional<double> Quantile(std::vector<double> values, double p);

/// Quantile 0.5.
std::optional<double> Median(std::vector<double> values);

}  // namespace cartwright
