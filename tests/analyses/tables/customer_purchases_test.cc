#include "analyses/tables/customer_purchases.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

TEST(CustomerPurchasesTest, CountsOrdersAndTakesCreditsOff) {
  ShopTablesFixture shop;
  shop.Order("bob", "2024-03-02 10:00", 500);
  shop.Order("ann", "2024-03-05 10:00", 300).Order("ann", "2024-03-01 10:00", 200);
  shop.Add({.client = "ann",
            .local = "2024-03-09",
            .actions = "purchased",
            .payment = 100,
            .refund = 100});
  shop.Order("bob", "2024-03-03 10:00", 0);  // A sample.
  shop.Credit("ann", "2024-03-10", 450).Credit("cem", "2024-03-10", 1);
  shop.Visit("bob", "2024-03-11").Order("", "2024-03-11", 900).Order("ann", "2024-03-12", 70);
  const ShopTables tables = shop.Build();
  const CustomerPurchases purchases = PurchasesByCustomer(tables, shop.Calendar("2024-03-12"));
  ASSERT_EQ(purchases.size(), 2U);
  EXPECT_EQ(tables.clients.Text(purchases.client[0]), "ann");
  EXPECT_EQ(FormatDay(purchases.first_day[0]), "2024-03-01");
  EXPECT_EQ(FormatDay(purchases.last_day[0]), "2024-03-05");
  EXPECT_EQ(purchases.order_rows.Of(purchases.client[0]).size(), 2U);
  EXPECT_EQ(purchases.orders[0], 2);
  EXPECT_EQ(purchases.net[0], 50);
  EXPECT_EQ(FormatDay(purchases.last_day[1]), "2024-03-03");
  EXPECT_EQ(purchases.orders[1], 2);
  EXPECT_EQ(purchases.valued_orders[1], 1);
  EXPECT_EQ(purchases.net[1], 500);
  EXPECT_EQ(FormatDay(purchases.end_day), "2024-03-11");
  EXPECT_EQ(purchases.rows_read, 10);
  EXPECT_EQ(purchases.rows_used, 5);
  const std::map<std::string, std::int64_t> dropped = {
      {"after_as_of", 1}, {"credit", 1}, {"guest", 1}, {"not_purchased", 1}, {"refunded", 1}};
  EXPECT_EQ(purchases.rows_dropped, dropped);
}

TEST(CustomerPurchasesTest, ScoresNeedPaymentsAndAsManyCustomers) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-02", 500).Order("bob", "2024-03-02", 500);
  const ShopTables tables = shop.Build();
  const CustomerPurchases purchases = PurchasesByCustomer(tables, shop.Calendar("2024-03-12"));
  EXPECT_FALSE(ObstacleToScores(tables, purchases, 2).has_value());
  const auto too_few = ObstacleToScores(tables, purchases, 3);
  ASSERT_TRUE(too_few.has_value());
  EXPECT_FALSE(too_few->not_recorded);
  EXPECT_EQ(too_few->reason, "2 customers with an order; 3 scores need at least 3");
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  const ShopTables without = ShopTablesFixture("UTC", layout).Build();
  EXPECT_TRUE(ObstacleToScores(without, purchases, 2).value().not_recorded);
}

TEST(CustomerPurchasesTest, IsEmptyForAnEmptyShop) {
  const CustomerPurchases purchases = PurchasesByCustomer(ShopTablesFixture().Build(), {});
  EXPECT_EQ(purchases.size(), 0U);
  EXPECT_TRUE(purchases.rows_dropped.empty());
}

}  // namespace
}  // namespace cartwright
