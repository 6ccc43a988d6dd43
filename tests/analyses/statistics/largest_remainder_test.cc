#include "analyses/statistics/largest_remainder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Weights = std::vector<LargestRemainder::Weight>;

std::vector<std::int64_t> Share(std::int64_t total, const Weights& weights) {
  LargestRemainder shares;
  const auto parts = shares.Share(total, weights);
  return {parts.begin(), parts.end()};
}

TEST(LargestRemainderTest, GivesTheUnitsThatAreLeftToTheLargestRemainders) {
  // Exact parts 3.33, 3.33, 3.33: the first of equals gets the unit.
  EXPECT_THAT(Share(10, {1, 1, 1}), ElementsAre(4, 3, 3));
  // Exact parts 1.4, 2.8, 2.8.
  EXPECT_THAT(Share(7, {1, 2, 2}), ElementsAre(1, 3, 3));
  EXPECT_THAT(Share(1, {3, 5, 4}), ElementsAre(0, 1, 0));
  EXPECT_THAT(Share(0, {3, 5}), ElementsAre(0, 0));
  EXPECT_THAT(Share(5, {0, 7}), ElementsAre(0, 5));
}

TEST(LargestRemainderTest, SharesEquallyWhereNothingWeighs) {
  EXPECT_THAT(Share(5, {0, 0, 0}), ElementsAre(2, 2, 1));
  EXPECT_THAT(Share(5, {}), IsEmpty());
}

TEST(LargestRemainderTest, TakesTotalsAndWeightsBelowZero) {
  EXPECT_THAT(Share(-10, {1, 1, 1}), ElementsAre(-3, -3, -4));
  EXPECT_THAT(Share(10, {-1, -1, -1}), ElementsAre(4, 3, 3));
  EXPECT_THAT(Share(90, {100, -10}), ElementsAre(100, -10));
}

TEST(LargestRemainderTest, PartsSumToTheTotalAndAreWithinOneOfTheQuotient) {
  std::mt19937_64 random(7);
  const auto below = [&random](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
  LargestRemainder shares;
  for (int round = 0; round < 2000; ++round) {
    const std::int64_t total = below(1'000'000) - 200'000;
    Weights weights;
    double sum = 0;
    for (std::int64_t i = below(12); i >= 0; --i) {
      weights.push_back(below(5) == 0 ? 0 : below(100'000'000));
      sum += static_cast<double>(weights.back());
    }
    const auto parts = shares.Share(total, weights);
    ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), total);
    for (std::size_t i = 0; i < weights.size() && sum > 0; ++i) {
      const double exact = static_cast<double>(total) * static_cast<double>(weights[i]) / sum;
      ASSERT_LT(std::abs(static_cast<double>(parts[i]) - exact), 1.0 + 1e-6);
    }
  }
}

TEST(LargestRemainderTest, StaysExactAtTheLargestAmounts) {
  const std::int64_t total = (std::int64_t{1} << 53) - 1;
  const auto huge = LargestRemainder::Weight{1} << 72;
  EXPECT_THAT(Share(total, {huge, 1}), ElementsAre(total, 0));
  EXPECT_THAT(Share(total, {huge / 2, huge / 2}), ElementsAre(total / 2 + 1, total / 2));
}

}  // namespace
}  // namespace cartwright
