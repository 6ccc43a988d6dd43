#include "analyses/statistics/positive_definite.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace cartwright {
namespace {

TEST(PositiveDefiniteTest, InvertsByHand) {
  const std::vector<double> matrix = {4, 2, 2, 3};
  const auto inverse = InverseOfPositiveDefinite(matrix, 2);
  ASSERT_TRUE(inverse.has_value());
  const double expected[] = {3 / 8., -2 / 8., -2 / 8., 4 / 8.};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR((*inverse)[i], expected[i], 1e-15);
  }
}

TEST(PositiveDefiniteTest, TimesItsMatrixIsOne) {
  const std::vector<double> matrix = {5, 1, .5, -1, 1, 4, .2, 0, .5, .2, 3, .7, -1, 0, .7, 2};
  const auto inverse = InverseOfPositiveDefinite(matrix, 4);
  ASSERT_TRUE(inverse.has_value());
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        sum += matrix[row * 4 + k] * (*inverse)[k * 4 + column];
      }
      EXPECT_NEAR(sum, row == column ? 1 : 0, 1e-14);
    }
  }
}

TEST(PositiveDefiniteTest, RefusesSaddlesSingularAndBrokenMatrices) {
  const std::vector<std::vector<double>> matrices = {
      {1, 2, 2, 1},
      {1, 1, 1, 1},
      {0, 0, 0, 1},
      {-1, 0, 0, 1},
      {1, 0, 0, std::numeric_limits<double>::quiet_NaN()}};
  for (const auto& matrix : matrices) {
    EXPECT_FALSE(InverseOfPositiveDefinite(matrix, 2).has_value());
  }
}

}  // namespace
}  // namespace cartwright
