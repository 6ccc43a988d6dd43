#include "analyses/statistics/minimize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace cartwright {
namespace {

using Points = std::vector<std::vector<double>>;

double Rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double valley = x[1] - x[0] * x[0];
  gradient[0] = -2 * (1 - x[0]) - 400 * x[0] * valley;
  gradient[1] = 200 * valley;
  return (1 - x[0]) * (1 - x[0]) + 100 * valley * valley;
}

TEST(MinimizeTest, ReachesTheEndOfRosenbrocksValley) {
  const Minimum minimum = Minimize(Rosenbrock, Points{{-1.2, 1.0}}, 12);
  EXPECT_TRUE(minimum.converged);
  EXPECT_TRUE(minimum.is_proper);
  EXPECT_FALSE(minimum.at_bound);
  EXPECT_NEAR(minimum.point[0], 1, 1e-8);
  EXPECT_NEAR(minimum.point[1], 1, 1e-8);
  const double hessian[] = {802, -400, -400, 200};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(minimum.hessian[i], hessian[i], 1e-3);
  }
}

/// Two wells, at -3 (deep) and at +3, far from each other.
double TwoWells(std::span<const double> x, std::span<double> gradient) {
  const double deep = -2 * std::exp(-(x[0] + 3) * (x[0] + 3));
  const double shallow = -std::exp(-(x[0] - 3) * (x[0] - 3));
  gradient[0] = -2 * (x[0] + 3) * deep - 2 * (x[0] - 3) * shallow;
  return deep + shallow;
}

TEST(MinimizeTest, TakesTheBestOfItsStarts) {
  EXPECT_NEAR(Minimize(TwoWells, Points{{3.3}}, 12).point[0], 3, 1e-6);
  EXPECT_NEAR(Minimize(TwoWells, Points{{3.3}, {-3.3}}, 12).point[0], -3, 1e-6);
}

TEST(MinimizeTest, StopsAtTheBoundAndSaysSo) {
  const Minimum minimum = Minimize(
      [](std::span<const double> x, std::span<double> gradient) {
        gradient[0] = -std::exp(-x[0]);
        gradient[1] = 2 * (x[1] - 1);
        return std::exp(-x[0]) + (x[1] - 1) * (x[1] - 1);
      },
      Points{{0, 0}}, 3);
  EXPECT_TRUE(minimum.at_bound);
  EXPECT_TRUE(minimum.converged);
  EXPECT_NEAR(minimum.point[0], 3, 1e-9);
  EXPECT_NEAR(minimum.point[1], 1, 1e-7);
}

TEST(MinimizeTest, WalksAroundPlacesThatAreNotFinite) {
  const Minimum minimum = Minimize(
      [](std::span<const double> x, std::span<double> gradient) {
        gradient[0] = std::log(x[0]) + 1;  // NaN below 0.
        return x[0] * std::log(x[0]);
      },
      Points{{-1}, {4}}, 12);
  EXPECT_TRUE(minimum.converged);
  EXPECT_NEAR(minimum.point[0], std::exp(-1), 1e-7);
}

TEST(MinimizeTest, NeverClaimsToConvergeWhereNothingIsFinite) {
  const Minimum minimum = Minimize(
      [](std::span<const double>, std::span<double> gradient) {
        gradient[0] = 0;
        return std::numeric_limits<double>::quiet_NaN();
      },
      Points{{1}}, 12);
  EXPECT_FALSE(minimum.converged);
  EXPECT_FALSE(minimum.is_proper);
}

TEST(MinimizeTest, ASlopeThatContradictsTheValueIsNotConvergence) {
  // The stated gradient never vanishes, so no end can be trusted.
  const Minimum minimum = Minimize(
      [](std::span<const double> x, std::span<double> gradient) {
        gradient[0] = 1;
        return x[0] * x[0];
      },
      Points{{1}}, 12);
  EXPECT_FALSE(minimum.converged);
}

}  // namespace
}  // namespace cartwright
