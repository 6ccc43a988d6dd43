#include "daemon/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace cartwright {
namespace {

constexpr int kDraws = 200'000;

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments MomentsOf(const std::function<double()>& draw) {
  Moments moments;
  for (int i = 1; i <= kDraws; ++i) {
    const double value = draw();
    const double delta = value - moments.mean;
    moments.mean += delta / i;
    moments.variance += delta * (value - moments.mean);
  }
  moments.variance /= kDraws - 1;
  return moments;
}

TEST(RandomTest, GivesTheSequenceOfXoshiro256StarStarSeededBySplitMix64) {
  // From an independent implementation that gives the published vectors: 11520, 0, 1509978240 for
  // xoshiro256** with state 1, 2, 3, 4 and 6457827717110365317 for splitmix64 with seed 1234567.
  Random random(1234567);
  EXPECT_EQ(random.Next(), 3504822795582309479ULL);
  EXPECT_EQ(random.Next(), 1819558768956484042ULL);
  EXPECT_EQ(random.Next(), 1250851346055027673ULL);
  EXPECT_EQ(random.Next(), 16940231675099994102ULL);
}

TEST(RandomTest, SeedsDiffer) { EXPECT_NE(Random(1).Next(), Random(2).Next()); }

TEST(RandomTest, UniformStaysBelowOneAndIsEven) {
  Random random(7);
  std::array<int, 10> counts{};
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.Uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    ++counts[static_cast<std::size_t>(value * 10)];
  }
  const double sigma = std::sqrt(kDraws * 0.1 * 0.9);
  for (const int count : counts) {
    EXPECT_NEAR(count, kDraws / 10.0, 4.5 * sigma);
  }
}

TEST(RandomTest, BelowReachesEveryOutcomeEvenly) {
  Random random(8);
  std::array<int, 7> counts{};
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t value = random.Below(7);
    ASSERT_LT(value, 7U);
    ++counts[value];
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, kDraws / 7.0, 4.5 * std::sqrt(kDraws * 6.0 / 49.0));
  }
  EXPECT_EQ(random.Below(1), 0U);
}

TEST(RandomTest, BelowIsUnbiasedWhereTheRangeDoesNotDivide) {
  // With n = 3 × 2^62 a plain remainder would give the lower third twice as often as the others.
  Random random(9);
  int low = 0;
  for (int i = 0; i < kDraws; ++i) {
    low += random.Below(3ULL << 62) < (1ULL << 62) ? 1 : 0;
  }
  EXPECT_NEAR(low, kDraws / 3.0, 4.5 * std::sqrt(kDraws * 2.0 / 9.0));
}

TEST(RandomTest, DistributionsHaveTheirMeanAndVariance) {
  struct Case {
    const char* name;
    std::function<double(Random&)> draw;
    double mean;
    double variance;
  };
  const std::vector<Case> cases = {
      {"normal", [](Random& r) { return r.Normal(); }, 0, 1},
      {"exponential 4", [](Random& r) { return r.Exponential(4); }, 0.25, 0.0625},
      {"gamma 0.25 4.4", [](Random& r) { return r.Gamma(0.25, 4.4); }, 0.25 / 4.4, 0.25 / 19.36},
      {"gamma 7.5 0.5", [](Random& r) { return r.Gamma(7.5, 0.5); }, 15, 30},
      {"beta 0.8 2.4", [](Random& r) { return r.Beta(0.8, 2.4); }, 0.25, 0.1875 / 4.2},
      {"poisson 0", [](Random& r) { return static_cast<double>(r.Poisson(0)); }, 0, 0},
      {"poisson 0.7", [](Random& r) { return static_cast<double>(r.Poisson(0.7)); }, 0.7, 0.7},
      {"poisson 120", [](Random& r) { return static_cast<double>(r.Poisson(120)); }, 120, 120},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Random random(11);
    const Moments moments = MomentsOf([&] { return c.draw(random); });
    EXPECT_NEAR(moments.mean, c.mean, 4.5 * std::sqrt(c.variance / kDraws));
    EXPECT_NEAR(moments.variance, c.variance, 0.05 * c.variance);
  }
}

TEST(RandomTest, BetaWithTinyShapesSitsOnItsEnds) {
  Random random(12);
  int ones = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = random.Beta(1e-4, 3e-4);
    ASSERT_TRUE(std::isfinite(value));
    ones += value > 0.5 ? 1 : 0;
  }
  EXPECT_NEAR(ones, 2500, 4.5 * std::sqrt(10'000 * 0.1875));
}

}  // namespace
}  // namespace cartwright
