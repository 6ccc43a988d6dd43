#include "analyses/statistics/rfm_scores.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cartwright {
namespace {

// Six customers; the last two tie in everything.
struct Sample {
  std::vector<DayNumber> last_day = {10, 20, 30, 40, 50, 50};
  std::vector<std::int64_t> orders = {1, 2, 3, 4, 5, 5};
  std::vector<std::int64_t> net = {500, -100, 300, 200, 100, 100};

  RfmInput Input() const { return {last_day, orders, orders, net, 2}; }
};

RfmScoring Day60() {
  RfmScoring scoring;
  scoring.reference = 60;
  return scoring;
}

TEST(RfmScoresTest, GivesEqualCustomersEqualScores) {
  const Sample sample;
  const RfmScores scores = ScoreRfm(sample.Input(), Day60()).value();
  EXPECT_EQ(scores.recency.value, (std::vector<double>{50, 40, 30, 20, 10, 10}));
  EXPECT_EQ(scores.recency.score, (std::vector<int>{1, 2, 3, 4, 5, 5}));
  EXPECT_EQ(scores.frequency.score, (std::vector<int>{1, 1, 2, 3, 4, 4}));
  // Net -1, 1, 1, 2, 3, 5 has cuts at 1, 1, 2, 3.
  EXPECT_EQ(scores.monetary.score, (std::vector<int>{5, 1, 4, 3, 1, 1}));
  ASSERT_EQ(scores.warnings.size(), 2U);
  EXPECT_EQ(scores.warnings[1], "monetary: only 4 of 5 scores occur; its cuts are 1, 1, 2, 3");
}

TEST(RfmScoresTest, RaisesCutsByOneAsThePackageDoes) {
  const Sample sample;
  RfmScoring scoring = Day60();
  scoring.scheme = RfmScheme::kRfmPackage;
  const RfmScores scores = ScoreRfm(sample.Input(), scoring).value();
  EXPECT_EQ(scores.frequency.cuts, (std::vector<double>{3, 4, 5, 6}));
  EXPECT_EQ(scores.frequency.score, (std::vector<int>{1, 1, 2, 3, 4, 4}));
}

TEST(RfmScoresTest, ClustersEachVariableOnItsLine) {
  // Orders 1, 1, 2, 20, 22, 90: days and money the same, so that only the numbers matter.
  Sample sample;
  sample.orders = {1, 1, 2, 20, 22, 90};
  RfmScoring scoring = Day60();
  scoring.scheme = RfmScheme::kKMeans;
  const RfmScores scores = ScoreRfm(sample.Input(), scoring).value();
  EXPECT_EQ(scores.frequency.cuts, (std::vector<double>{1.5, 11, 21, 56}));
  EXPECT_EQ(scores.frequency.score, (std::vector<int>{1, 1, 2, 3, 4, 5}));
  // Days 50, 40, 30, 20, 10, 10 are five values, few of them good.
  EXPECT_EQ(scores.recency.score, (std::vector<int>{1, 2, 3, 4, 5, 5}));
}

TEST(RfmScoresTest, FewerClustersThanScoresKeepTheBestScoreForTheBest) {
  Sample sample;
  sample.orders = {1, 1, 1, 3, 3, 1};
  sample.net = {100, 100, 100, 100, 100, 100};
  RfmScoring scoring = Day60();
  scoring.scheme = RfmScheme::kKMeans;
  const RfmScores scores = ScoreRfm(sample.Input(), scoring).value();
  EXPECT_EQ(scores.frequency.cuts, (std::vector<double>{2, 2, 2, 2}));
  EXPECT_EQ(scores.frequency.score, (std::vector<int>{1, 1, 1, 5, 5, 1}));
  EXPECT_EQ(scores.monetary.score, (std::vector<int>{1, 1, 1, 1, 1, 1}));
  ASSERT_EQ(scores.warnings.size(), 2U);
  EXPECT_EQ(scores.warnings[0], "frequency: only 2 of 5 scores occur; its cuts are 2, 2, 2, 2");
}

TEST(RfmScoresTest, LogarithmsTellSmallCustomersApartBesideHugeOnes) {
  Sample sample;
  sample.net = {-1'000, 1'000, 1'100, 10'000, 100'000, 100'000'000};
  RfmScoring scoring = Day60();
  scoring.scheme = RfmScheme::kLogKMeans;
  EXPECT_EQ(ScoreRfm(sample.Input(), scoring).value().monetary.score,
            (std::vector<int>{1, 2, 2, 3, 4, 5}));
  const std::vector<double> cuts = ScoreRfm(sample.Input(), scoring).value().monetary.cuts;
  ASSERT_EQ(cuts.size(), 4U);
  EXPECT_GT(cuts[0], -10);
  EXPECT_LT(cuts[0], 10);
  EXPECT_GT(cuts[3], 1'000);
  EXPECT_LT(cuts[3], 1'000'000);
}

TEST(RfmScoresTest, CountsRecencyToTheReference) {
  const Sample sample;
  RfmScoring scoring;
  scoring.reference = 70;
  EXPECT_EQ(ScoreRfm(sample.Input(), scoring).value().recency.value[0], 60);
  scoring.reference = 50;  // The day of the last order.
  EXPECT_EQ(ScoreRfm(sample.Input(), scoring).value().recency.value[5], 0);
  scoring.reference = 49;
  EXPECT_EQ(ScoreRfm(sample.Input(), scoring).error().kind, ErrorKind::kConfig);
}

TEST(RfmScoresTest, AMeanIsOverTheOrdersThatCostSomething) {
  const Sample sample;
  const std::vector<std::int64_t> valued = {1, 1, 3, 2, 0, 5};
  RfmInput input = sample.Input();
  input.valued_orders = valued;
  RfmScoring scoring = Day60();
  scoring.monetary_is_mean = true;
  EXPECT_EQ(ScoreRfm(input, scoring).value().monetary.value,
            (std::vector<double>{5, -1, 1, 1, 1, 0.2}));
}

}  // namespace
}  // namespace cartwright
