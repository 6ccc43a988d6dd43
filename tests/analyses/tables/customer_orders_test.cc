#include "analyses/tables/customer_orders.h"

#include <gtest/gtest.h>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

FixtureSession PartlyRefunded(std::int64_t payment, std::int64_t refund) {
  return {.client = "a",
          .local = "2024-03-01",
          .actions = "purchased",
          .payment = payment,
          .refund = refund};
}

TEST(CustomerOrdersTest, AnOrderCountsUnlessNothingOfItsPaymentWasKept) {
  ShopTablesFixture shop;
  shop.Add(PartlyRefunded(500, 499)).Add(PartlyRefunded(500, 500)).Add(PartlyRefunded(500, 501));
  shop.Add(PartlyRefunded(0, 0)).Add(PartlyRefunded(0, 1));
  const ShopTables tables = shop.Build();
  const CustomerOrders customers = OrdersOfCustomers(tables, shop.At("2024-04-01"));
  const auto rows = customers.orders.Of(0);
  EXPECT_EQ(std::vector<std::uint32_t>(rows.begin(), rows.end()),
            (std::vector<std::uint32_t>{0, 3}));
  EXPECT_EQ(customers.rows_dropped.at("refunded"), 3);
  EXPECT_EQ(customers.Net(tables.sessions, 0), 1);
}

TEST(CustomerOrdersTest, ACreditNoteLowersTheNetOfACustomerWithAnOrder) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-03-01", 500).Credit("a", "2024-03-05", 700).Credit("b", "2024-03-05", 700);
  shop.Credit("", "2024-03-05", 1);
  const ShopTables tables = shop.Build();
  const CustomerOrders customers = OrdersOfCustomers(tables, shop.At("2024-04-01"));
  EXPECT_EQ(customers.Net(tables.sessions, 0), -200);
  EXPECT_EQ(customers.rows_used, 2);
  EXPECT_EQ(customers.credits_used, 1);
  EXPECT_EQ(customers.rows_dropped.at("credit"), 1);
  EXPECT_EQ(customers.rows_dropped.at("guest"), 1);
}

}  // namespace
}  // namespace cartwright
