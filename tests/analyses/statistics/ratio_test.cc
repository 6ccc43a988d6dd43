#include "analyses/statistics/ratio.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(RatioTest, IsNothingOverZero) {
  EXPECT_EQ(Ratio(std::int64_t{3}, std::int64_t{0}), std::nullopt);
  EXPECT_EQ(Ratio(std::int64_t{0}, std::int64_t{0}), std::nullopt);
  EXPECT_EQ(Ratio(1.0, 0.0), std::nullopt);
}

TEST(RatioTest, DividesCountsAsReals) {
  EXPECT_EQ(Ratio(std::int64_t{1}, std::int64_t{4}), 0.25);
  EXPECT_EQ(Ratio(-1.5, 0.5), -3.0);
}

}  // namespace
}  // namespace cartwright
