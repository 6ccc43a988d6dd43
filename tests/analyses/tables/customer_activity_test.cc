#include "analyses/tables/customer_activity.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/midnight_twice.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

ShopTablesFixture Shop() {
  ShopTablesFixture shop;
  shop.Visit("ann", "2024-03-01").Order("ann", "2024-03-02", 500);
  shop.Credit("ann", "2024-03-03", 100).Order("", "2024-03-03", 100);
  shop.Add({.client = "bob",
            .local = "2024-03-03",
            .actions = "purchased",
            .payment = 100,
            .refund = 100});
  shop.Order("bob", "2024-03-04", 500);
  return shop;
}

TEST(CustomerActivityTest, OrdersAreThoseThatCount) {
  const ShopTablesFixture shop = Shop();
  const ShopTables tables = shop.Build();
  const CustomerActivity activity =
      FindActivity(tables, ActivityKind::kOrder, shop.At("2024-03-04"));
  EXPECT_EQ(activity.by_client.Of(0).size(), 1U);
  EXPECT_EQ(activity.by_client.Of(1).size(), 0U);
  EXPECT_EQ(activity.rows_read, 6);
  EXPECT_EQ(activity.rows_used, 1);
  const std::map<std::string, std::int64_t> dropped = {
      {"after_as_of", 1}, {"credit", 1}, {"guest", 1}, {"not_purchased", 1}, {"refunded", 1}};
  EXPECT_EQ(activity.rows_dropped, dropped);
  EXPECT_EQ(activity.first, shop.At("2024-03-02"));
}

TEST(CustomerActivityTest, VisitsAreAllButCreditNotes) {
  const ShopTablesFixture shop = Shop();
  const ShopTables tables = shop.Build();
  const CustomerActivity activity =
      FindActivity(tables, ActivityKind::kVisit, shop.At("2024-03-04"));
  EXPECT_EQ(activity.by_client.Of(0).size(), 2U);
  EXPECT_EQ(activity.by_client.Of(1).size(), 1U);
  EXPECT_EQ(activity.rows_read, 6);
  EXPECT_EQ(activity.rows_used, 3);
  const std::map<std::string, std::int64_t> dropped = {
      {"after_as_of", 1}, {"credit", 1}, {"guest", 1}};
  EXPECT_EQ(activity.rows_dropped, dropped);
  EXPECT_EQ(activity.first, shop.At("2024-03-01"));
}

TEST(CustomerActivityTest, NamesGiveTheirKind) {
  EXPECT_EQ(ActivityOf("order"), ActivityKind::kOrder);
  EXPECT_EQ(ActivityOf("visit"), ActivityKind::kVisit);
}

TEST(CustomerActivityTest, DaysNeverFall) {
  MidnightTwice night;
  const ShopTables tables = night.shop.Build();
  const CustomerActivity activity =
      FindActivity(tables, ActivityKind::kOrder, night.calendar.as_of);
  std::vector<std::string> days;
  ForEachDay(tables.sessions, activity.by_client.Of(0),
             [&days](std::uint32_t, DayNumber day) { days.push_back(FormatDay(day)); });
  EXPECT_EQ(days, (std::vector<std::string>{"2010-11-07", "2010-11-07"}));
}

}  // namespace
}  // namespace cartwright
