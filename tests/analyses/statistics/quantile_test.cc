#include "analyses/statistics/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace cartwright {
namespace {

TEST(QuantileTest, InterpolatesBetweenOrderStatistics) {
  // numpy.quantile([1, 2, 4, 8, 16], ...), NumPy's default method.
  const std::vector<double> values = {8, 1, 16, 4, 2};
  EXPECT_DOUBLE_EQ(Quantile(values, 0).value(), 1);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.1).value(), 1.4);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.5).value(), 4);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.9).value(), 12.8);
  EXPECT_DOUBLE_EQ(Quantile(values, 1).value(), 16);
}

TEST(QuantileTest, MedianOfAnEvenCountIsTheMiddle) {
  EXPECT_DOUBLE_EQ(Median({4, 1, 3, 2}).value(), 2.5);
}

TEST(QuantileTest, OneValueIsEveryQuantile) {
  EXPECT_DOUBLE_EQ(Quantile({7}, 0).value(), 7);
  EXPECT_DOUBLE_EQ(Quantile({7}, 0.9).value(), 7);
  EXPECT_DOUBLE_EQ(SortedQuantile(std::vector<double>{7}, 1).value(), 7);
}

TEST(QuantileTest, NothingHasNoQuantile) {
  EXPECT_FALSE(Quantile({}, 0.5).has_value());
  EXPECT_FALSE(Median({}).has_value());
  EXPECT_FALSE(SortedQuantile({}, 0.5).has_value());
}

TEST(QuantileTest, SortedAndUnsortedAgree) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values(1 + random() % 30);
    std::generate(values.begin(), values.end(), [&random] { return random() % 10; });
    std::vector<double> ascending = values;
    std::sort(ascending.begin(), ascending.end());
    for (const double p : {0.0, 0.25, 0.37, 0.5, 0.9, 1.0}) {
      EXPECT_EQ(Quantile(values, p), SortedQuantile(ascending, p));
    }
  }
}

}  // namespace
}  // namespace cartwright
