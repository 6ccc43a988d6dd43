#include "analyses/statistics/positive_definite.h"

#include <cmath>
#include <limits>

namespace cartwright {
namespace {

/// The lower factor L of matrix = L Lᵀ, or nothing.
std::optional<std::vector<double>> Cholesky(std::span<const double> matrix, std::size_t n) {
  std::vector<double> lower(n * n, 0.0);
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      double rest = matrix[row * n + column];
      for (std::size_t k = 0; k < column; ++k) {
        rest -= lower[row * n + k] * lower[column * n + k];
      }
      if (row != column) {
        lower[row * n + column] = rest / lower[column * n + column];
        continue;
      }
      // A pivot that is all rounding error says singular, not positive.
      const double noise = std::numeric_limits<double>::epsilon() * static_cast<double>(n) *
                           std::abs(matrix[row * n + row]);
      if (!(rest > noise) || !std::isfinite(rest)) {
        return std::nullopt;
      }
      lower[row * n + row] = std::sqrt(rest);
    }
  }
  return lower;
}

}  // namespace

std::optional<std::vector<double>> InverseOfPositiveDefinite(std::span<const double> matrix,
                                                             std::size_t n) {
  const auto lower = Cholesky(matrix, n);
  if (!lower) {
    return std::nullopt;
  }
  std::vector<double> inverse(n * n, 0.0);
  for (std::size_t unit = 0; unit < n; ++unit) {
    std::vector<double> solution(n, 0.0);
    solution[unit] = 1.0;
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t k = 0; k < row; ++k) {
        solution[row] -= (*lower)[row * n + k] * solution[k];
      }
      solution[row] /= (*lower)[row * n + row];
    }
    for (std::size_t row = n; row-- > 0;) {
      for (std::size_t k = row + 1; k < n; ++k) {
        solution[row] -= (*lower)[k * n + row] * solution[k];
      }
      solution[row] /= (*lower)[row * n + row];
      inverse[row * n + unit] = solution[row];
    }
  }
  return inverse;
}

}  // namespace cartwright
