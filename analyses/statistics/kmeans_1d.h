#pragma once

#include <cstdint>
#include <vector>

namespace cartwright {

/// Values on a line, parted into clusters.
struct LineClusters {
  std::vector<double> centre;      ///< Means, ascending.
  std::vector<std::int64_t> size;  ///< Values of each cluster.
  /// Inner cuts, ascending, one fewer than there are clusters: the middle between two centres. A
  /// value on a cut is with those below it (ClassOf), and every value is in its own cluster.
  std::vector<double> cuts;
  double inertia = 0;  ///< Sum of the squared distances to the centres.
};

/// The k-means clusters of values on a line, with the least inertia that there is: by dynamic
/// programming (Wang & Song 2011, Ckmeans.1d.dp) with divide and conquer over the monotone split
/// points. Equal values are in one cluster, so there are at most as many clusters as distinct
/// values, and k at most. Of two splits alike the one with the larger upper cluster wins.
/// Deterministic; values must be finite, k at least 1; no clusters for no values.
///
/// Cost: O(n log n + k m log m) for m distinct values; memory O(k m).
LineClusters ClusterOnLine(std::vector<double> values, int k);

}  // namespace cartwright
