#include "analyses/rfm/rfm_customers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analyses/rfm/rfm.h"
#include "tests/support/midnight_twice.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

/// The gaps of the one customer of a shop.
OrderGaps Gaps(const ShopTablesFixture& shop, std::string_view as_of = "2025-01-01") {
  const ShopTables tables = shop.Build();
  const CustomerPurchases purchases = PurchasesByCustomer(tables, shop.Calendar(as_of));
  return GapsOfOrders(tables.sessions, purchases.order_rows.Of(purchases.client.at(0)));
}

TEST(RfmCustomersTest, GapsAreBetweenOrderDays) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-03-01 09:00", 1)
      .Order("a", "2024-03-01 23:00", 1)  // The same day: one occasion.
      .Order("a", "2024-03-05 01:00", 1)
      .Order("a", "2024-03-07 01:00", 1)
      .Order("a", "2024-04-06 01:00", 1);
  const OrderGaps gaps = Gaps(shop);  // 4, 2, 30.
  EXPECT_EQ(gaps.mean, 12);
  EXPECT_EQ(gaps.median, 4);
  EXPECT_NEAR(gaps.variation.value(), std::sqrt((64 + 100 + 324) / 2.0) / 12, 1e-12);
}

TEST(RfmCustomersTest, OneOrderDayHasNoGap) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-03-01 09:00", 1).Order("a", "2024-03-01 12:00", 1);
  EXPECT_FALSE(Gaps(shop).mean.has_value());
  EXPECT_FALSE(Gaps(shop).median.has_value());
  shop.Order("a", "2024-03-02 00:00", 1);
  EXPECT_EQ(Gaps(shop).mean, 1);
  EXPECT_FALSE(Gaps(shop).variation.has_value());
}

TEST(RfmCustomersTest, GapsAreNeverNegativeWhereTheClockWasSetBack) {
  MidnightTwice night;
  EXPECT_FALSE(Gaps(night.shop).mean.has_value());
}

TEST(RfmCustomersTest, EveryCustomerHasTotalsMeansAndTenure) {
  ShopTablesFixture shop;
  for (const char* client : {"b", "c", "d", "e"}) {
    shop.Order(client, "2024-03-10 00:00", 500);
  }
  shop.Order("a", "2024-03-01 12:00", 1000)
      .Order("a", "2024-03-05 12:00", 0)  // Costs nothing: no part in the mean.
      .Order("a", "2024-03-10 12:00", 3500)
      .Credit("a", "2024-03-11", 500);
  const auto reports = ComputeRfm(shop.Build(), shop.Calendar("2024-03-13"), {}).value();
  EXPECT_THAT(
      RowTexts(reports[0].customers,
               {"client", "recency_days", "frequency", "monetary", "mean_monetary", "tenure_days",
                "mean_gap_days", "median_gap_days", "first_order", "last_order"}),
      ElementsAre("a 2 3 4000 20.0000 11 4.5000 4.5000 2024-03-01T11:00:00.000Z "
                  "2024-03-10T11:00:00.000Z",
                  "b 2 1 500 5.0000 2 - - 2024-03-09T23:00:00.000Z 2024-03-09T23:00:00.000Z",
                  "c 2 1 500 5.0000 2 - - 2024-03-09T23:00:00.000Z 2024-03-09T23:00:00.000Z",
                  "d 2 1 500 5.0000 2 - - 2024-03-09T23:00:00.000Z 2024-03-09T23:00:00.000Z",
                  "e 2 1 500 5.0000 2 - - 2024-03-09T23:00:00.000Z 2024-03-09T23:00:00.000Z"));
}

}  // namespace
}  // namespace cartwright
