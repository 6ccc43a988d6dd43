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

TEST(FunnelPlanTest, StepsThatNoSourceGivesAreLeftOut) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.actions = 0b1001;
  layout.recorded.signups = false;
  const ShopTables tables = ShopTablesFixture("UTC", layout).Build();
  const FunnelPlan usual = PlanFunnel(tables.sessions, {}).value();
  ASSERT_EQ(usual.steps.size(), 2U);
  EXPECT_EQ(usual.steps[1].name, "purchased");
  EXPECT_EQ(usual.session_steps.size(), 2U);
  EXPECT_THAT(usual.warnings,
              ElementsAre("no source gives has_basket: the step is left out of the funnel",
                          "no source gives order_screen: the step is left out of the funnel"));
  const FunnelPlan declared =
      PlanFunnel(tables.sessions, {.steps = {"signup", "order_screen", "purchased"}}).value();
  EXPECT_EQ(declared.steps.size(), 1U);
  EXPECT_EQ(declared.warnings.size(), 2U);
  const Result<FunnelPlan> none = PlanFunnel(tables.sessions, {.steps = {"order_screen"}});
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().message,
            "analyses.funnel.steps: no source gives any of the steps; map one under sources");
}

TEST(FunnelPlanTest, WhereOnlyOrdersAreRecordedTheRatesAreWarnedOf) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.visits = false;
  const ShopTables tables = ShopTablesFixture("UTC", layout).Build();
  EXPECT_THAT(PlanFunnel(tables.sessions, {}).value().warnings,
              ElementsAre("the sources give orders only: visits without an order are missing, so "
                          "the rates say nothing about conversion"));
}

TEST(FunnelPlanTest, RefusesAStepThatNobodyKnows) {
  EXPECT_EQ(Message({.steps = {"has_sessions", "has_baskt"}}),
            "analyses.funnel.steps: expected one of has_sessions, has_basket, order_screen, "
            "purchased, download, signup, found \"has_baskt\"; did you mean \"has_basket\"?");
}

TEST(FunnelPlanTest, RefusesTooFewAndTooManySteps) {
  EXPECT_EQ(Message({.steps = {}}), "analyses.funnel.steps: expected 1 to 16 steps, found 0");
  EXPECT_EQ(Message({.steps = std::vector<std::string>(17, "purchased")}),
            "analyses.funnel.steps: expected 1 to 16 steps, found 17");
}

TEST(FunnelPlanTest, RefusesUnknownPeriods) {
  EXPECT_EQ(Message({.periods = {"daily", "yearly"}}),
            "analyses.funnel.periods: expected one of hourly, daily, weekly, monthly, found "
            "\"yearly\"");
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
