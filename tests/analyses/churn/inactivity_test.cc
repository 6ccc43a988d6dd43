#include "analyses/churn/inactivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/midnight_twice.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

/// a: gaps of 10 and 20 days, quiet for 29; b: a gap of 5, quiet for 54; c: one order.
ShopTablesFixture ThreeCustomers() {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01 10:00", 100)
      .Order("a", "2024-01-11 09:00", 150)
      .Order("a", "2024-01-11 21:00", 50)
      .Order("a", "2024-01-31 10:00", 300)
      .Order("b", "2024-01-01 10:00", 400)
      .Order("b", "2024-01-06 10:00", 400)
      .Order("c", "2024-01-20 10:00", 1000)
      .Credit("a", "2024-02-01", 50);
  return shop;
}

PurchaseDays Purchases(const ShopTablesFixture& shop, std::string_view as_of = "2024-03-01") {
  return FindPurchaseDays(shop.Build(), shop.Calendar(as_of));
}

TEST(InactivityTest, OrdersOfOneDayAreOnePurchase) {
  const PurchaseDays purchases = Purchases(ThreeCustomers());
  ASSERT_EQ(purchases.size(), 3U);
  EXPECT_EQ(purchases.Of(0).size(), 3U);
  EXPECT_THAT(purchases.day_net, ElementsAre(100, 200, 300, 400, 400, 1000));
  EXPECT_THAT(purchases.net, ElementsAre(550, 800, 1000));
  EXPECT_EQ(FormatDay(purchases.end_day), "2024-02-29");
  EXPECT_EQ(purchases.Quiet(0), 29);
  EXPECT_EQ(purchases.rows_read, 8);
  EXPECT_EQ(purchases.rows_used, 8);
}

TEST(InactivityTest, GapsOfRepeatersWithTheLastOneCensored) {
  const PurchaseGaps gaps = FindGaps(Purchases(ThreeCustomers()));
  EXPECT_THAT(gaps.closed, ElementsAre(5, 10, 20));
  EXPECT_EQ(gaps.open, 2);
  ASSERT_EQ(gaps.survival.size(), 5U);
  EXPECT_NEAR(gaps.survival[2].survival, .4, 1e-12);
  EXPECT_EQ(gaps.survival[4].time, 54);
  EXPECT_EQ(gaps.survival[4].censored, 1);
}

TEST(InactivityTest, TheThresholdIsGivenOrEstimatedOrOfClosedGaps) {
  const PurchaseGaps gaps = FindGaps(Purchases(ThreeCustomers()));
  EXPECT_EQ(FindThreshold(gaps, .5, 33, 1).days, 33);
  EXPECT_EQ(FindThreshold(gaps, .5, 33, 1).source, "inactivity_days");
  EXPECT_EQ(FindThreshold(gaps, .5, {}, 1).days, 20);
  EXPECT_EQ(FindThreshold(gaps, .5, {}, 1).source, "kaplan_meier");
  // Two of five gaps are open: nine tenths are never reached. Type 7 of 5, 10, 20 is 18.
  EXPECT_EQ(FindThreshold(gaps, .9, {}, 1).days, 18);
  EXPECT_EQ(FindThreshold(gaps, .9, {}, 1).source, "closed_gaps");
  EXPECT_FALSE(FindThreshold({}, .9, {}, 1).days.has_value());
  // Three gaps are at risk of 20 days: one more is asked for, and the closed ones speak.
  EXPECT_EQ(FindThreshold(gaps, .5, {}, 3).source, "kaplan_meier");
  EXPECT_EQ(FindThreshold(gaps, .5, {}, 4).source, "closed_gaps");
  EXPECT_EQ(FindThreshold(gaps, .5, {}, 4).days, 10);
}

TEST(InactivityTest, ThresholdsOfTheirOwnNeedEnoughGaps) {
  const PurchaseDays purchases = Purchases(ThreeCustomers());
  EXPECT_THAT(OwnThresholds(purchases, .9, 2, 60), ElementsAre(19, 60, 60));
  EXPECT_THAT(OwnThresholds(purchases, .9, 3, 60), ElementsAre(60, 60, 60));
}

TEST(InactivityTest, StatesChangeOnTheDayAfterTheThreshold) {
  const PurchaseDays purchases = Purchases(ThreeCustomers());
  EXPECT_EQ(StateOf(purchases, 0, 28), ChurnState::kChurned);
  EXPECT_EQ(StateOf(purchases, 0, 29), ChurnState::kRetained);
  EXPECT_EQ(StateOf(purchases, 0, 58), ChurnState::kRetained);
  EXPECT_EQ(StateOf(purchases, 0, 59), ChurnState::kTooNew);
  EXPECT_EQ(StateOf(purchases, 2, 39), ChurnState::kChurned);
  EXPECT_EQ(StateOf(purchases, 2, 40), ChurnState::kTooNew);
}

TEST(InactivityTest, QuietDaysAreNeverNegativeWhereTheClockWasSetBack) {
  MidnightTwice night;
  const PurchaseDays purchases = FindPurchaseDays(night.shop.Build(), night.calendar);
  EXPECT_EQ(purchases.Of(0).size(), 1U);
  EXPECT_EQ(purchases.Quiet(0), 0);
}

}  // namespace
}  // namespace cartwright
