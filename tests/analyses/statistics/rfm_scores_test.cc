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

  RfmInput Input() const { return {last_day, orders, net, 60, 2}; }
};

TEST(RfmScoresTest, GivesEqualCustomersEqualScores) {
  const Sample sample;
  const RfmScores scores = ScoreRfm(sample.Input(), {}).value();
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
  RfmRule rule;
  rule.scheme = "rfm_package";
  const RfmScores scores = ScoreRfm(sample.Input(), rule).value();
  EXPECT_EQ(scores.frequency.cuts, (std::vector<double>{3, 4, 5, 6}));
  EXPECT_EQ(scores.frequency.score, (std::vector<int>{1, 1, 2, 3, 4, 4}));
}

TEST(RfmScoresTest, CountsRecencyToTheReference) {
  const Sample sample;
  RfmRule rule;
  rule.reference = "1970-03-12";  // Day 70.
  EXPECT_EQ(ScoreRfm(sample.Input(), rule).value().recency.value[0], 60);
  rule.reference = "1970-02-20";  // Day 50, the day of the last order.
  EXPECT_EQ(ScoreRfm(sample.Input(), rule).value().recency.value[5], 0);
  rule.reference = "1970-02-19";
  EXPECT_EQ(ScoreRfm(sample.Input(), rule).error().kind, ErrorKind::kConfig);
}

TEST(RfmScoresTest, ListsItsParametersInTheOrderOfTheFields) {
  struct Options : RfmRule {};
  const auto fields = RfmRuleFields<Options>();
  const auto params = RfmRuleParams({}, 0);
  ASSERT_EQ(params.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(params[i].first, fields[i].name);
  }
  EXPECT_EQ(params[2].second, "1970-01-01");
}

}  // namespace
}  // namespace cartwright
