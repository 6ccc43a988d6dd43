#include "analyses/tables/row_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RowGroupsTest, KeepsTheOrderOfRowsWithinAGroup) {
  const std::vector<std::uint32_t> rows = {5, 2, 9, 4};
  const RowGroups groups = GroupRows(rows, 3, [](std::uint32_t row) { return row % 2 * 2; });
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups.Of(0), ElementsAre(2, 4));
  EXPECT_THAT(groups.Of(1), IsEmpty());
  EXPECT_THAT(groups.Of(2), ElementsAre(5, 9));
  EXPECT_EQ(GroupRows({}, 0, [](std::uint32_t) { return 0U; }).size(), 0U);
}

TEST(RowGroupsTest, OrdersAreVisitsThatBoughtBeforeAMoment) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-01 10:00", 100)
      .Visit("ann", "2024-03-01 11:00", "has_basket")
      .Credit("ann", "2024-03-01 12:00", 100)
      .Order("", "2024-03-01 13:00", 0)
      .Order("ann", "2024-03-02 00:00", 100)
      .Visit("ann", "2024-03-03");
  const ShopTables tables = shop.Build();
  const OrderRows orders = OrdersBefore(tables.sessions, shop.At("2024-03-02"));
  EXPECT_THAT(orders.rows, ElementsAre(0, 3));
  EXPECT_EQ(orders.not_purchased, 1);
  EXPECT_EQ(orders.credits, 1);
  EXPECT_EQ(orders.after_as_of, 2);
}

}  // namespace
}  // namespace cartwright
