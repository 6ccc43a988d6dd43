#include "daemon/elastic/rate_limit.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

constexpr RateLimit::Time At(int milliseconds) {
  return RateLimit::Time(std::chrono::milliseconds(milliseconds));
}

TEST(RateLimitTest, SpreadsDocumentsOverTime) {
  RateLimit limit(1'000);
  EXPECT_EQ(limit.Reserve(500, At(10'000)), At(10'000));
  EXPECT_EQ(limit.Reserve(250, At(10'000)), At(10'500));
  EXPECT_EQ(limit.Reserve(1, At(10'100)), At(10'750));
}

TEST(RateLimitTest, SavesNothingUp) {
  RateLimit limit(10);
  EXPECT_EQ(limit.Reserve(10, At(0)), At(0));
  EXPECT_EQ(limit.Reserve(10, At(60'000)), At(60'000));
  EXPECT_EQ(limit.Reserve(10, At(60'000)), At(61'000));
}

TEST(RateLimitTest, CanBeNone) {
  RateLimit limit(0);
  EXPECT_EQ(limit.Reserve(1'000'000, At(5)), At(5));
  EXPECT_EQ(limit.Reserve(1'000'000, At(5)), At(5));
}

}  // namespace
}  // namespace cartwright
