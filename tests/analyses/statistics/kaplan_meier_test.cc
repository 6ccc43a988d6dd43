#include "analyses/statistics/kaplan_meier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace cartwright {
namespace {

struct Times {
  std::vector<std::int64_t> events;
  std::vector<std::int64_t> censored;

  explicit Times(std::size_t length) : events(length, 0), censored(length, 0) {}
  std::vector<SurvivalPoint> Estimate() const { return KaplanMeier(events, censored); }
};

/// The 6-MP arm of Freireich et al. 1963, weeks in remission.
Times SixMp() {
  Times times(36);
  for (const std::size_t week : {6U, 6U, 6U, 7U, 10U, 13U, 16U, 22U, 23U}) {
    ++times.events[week];
  }
  for (const std::size_t week : {6U, 9U, 10U, 11U, 17U, 19U, 20U, 25U, 32U, 32U, 34U, 35U}) {
    ++times.censored[week];
  }
  return times;
}

// Survival as printed since 1963; at risk, standard errors and log-log intervals as R's survfit
// prints them (survival 3, conf.type = "log-log").
TEST(KaplanMeierTest, ReproducesTheSixMpArm) {
  struct Printed {
    std::int64_t time, at_risk, events;
    double survival, error, lower, upper;
  };
  const std::vector<Printed> printed = {
      {6, 21, 3, .8571, .0764, .620, .952},  {7, 17, 1, .8067, .0869, .563, .923},
      {10, 15, 1, .7529, .0963, .503, .889}, {13, 12, 1, .6902, .1068, .432, .849},
      {16, 11, 1, .6275, .1141, .368, .805}, {22, 7, 1, .5378, .1282, .268, .747},
      {23, 6, 1, .4482, .1346, .188, .680}};
  std::vector<SurvivalPoint> points;
  for (const SurvivalPoint& point : SixMp().Estimate()) {
    if (point.events > 0) {
      points.push_back(point);
    }
  }
  ASSERT_EQ(points.size(), printed.size());
  for (std::size_t i = 0; i < printed.size(); ++i) {
    EXPECT_EQ(points[i].time, printed[i].time);
    EXPECT_EQ(points[i].at_risk, printed[i].at_risk);
    EXPECT_EQ(points[i].events, printed[i].events);
    EXPECT_NEAR(points[i].survival, printed[i].survival, 5e-5);
    EXPECT_NEAR(points[i].standard_error, printed[i].error, 5e-5);
    EXPECT_NEAR(points[i].lower.value(), printed[i].lower, 5e-4);
    EXPECT_NEAR(points[i].upper.value(), printed[i].upper, 5e-4);
  }
}

TEST(KaplanMeierTest, CensoredSubjectsAreAtRiskOfTheEventsOfTheirTime) {
  Times times(3);
  times.events[1] = 1;
  times.censored[1] = 1;
  times.censored[2] = 2;
  const std::vector<SurvivalPoint> points = times.Estimate();
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].at_risk, 4);
  EXPECT_DOUBLE_EQ(points[0].survival, .75);
  EXPECT_EQ(points[1].at_risk, 2);
  EXPECT_EQ(points[1].events, 0);
  EXPECT_DOUBLE_EQ(points[1].survival, .75);
}

TEST(KaplanMeierTest, EndsAtZeroWhereTheLastSubjectHasTheEvent) {
  Times times(4);
  times.events[0] = 1;
  times.events[3] = 2;
  const std::vector<SurvivalPoint> points = times.Estimate();
  EXPECT_EQ(points.back().survival, 0);
  EXPECT_EQ(points.back().standard_error, 0);
  EXPECT_FALSE(points.back().lower.has_value());
  EXPECT_TRUE(Times(5).Estimate().empty());
  EXPECT_TRUE(Times(0).Estimate().empty());
}

TEST(KaplanMeierTest, QuantilesAreTheFirstTimeThatReachesTheShare) {
  const std::vector<SurvivalPoint> points = SixMp().Estimate();
  EXPECT_EQ(SurvivalQuantile(points, .5), 23);
  EXPECT_EQ(SurvivalQuantile(points, .25), 13);
  EXPECT_EQ(SurvivalQuantile(points, .9), std::nullopt);
  // A third, three times over: 1 - 1/3 is rounded.
  Times thirds(4);
  thirds.events = {0, 1, 1, 1};
  EXPECT_EQ(SurvivalQuantile(thirds.Estimate(), 1.0 / 3), 1);
  EXPECT_EQ(SurvivalQuantile(thirds.Estimate(), 2.0 / 3), 2);
}

// The estimate at a time as the product over subjects sorted one by one.
TEST(KaplanMeierTest, AgreesWithANaiveTwin) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    Times times(12);
    std::vector<std::pair<std::size_t, bool>> subjects;
    for (int i = 0; i < 30; ++i) {
      const std::size_t time = random() % 12;
      const bool is_event = random() % 2 == 0;
      subjects.emplace_back(time, is_event);
      ++(is_event ? times.events : times.censored)[time];
    }
    for (const SurvivalPoint& point : times.Estimate()) {
      double survival = 1;
      for (std::size_t time = 0; time <= static_cast<std::size_t>(point.time); ++time) {
        double at_risk = 0;
        double events = 0;
        for (const auto& [own, is_event] : subjects) {
          at_risk += own >= time ? 1 : 0;
          events += own == time && is_event ? 1 : 0;
        }
        survival *= at_risk > 0 ? 1 - events / at_risk : 1;
      }
      EXPECT_NEAR(point.survival, survival, 1e-12);
    }
  }
}

}  // namespace
}  // namespace cartwright
