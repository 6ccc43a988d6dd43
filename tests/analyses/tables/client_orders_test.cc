#include "analyses/tables/client_orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Rows are numbered in the order of these calls: keys count up.
ShopTablesFixture SmallShop() {
  ShopTablesFixture shop;
  shop.Order("b", "2024-03-02 10:00", 100)  // 0
      .Order("b", "2024-03-01 10:00", 100)  // 1
      .Order("", "2024-03-01 10:00", 100)   // 2: a guest.
      .Visit("b", "2024-03-01 11:00")       // 3
      .Order("b", "2024-03-01 10:00", 100)  // 4: the same moment as 1.
      .Credit("b", "2024-03-01 12:00", 50)  // 5
      .Order("b", "2024-03-05 00:00", 100)  // 6
      .Order("a", "2024-03-01 10:00", 0)    // 7
      .Customer("c", "2024-01-01");
  return shop;
}

TEST(ClientOrdersTest, OrdersComeByClientThenStartThenRow) {
  const ShopTablesFixture shop = SmallShop();
  const ShopTables tables = shop.Build();
  const ClientOrders orders =
      OrdersByClient(tables.sessions, tables.clients.size(), shop.At("2024-03-05"));
  ASSERT_EQ(orders.clients(), 3U);
  EXPECT_THAT(orders.Of(0), ElementsAre(7));
  EXPECT_THAT(orders.Of(1), ElementsAre(1, 4, 0));
  EXPECT_THAT(orders.Of(2), IsEmpty());
  EXPECT_EQ(orders.row.size(), 4U);
}

TEST(ClientOrdersTest, VisitsHoldWhatWasNotBoughtButNoCredits) {
  const ShopTablesFixture shop = SmallShop();
  const ShopTables tables = shop.Build();
  const ClientOrders visits =
      VisitsByClient(tables.sessions, tables.clients.size(), shop.At("2024-03-05 00:00:01"));
  EXPECT_THAT(visits.Of(1), ElementsAre(1, 4, 3, 0, 6));
}

TEST(ClientOrdersTest, NoClientsGiveNoLists) {
  const ClientOrders orders = OrdersByClient(ShopTablesFixture().Build().sessions, 0, 0);
  EXPECT_EQ(orders.clients(), 0U);
  EXPECT_THAT(orders.row, IsEmpty());
}

}  // namespace
}  // namespace cartwright
