#include "analyses/statistics/quantile_classes.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace cartwright {
namespace {

using Cuts = std::vector<double>;

TEST(QuantileClassesTest, InterpolatesBetweenOrderStatistics) {
  // R 4.2: quantile(c(1, 2, 4, 8), 1:4 / 5) is 1.6, 2.4, 3.6, 5.6.
  const Cuts cuts = QuantileCuts({8, 1, 4, 2}, 5);
  ASSERT_EQ(cuts.size(), 4U);
  EXPECT_DOUBLE_EQ(cuts[0], 1.6);
  EXPECT_DOUBLE_EQ(cuts[1], 2.4);
  EXPECT_DOUBLE_EQ(cuts[2], 3.6);
  EXPECT_DOUBLE_EQ(cuts[3], 5.6);
}

TEST(QuantileClassesTest, CutsOnAValueExactly) {
  // (n - 1) × 0.6 is not a whole number in binary floating point for many n; the rank must be.
  for (int fifths = 1; fifths <= 400; ++fifths) {
    Cuts values(static_cast<std::size_t>(5 * fifths + 1));
    std::iota(values.begin(), values.end(), 0.0);
    EXPECT_EQ(QuantileCuts(values, 5),
              (Cuts{1.0 * fifths, 2.0 * fifths, 3.0 * fifths, 4.0 * fifths}));
  }
}

TEST(QuantileClassesTest, LeavesAValueOnACutInTheLowerClass) {
  const Cuts cuts = {10, 20, 20, 30};
  EXPECT_EQ(ClassOf(9, cuts), 1);
  EXPECT_EQ(ClassOf(10, cuts), 1);
  EXPECT_EQ(ClassOf(20, cuts), 2);
  EXPECT_EQ(ClassOf(21, cuts), 4);  // No value is in class 3, whose cuts coincide.
  EXPECT_EQ(ClassOf(31, cuts), 5);
}

TEST(QuantileClassesTest, HandlesNoAndOneValue) {
  EXPECT_TRUE(QuantileCuts({}, 5).empty());
  EXPECT_EQ(QuantileCuts({7}, 5), (Cuts{7, 7, 7, 7}));
}

TEST(QuantileClassesTest, CutsMtcarsMilesLikeThePackage) {
  // The tests of the R package rfm print these one up: 16.20, 18.92, 22.00, 25.08.
  const Cuts cuts = QuantileCuts({21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                                  16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                                  15.2, 13.3, 19.2, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4},
                                 5);
  EXPECT_NEAR(cuts[0], 15.20, 1e-9);
  EXPECT_NEAR(cuts[1], 17.92, 1e-9);
  EXPECT_NEAR(cuts[2], 21.00, 1e-9);
  EXPECT_NEAR(cuts[3], 24.08, 1e-9);
}

}  // namespace
}  // namespace cartwright
