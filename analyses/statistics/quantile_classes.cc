#include "analyses/statistics/quantile_classes.h"

#include <algorithm>

namespace cartwright {

std::vector<double> QuantileCuts(std::vector<double> values, int classes) {
  std::vector<double> cuts;
  if (values.empty()) {
    return cuts;
  }
  std::sort(values.begin(), values.end());
  const auto parts = static_cast<std::size_t>(classes);
  for (std::size_t cut = 1; cut < parts; ++cut) {
    // h = (n - 1) cut / classes as a whole part and a remainder of `classes`.
    const std::size_t scaled_rank = (values.size() - 1) * cut;
    const double below = values[scaled_rank / parts];
    const std::size_t remainder = scaled_rank % parts;
    const double above = remainder == 0 ? below : values[scaled_rank / parts + 1];
    const double weight = static_cast<double>(remainder) / static_cast<double>(parts);
    cuts.push_back(below + (above - below) * weight);
  }
  return cuts;
}

int ClassOf(double value, std::span<const double> ascending_cuts) {
  const auto below = std::lower_bound(ascending_cuts.begin(), ascending_cuts.end(), value);
  return static_cast<int>(below - ascending_cuts.begin()) + 1;
}

}  // namespace cartwright
