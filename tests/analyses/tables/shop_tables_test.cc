#include "analyses/tables/shop_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

ShopTablesLayout CityLayout() {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city"};
  return layout;
}

ShopTablesFixture Cities() {
  ShopTablesFixture shop("Europe/Berlin", CityLayout());
  shop.Add({.client = "b",
            .local = "2024-03-31 01:30",
            .actions = "purchased",
            .payment = 100,
            .dimensions = {"Bonn"},
            .lines = {{"p2", 1, 10'000}, {"p1", 2, 0}},
            .key = "2"});
  shop.Add({.client = "a", .local = "2024-03-31 23:59", .dimensions = {"Aachen"}, .key = "10"});
  shop.Add({.local = "2024-04-01 00:00",
            .actions = "purchased",
            .payment = 0,
            .dimensions = {std::nullopt},
            .lines = {{"p1", 1, {}}},
            .key = "1"});
  shop.Add({.client = "a",
            .local = "2024-04-01 12:00",
            .refund = 50,
            .dimensions = {"Bonn"},
            .key = "3"});
  return shop;
}

TEST(ShopTablesTest, RowsAreOrderedByKeyWhateverTheirArrival) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    const ShopTables tables = Cities().Shuffle(seed).Build();
    const SessionTable& sessions = tables.sessions;
    ASSERT_EQ(sessions.size(), 4U);
    // Byte order of the keys: "1", "10", "2", "3".
    EXPECT_THAT(sessions.client, ElementsAre(kNoCode, 0U, 1U, 0U));
    EXPECT_THAT(sessions.line_begin, ElementsAre(0U, 1U, 1U, 3U, 3U));
    EXPECT_THAT(sessions.line_product, ElementsAre(0U, 1U, 0U)) << "lines keep their order";
    EXPECT_THAT(sessions.dimensions[0].code, ElementsAre(kNoCode, 0U, 1U, 1U));
    EXPECT_EQ(sessions.dimensions[0].values.Text(0), "Aachen");
  }
}

TEST(ShopTablesTest, DaysAndHoursAreLocalOnTheDayTheClocksChange) {
  const SessionTable sessions = Cities().Build().sessions;
  EXPECT_EQ(FormatDay(sessions.day[2]), "2024-03-31");
  EXPECT_EQ(sessions.hour[2], 1);
  EXPECT_EQ(FormatDay(sessions.day[1]), "2024-03-31");
  EXPECT_EQ(sessions.hour[1], 23);
  EXPECT_EQ(FormatDay(sessions.day[0]), "2024-04-01");
}

TEST(ShopTablesTest, ACreditIsMoneyBackWithoutAPurchase) {
  const SessionTable sessions = Cities().Build().sessions;
  EXPECT_FALSE(sessions.is_credit(0));
  EXPECT_TRUE(sessions.is_credit(3));
  EXPECT_EQ(sessions.Net(3), -50);
  EXPECT_EQ(sessions.Net(2), 100);
}

TEST(ShopTablesTest, AKeyOrAClientThatComesTwiceIsABugOfOurs) {
  ShopTablesBuilder builder(FixtureLayout(), TimeZone::Utc());
  builder.AddSession({.key = "same"});
  builder.AddSession({.key = "same"});
  EXPECT_FALSE(std::move(builder).Finish());
  ShopTablesBuilder customers(FixtureLayout(), TimeZone::Utc());
  customers.AddCustomer({.client = "c"});
  customers.AddCustomer({.client = "c"});
  EXPECT_FALSE(std::move(customers).Finish());
}

TEST(ShopTablesTest, AnEmptyShopHasEmptyTables) {
  const ShopTables tables = ShopTablesFixture().Build();
  EXPECT_EQ(tables.sessions.size(), 0U);
  EXPECT_THAT(tables.sessions.line_begin, ElementsAre(0U));
}

}  // namespace
}  // namespace cartwright
