#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace cartwright {

/// The inverse of a symmetric matrix (row-major, n × n) by Cholesky's factorisation, or nothing
/// when it is not positive definite to working precision. O(n^3); meant for a handful of unknowns.
std::optional<std::vector<double>> InverseOfPositiveDefinite(std::span<const double> matrix,
                                                             std::size_t n);

}  // namespace cartwright
