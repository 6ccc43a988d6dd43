#include "analyses/statistics/rfm_rule.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cartwright {
namespace {

RfmRule Thresholds() {
  RfmRule rule;
  rule.scheme = "thresholds";
  rule.recency_cuts = {"7", "30", "90", "365"};
  rule.frequency_cuts = {"1", "2", "5", "10"};
  rule.monetary_cuts = {"9.99", "50", "100", "1000"};
  return rule;
}

TEST(RfmRuleTest, ThresholdsAreRead) {
  EXPECT_TRUE(RfmRuleFaults(Thresholds(), 2).empty());
  const RfmScoring scoring = ReadRfmRule(Thresholds(), 40, 2);
  EXPECT_EQ(scoring.scheme, RfmScheme::kThresholds);
  EXPECT_EQ(scoring.reference, 40);
  EXPECT_EQ(scoring.recency_cuts, (std::vector<double>{7, 30, 90, 365}));
  EXPECT_DOUBLE_EQ(scoring.monetary_cuts[0], 9.99);
}

TEST(RfmRuleTest, ThresholdsNeedAllTheirCuts) {
  RfmRule rule;
  rule.scheme = "thresholds";
  const auto faults = RfmRuleFaults(rule, 2);
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[1].option, "frequency_cuts");
  EXPECT_EQ(faults[1].message, "the scheme thresholds needs four ascending numbers, found []");
}

TEST(RfmRuleTest, FaultsNameTheEntry) {
  RfmRule rule = Thresholds();
  rule.frequency_cuts = {"1", "2", "2", "3"};
  rule.monetary_cuts[0] = "9.999";
  rule.reference = "2020-13-01";
  const auto faults = RfmRuleFaults(rule, 2);
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].option, "reference");
  EXPECT_EQ(faults[0].message, "expected a day YYYY-MM-DD, found \"2020-13-01\"");
  EXPECT_EQ(faults[1].message,
            "the scheme thresholds needs four ascending numbers, found [1, 2, 2, 3]");
  EXPECT_EQ(faults[2].option, "monetary_cuts");
  EXPECT_EQ(faults[2].item, 0U);
  EXPECT_EQ(faults[2].message, "expected a number with at most 2 decimals, found \"9.999\"");
}

TEST(RfmRuleTest, ListsItsParametersInTheOrderOfTheFields) {
  struct Options : RfmRule {};
  const auto fields = RfmRuleFields<Options>();
  const auto params = RfmRuleParams({}, 0);
  ASSERT_EQ(params.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(params[i].first, fields[i].name);
  }
  EXPECT_EQ(params[2].second, "1970-01-01");
}

TEST(RfmRuleTest, CutsInUseAreThoseOfTheScores) {
  RfmScores scores;
  scores.recency.name = "recency";
  scores.recency.cuts = {1.5, 7, 30, 90};
  scores.frequency.name = "frequency";
  using Params = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(RfmCutsInUse(scores), (Params{{"recency_cuts_in_use", "1.5, 7, 30, 90"}}));
}

}  // namespace
}  // namespace cartwright
