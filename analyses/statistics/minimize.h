#pragma once

#include <functional>
#include <span>
#include <vector>

namespace cartwright {

/// A smooth function: returns its value at `point` and fills `gradient`, both of one length.
using Objective = std::function<double(std::span<const double> point, std::span<double> gradient)>;

/// Where a search ended and what can be said about the place.
struct Minimum {
  std::vector<double> point;
  double value = 0;
  /// Greatest absolute slope among the unknowns that are not held by a bound.
  double slope = 0;
  std::vector<double> hessian;  ///< Row-major, by central differences of the gradient.
  bool converged = false;       ///< The slope is below the tolerance.
  bool at_bound = false;        ///< Some unknown stands at, or within 1 % of, a bound.
  bool is_proper = false;       ///< The Hessian is positive definite.
  int evaluations = 0;
};

/// The tolerance on Minimum::slope; objectives should be of order one (a mean, not a sum).
inline constexpr double kSlopeTolerance = 1e-7;

/// Minimises within -bound <= unknown <= bound: L-BFGS from every start, damped Newton steps from
/// the best end, and Nelder-Mead in between where those did not converge. At least one start; all
/// of one length. Points where the objective is not finite are avoided. Deterministic.
Minimum Minimize(const Objective& objective, std::span<const std::vector<double>> starts,
                 double bound);

}  // namespace cartwright
