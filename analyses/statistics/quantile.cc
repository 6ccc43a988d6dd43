#include "analyses/statistics/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

struct Position {
  std::size_t below = 0;
  double fraction = 0;  ///< Of the way from `below` to the next order statistic.
};

Position Locate(std::size_t size, double p) {
  CARTWRIGHT_CHECK(p >= 0 && p <= 1, "a quantile lies in [0, 1]");
  const double h = static_cast<double>(size - 1) * p;
  const double below = std::floor(h);
  return {static_cast<std::size_t>(below), h - below};
}

}  // namespace

std::optional<double> SortedQuantile(std::span<const double> ascending, double p) {
  if (ascending.empty()) {
    return std::nullopt;
  }
  const Position position = Locate(ascending.size(), p);
  const double low = ascending[position.below];
  if (position.below + 1 == ascending.size()) {
    return low;
  }
  return low + position.fraction * (ascending[position.below + 1] - low);
}

std::optional<double> Quantile(std::vector<double> values, double p) {
  if (values.empty()) {
    return std::nullopt;
  }
  const Position position = Locate(values.size(), p);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(position.below);
  std::nth_element(values.begin(), nth, values.end());
  if (nth + 1 == values.end()) {
    return *nth;
  }
  return *nth + position.fraction * (*std::min_element(nth + 1, values.end()) - *nth);
}

std::optional<double> Median(std::vector<double> values) {
  return Quantile(std::move(values), 0.5);
}

}  // namespace cartwright
