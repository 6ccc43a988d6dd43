#include "analyses/statistics/minimize.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <nlopt.hpp>
#include <optional>

#include "analyses/statistics/positive_definite.h"
#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr int kQuasiNewtonEvaluations = 200;
constexpr int kSimplexEvaluations = 2000;
constexpr int kNewtonSteps = 30;
/// Step of the central differences of the gradient: error about 1e-8 on objectives of order one.
constexpr double kDifference = 1e-4;
/// What stands in for a value that is not finite. Not infinite, so that line searches can go on.
constexpr double kWall = 1e100;

/// The objective with its evaluations counted and the best point kept.
class Search {
 public:
  Search(const Objective& objective, std::size_t size, double bound)
      : objective_(objective), bound_(bound), scratch_(size), best_(size) {}

  double Evaluate(std::span<const double> point, std::span<double> gradient) {
    ++evaluations_;
    double value = objective_(point, gradient);
    const bool is_finite =
        std::isfinite(value) && std::all_of(gradient.begin(), gradient.end(),
                                            [](double slope) { return std::isfinite(slope); });
    if (!is_finite) {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      return kWall;
    }
    if (value < best_value_) {
      best_value_ = value;
      best_.assign(point.begin(), point.end());
    }
    return value;
  }
  double Evaluate(std::span<const double> point) { return Evaluate(point, scratch_); }

  double bound() const { return bound_; }
  std::size_t size() const { return best_.size(); }
  int evaluations() const { return evaluations_; }
  double best_value() const { return best_value_; }
  const std::vector<double>& best() const { return best_; }

 private:
  const Objective& objective_;
  double bound_;
  std::vector<double> scratch_;
  std::vector<double> best_;
  double best_value_ = std::numeric_limits<double>::infinity();
  int evaluations_ = 0;
};

double Trampoline(unsigned size, const double* point, double* gradient, void* data) {
  Search& search = *static_cast<Search*>(data);
  const std::span<const double> at(point, size);
  return gradient == nullptr ? search.Evaluate(at)
                             : search.Evaluate(at, std::span<double>(gradient, size));
}

/// Runs one NLopt algorithm; what it found is in `search`.
void RunNlopt(nlopt::algorithm algorithm, int evaluations, std::vector<double> point,
              Search& search) {
  try {
    nlopt::opt optimizer(algorithm, static_cast<unsigned>(point.size()));
    optimizer.set_min_objective(Trampoline, &search);
    optimizer.set_lower_bounds(-search.bound());
    optimizer.set_upper_bounds(search.bound());
    optimizer.set_ftol_rel(1e-12);
    optimizer.set_xtol_rel(1e-8);
    optimizer.set_maxeval(evaluations);
    double value = 0;
    optimizer.optimize(point, value);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // NLopt throws "nlopt failure" when rounding ends its line search: the best point is kept, and
    // whether it is good enough is judged from its slope.
  }
}

/// Whether a bound holds an unknown: it stands there and the function falls further outside.
bool IsHeld(double value, double slope, double bound) {
  return (value >= bound && slope < 0) || (value <= -bound && slope > 0);
}

std::vector<double> Hessian(const std::vector<double>& point, Search& search) {
  const std::size_t n = point.size();
  std::vector<double> hessian(n * n);
  std::vector<double> above(n);
  std::vector<double> below(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> moved = point;
    moved[i] = point[i] + kDifference;
    search.Evaluate(moved, above);
    moved[i] = point[i] - kDifference;
    search.Evaluate(moved, below);
    for (std::size_t j = 0; j < n; ++j) {
      hessian[i * n + j] = (above[j] - below[j]) / (2 * kDifference);
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      hessian[i * n + j] = hessian[j * n + i] = 0.5 * (hessian[i * n + j] + hessian[j * n + i]);
    }
  }
  return hessian;
}

/// The inverse of the Hessian with unknowns at bounds held fast and as much damping as it takes.
std::vector<double> DampedInverse(std::vector<double> hessian, const std::vector<bool>& held) {
  const std::size_t n = held.size();
  double largest = 1e-8;
  for (std::size_t i = 0; i < n; ++i) {
    largest = std::max(largest, std::abs(hessian[i * n + i]));
    for (std::size_t j = 0; j < n; ++j) {
      if (held[i] || held[j]) {
        hessian[i * n + j] = i == j ? 1.0 : 0.0;
      }
    }
  }
  double damping = 0;
  while (true) {
    std::vector<double> damped = hessian;
    for (std::size_t i = 0; i < n; ++i) {
      damped[i * n + i] += damping;
    }
    if (auto inverse = InverseOfPositiveDefinite(damped, n)) {
      return *std::move(inverse);
    }
    damping = damping == 0 ? 1e-6 * largest : damping * 10;
    CARTWRIGHT_CHECK(std::isfinite(damping), "damping makes any finite matrix positive definite");
  }
}

/// One damped Newton step with halving. Returns whether the value fell.
bool NewtonStep(std::vector<double>& point, Search& search) {
  const std::size_t n = point.size();
  std::vector<double> gradient(n);
  const double value = search.Evaluate(point, gradient);
  std::vector<bool> held(n);
  for (std::size_t i = 0; i < n; ++i) {
    held[i] = IsHeld(point[i], gradient[i], search.bound());
  }
  const std::vector<double> inverse = DampedInverse(Hessian(point, search), held);
  constexpr int kHalvings = 14;  // Down to a length of 1e-4.
  for (int halving = 0; halving < kHalvings; ++halving) {
    const double length = std::ldexp(1.0, -halving);
    std::vector<double> next = point;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        next[i] -= held[i] || held[j] ? 0.0 : length * inverse[i * n + j] * gradient[j];
      }
      // More than a factor of e in one step leaves the region where the curvature was measured.
      next[i] = std::clamp(next[i], point[i] - 1.0, point[i] + 1.0);
      next[i] = std::clamp(next[i], -search.bound(), search.bound());
    }
    if (search.Evaluate(next) < value) {
      point = next;
      return true;
    }
  }
  return false;
}

double FreeSlope(std::span<const double> point, std::span<const double> gradient, double bound) {
  double slope = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (!IsHeld(point[i], gradient[i], bound)) {
      slope = std::max(slope, std::abs(gradient[i]));
    }
  }
  return slope;
}

void Polish(Search& search) {
  std::vector<double> point = search.best();
  std::vector<double> gradient(point.size());
  for (int step = 0; step < kNewtonSteps; ++step) {
    search.Evaluate(point, gradient);
    if (FreeSlope(point, gradient, search.bound()) < kSlopeTolerance * 1e-2 ||
        !NewtonStep(point, search)) {
      return;
    }
  }
}

Minimum Judge(Search& search) {
  Minimum minimum;
  minimum.point = search.best();
  std::vector<double> gradient(search.size());
  minimum.value = search.Evaluate(minimum.point, gradient);
  minimum.slope = FreeSlope(minimum.point, gradient, search.bound());
  minimum.hessian = Hessian(minimum.point, search);
  minimum.converged = minimum.value < kWall && minimum.slope < kSlopeTolerance;
  minimum.at_bound = std::any_of(minimum.point.begin(), minimum.point.end(), [&](double value) {
    return std::abs(value) > 0.99 * search.bound();
  });
  minimum.is_proper = InverseOfPositiveDefinite(minimum.hessian, search.size()).has_value();
  minimum.evaluations = search.evaluations();
  return minimum;
}

}  // namespace

Minimum Minimize(const Objective& objective, std::span<const std::vector<double>> starts,
                 double bound) {
  CARTWRIGHT_CHECK(!starts.empty(), "a search needs a start");
  Search search(objective, starts.front().size(), bound);
  for (const std::vector<double>& start : starts) {
    search.Evaluate(start);
    RunNlopt(nlopt::LD_LBFGS, kQuasiNewtonEvaluations, start, search);
  }
  Polish(search);
  Minimum minimum = Judge(search);
  if (!minimum.converged) {
    RunNlopt(nlopt::LN_NELDERMEAD, kSimplexEvaluations, search.best(), search);
    Polish(search);
    minimum = Judge(search);
  }
  return minimum;
}

}  // namespace cartwright
