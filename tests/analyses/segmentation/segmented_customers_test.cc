#include "analyses/segmentation/segmented_customers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

/// Five customers with k orders on the k-th of March, and later ones.
ShopTablesFixture Shop() {
  ShopTablesFixture shop;
  for (int k = 1; k <= 5; ++k) {
    for (int order = 0; order < k; ++order) {
      shop.Order("c" + std::to_string(k), "2024-03-0" + std::to_string(k), 100 * k);
    }
  }
  shop.Order("a", "2024-03-20", 100).Order("c1", "2024-03-30 23:00", 900);
  return shop;
}

// A past run of the same shop is the oracle: what it said then, the moves start from.
TEST(SegmentedCustomersTest, BeforeIsWhatARunThenWouldHaveSaid) {
  const ShopTablesFixture shop = Shop();
  const ShopTables tables = shop.Build();
  // Over the night of 2024-03-31, which has 23 hours.
  for (const char* then : {"2024-03-06 12:00", "2024-03-25 12:00", "2024-03-31 12:00"}) {
    const std::int64_t days = 31 + 5 - std::stoi(std::string(then).substr(8, 2));
    const SegmentedCustomers before =
        SegmentCustomersBefore(tables, shop.Calendar("2024-04-05 12:00"), {}, days).value();
    const SegmentedCustomers run = SegmentCustomers(tables, shop.Calendar(then), {}).value();
    EXPECT_EQ(before.purchases.client, run.purchases.client) << then;
    EXPECT_EQ(before.segment, run.segment) << then;
    EXPECT_EQ(before.scores.recency.value, run.scores.recency.value) << then;
  }
}

TEST(SegmentedCustomersTest, AGivenReferenceMovesBackAsWell) {
  const ShopTablesFixture shop = Shop();
  const ShopTables tables = shop.Build();
  SegmentationOptions options;
  options.reference = "2024-04-10";
  const SegmentedCustomers before =
      SegmentCustomersBefore(tables, shop.Calendar("2024-04-05"), options, 20).value();
  EXPECT_THAT(before.scores.recency.value, ElementsAre(20, 19, 18, 17, 16));
  options.reference = "2024-03-30";  // Before the day of as_of: then the day of that as_of counts.
  EXPECT_THAT(SegmentCustomersBefore(tables, shop.Calendar("2024-04-05"), options, 20)
                  .value()
                  .scores.recency.value,
              ElementsAre(14, 13, 12, 11, 10));
}

TEST(SegmentedCustomersTest, CustomersWhoWereNoneAreNotYet) {
  const ShopTablesFixture shop = Shop();
  const ShopTables tables = shop.Build();
  const SegmentedCustomers now = SegmentCustomers(tables, shop.Calendar("2024-04-05"), {}).value();
  const SegmentedCustomers before =
      SegmentCustomersBefore(tables, shop.Calendar("2024-04-05"), {}, 20).value();
  const std::vector<std::size_t> segments = SegmentsBefore(now, before);
  ASSERT_EQ(segments.size(), 6U);
  EXPECT_EQ(segments[0], kNotYetCustomer);
  EXPECT_EQ(std::vector<std::size_t>(segments.begin() + 1, segments.end()), before.segment);
}

}  // namespace
}  // namespace cartwright
