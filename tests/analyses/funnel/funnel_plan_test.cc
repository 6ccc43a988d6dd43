#include "analyses/funnel/funnel_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Result<FunnelPlan> Plan(const FunnelOptions& options,
                        std::vector<std::string> actions = FixtureLayout().action_names) {
  ShopTablesLayout layout;
  layout.action_names = std::move(actions);
  return PlanFunnel(ShopTablesFixture("UTC", layout).Build().sessions, options);
}

std::string Message(const FunnelOptions& options) {
  const Result<FunnelPlan> plan = Plan(options);
  EXPECT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().kind, ErrorKind::kConfig);
  return plan.error().message;
}

TEST(FunnelPlanTest, ParametersHoldEveryOption) {
  EXPECT_THAT(Plan({.window_hours = 0.5}).value().params,
              ElementsAre(Pair("steps", "has_sessions,has_basket,order_screen,purchased"),
                          Pair("window_hours", "0.5"), Pair("mode", "sequential"),
                          Pair("periods", "hourly,daily,weekly,monthly")));
}

TEST(FunnelPlanTest, WindowIsRoundedToMilliseconds) {
  EXPECT_EQ(Plan({.window_hours = 0.5}).value().rule.window, 1'800'000);
}

TEST(FunnelPlanTest, DefaultStepsThatTheShopDoesNotRecordAreLeftOut) {
  const FunnelPlan plan = Plan({}, {"has_sessions", "purchased"}).value();
  ASSERT_EQ(plan.steps.size(), 2U);
  EXPECT_EQ(plan.steps[1].name, "purchased");
  EXPECT_THAT(plan.warnings,
              ElementsAre("the shop records no action has_basket: the step is left out",
                          "the shop records no action order_screen: the step is left out"));
}

TEST(FunnelPlanTest, RefusesAStepThatNobodyRecords) {
  EXPECT_EQ(Message({.steps = {"has_sessions", "has_baskt"}}),
            "analyses.funnel.steps: one of has_sessions, has_basket, order_screen, purchased, "
            "download, signup; one is \"has_baskt\"");
}

TEST(FunnelPlanTest, RefusesTooFewAndTooManySteps) {
  EXPECT_EQ(Message({.steps = {}}), "analyses.funnel.steps: 1 to 16 steps; there are 0");
  EXPECT_EQ(Message({.steps = std::vector<std::string>(17, "purchased")}),
            "analyses.funnel.steps: 1 to 16 steps; there are 17");
}

TEST(FunnelPlanTest, RefusesUnknownModesAndPeriods) {
  EXPECT_EQ(Message({.mode = "loose"}),
            "analyses.funnel.mode: one of sequential, strict_once, strict_increase, "
            "strict_deduplication, strict_order, strict_order_allow_reentry; it is \"loose\"");
  EXPECT_EQ(Message({.periods = {"daily", "yearly"}}),
            "analyses.funnel.periods: each is one of hourly, daily, weekly, monthly; one is "
            "\"yearly\"");
  EXPECT_EQ(Message({.periods = {"daily", "daily"}}),
            "analyses.funnel.periods: \"daily\" is there twice");
}

struct ModeCase {
  std::string mode;
  bool once, increase, deduplication, order, reentry;
};

TEST(FunnelPlanTest, ModesSetTheirSwitches) {
  const std::vector<ModeCase> cases = {
      {"sequential", false, false, false, false, false},
      {"strict_once", true, false, false, false, false},
      {"strict_increase", false, true, false, false, false},
      {"strict_deduplication", false, false, true, false, false},
      {"strict_order", false, false, false, true, false},
      {"strict_order_allow_reentry", false, false, false, true, true}};
  for (const ModeCase& expected : cases) {
    const FunnelRule rule = Plan({.mode = expected.mode}).value().rule;
    EXPECT_EQ(rule.strict_once, expected.once) << expected.mode;
    EXPECT_EQ(rule.strict_increase, expected.increase) << expected.mode;
    EXPECT_EQ(rule.strict_deduplication, expected.deduplication) << expected.mode;
    EXPECT_EQ(rule.strict_order, expected.order) << expected.mode;
    EXPECT_EQ(rule.allow_reentry, expected.reentry) << expected.mode;
  }
}

}  // namespace
}  // namespace cartwright
