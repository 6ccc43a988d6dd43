#include "analyses/clv/purchase_history.h"

#include <gtest/gtest.h>

#include <vector>

#include "analyses/clv/customer_value.h"
#include "tests/support/midnight_twice.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

/// The small log that the tests of lifetimes and pymc-marketing use, with its values.
ShopTablesFixture SmallLog() {
  ShopTablesFixture shop;
  const struct {
    const char* client;
    const char* day;
    std::int64_t value;
  } orders[] = {{"1", "2015-01-01", 100}, {"1", "2015-02-06", 200}, {"2", "2015-01-01", 200},
                {"3", "2015-01-01", 300}, {"3", "2015-01-02", 100}, {"3", "2015-01-05", 500},
                {"4", "2015-01-16", 600}, {"4", "2015-02-02", 300}, {"4", "2015-02-05", 300},
                {"4", "2015-02-05", 600}, {"5", "2015-01-16", 300}, {"5", "2015-01-17", 100},
                {"5", "2015-01-18", 800}, {"6", "2015-02-02", 500}};
  for (const auto& order : orders) {
    shop.Order(order.client, order.day, order.value);
  }
  return shop;
}

TEST(PurchaseHistoryTest, CountsRepeatDaysOfTheSmallLog) {
  const ShopTablesFixture shop = SmallLog();
  const PurchaseHistories histories = CollectPurchases(shop.Build(), shop.Calendar("2015-02-08"));
  EXPECT_EQ(FormatDay(histories.end_day), "2015-02-07");
  const std::int64_t repeats[] = {1, 0, 2, 2, 2, 0};
  const double last[] = {36, 0, 4, 20, 2, 0};
  const double age[] = {37, 37, 37, 22, 22, 5};
  const double means[] = {2, 0, 3, 6, 4.5, 0};
  ASSERT_EQ(histories.customers.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    SCOPED_TRACE(i + 1);
    const CustomerHistory& customer = histories.customers[i];
    const PurchaseSummary days = SummaryOf(customer, histories.end_day, 1);
    EXPECT_EQ(days.repeats, repeats[i]);
    EXPECT_EQ(days.last, last[i]);
    EXPECT_EQ(days.age, age[i]);
    EXPECT_EQ(customer.repeat_net,
              static_cast<std::int64_t>(means[i] * 100) * customer.valued_repeats);
    EXPECT_EQ(SummaryOf(customer, histories.end_day, 7).age, age[i] / 7);
  }
  EXPECT_EQ(histories.rows_used, 14);
}

TEST(PurchaseHistoryTest, EndDayIsTheDayOfTheMomentBeforeAsOf) {
  const ShopTablesFixture shop = SmallLog();
  const ShopTables tables = shop.Build();
  EXPECT_EQ(CollectPurchases(tables, shop.Calendar("2015-02-07 00:00:01")).end_day,
            *ParseDay("2015-02-07"));
  EXPECT_EQ(CollectPurchases(tables, shop.Calendar("2015-02-07")).end_day, *ParseDay("2015-02-06"));
}

TEST(PurchaseHistoryTest, DaysAreLocalAndCountAcrossTheChangeOfClocks) {
  ShopTablesFixture shop("Europe/Berlin");
  // Both sides of a local midnight, and the 23-hour day of 2024-03-31 in between.
  shop.Order("a", "2024-03-30 23:59:59", 100).Order("a", "2024-03-31 00:00", 100);
  shop.Order("a", "2024-04-01 00:00", 100).Order("a", "2024-04-01 23:59:59", 100);
  const PurchaseHistories histories = CollectPurchases(shop.Build(), shop.Calendar("2024-04-03"));
  const PurchaseSummary summary = SummaryOf(histories.customers[0], histories.end_day, 1);
  EXPECT_EQ(summary.repeats, 2);
  EXPECT_EQ(summary.last, 2);
  EXPECT_EQ(summary.age, 3);
}

TEST(PurchaseHistoryTest, LeavesOutRowsByTheFirstReasonAndCountsThem) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1000);
  shop.Visit("a", "2024-01-02", "has_basket");
  shop.Credit("a", "2024-01-03", 500);
  shop.Order("", "2024-01-04", 700);
  shop.Order("a", "2024-02-01", 700);  // At as_of: no longer seen.
  shop.Add({.client = "b",
            .local = "2024-01-05",
            .actions = "purchased",
            .payment = 900,
            .refund = 900});
  shop.Add({.client = "b",
            .local = "2024-01-06",
            .actions = "purchased",
            .payment = 900,
            .refund = 1000});
  const PurchaseHistories histories = CollectPurchases(shop.Build(), shop.Calendar("2024-02-01"));
  EXPECT_EQ(histories.rows_read, 7);
  EXPECT_EQ(histories.rows_used, 2);
  const std::map<std::string, std::int64_t> dropped = {
      {"after_as_of", 1}, {"not_purchased", 1}, {"guest", 1}, {"refunded", 2}};
  EXPECT_EQ(histories.rows_dropped, dropped);
  ASSERT_EQ(histories.customers.size(), 1U);  // b kept nothing.
  EXPECT_EQ(histories.customers[0].net, 500) << "the credit note is taken off";
}

TEST(PurchaseHistoryTest, OrdersThatCostNothingAreRepeatsWithoutValue) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1000).Order("a", "2024-01-08", 0).Order("a", "2024-01-15", 400);
  shop.Add({.client = "a", .local = "2024-01-22", .actions = "purchased"});  // Amount unknown.
  const PurchaseHistories histories = CollectPurchases(shop.Build(), shop.Calendar("2024-02-01"));
  EXPECT_EQ(histories.customers[0].repeats, 3);
  EXPECT_EQ(histories.customers[0].valued_repeats, 1);
  EXPECT_EQ(histories.customers[0].repeat_net, 400);
  EXPECT_EQ(histories.customers[0].net, 1400);
}

TEST(PurchaseHistoryTest, PartialRefundsLowerTheNet) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1000);
  shop.Add({.client = "a",
            .local = "2024-01-02",
            .actions = "purchased",
            .payment = 900,
            .refund = 250});
  const PurchaseHistories histories = CollectPurchases(shop.Build(), shop.Calendar("2024-02-01"));
  EXPECT_EQ(histories.customers[0].repeat_net, 650);
}

TEST(PurchaseHistoryTest, NothingToCollect) {
  const ShopTablesFixture shop;
  const PurchaseHistories histories = CollectPurchases(shop.Build(), shop.Calendar("2024-02-01"));
  EXPECT_TRUE(histories.customers.empty());
  EXPECT_EQ(histories.rows_read, 0);
}

TEST(PurchaseHistoryTest, NoDayLiesBehindTheEndNorBeforeTheFirstWhereTheClockWasSetBack) {
  const MidnightTwice night;
  const PurchaseHistories histories = CollectPurchases(night.shop.Build(), night.calendar);
  EXPECT_EQ(FormatDay(histories.end_day), "2010-11-07");
  ASSERT_EQ(histories.customers.size(), 1U);
  const PurchaseSummary summary = SummaryOf(histories.customers[0], histories.end_day, 1);
  EXPECT_EQ(summary.repeats, 0);
  EXPECT_EQ(summary.last, 0);
  EXPECT_EQ(summary.age, 0);
}

}  // namespace
}  // namespace cartwright
