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

// The limits of the architecture, whatever the fields are.
TEST(ShopTablesTest, ASessionTakes64BytesAndALine16) {
  const auto bytes = [](std::size_t dimensions, std::size_t amounts) {
    ShopTablesLayout layout = FixtureLayout();
    layout.recorded.amounts.fill(false);
    std::fill_n(layout.recorded.amounts.begin(), amounts, true);
    FixtureSession session{.client = "a",
                           .local = "2024-03-01",
                           .actions = "purchased",
                           .payment = 1,
                           .promotions = {"x"},
                           .lines = {{"p", 1, 5, "c"}, {"q", 1, 5, "c"}}};
    for (std::size_t i = 0; i < dimensions; ++i) {
      layout.dimensions.push_back("d" + std::to_string(i));
      session.dimensions.emplace_back("v");
    }
    ShopTablesFixture shop("Europe/Berlin", layout);
    for (int i = 0; i < 1'000; ++i) {
      shop.Add(session);
    }
    const TableMemory memory = MemoryOf(shop.Shuffle(1).Build());
    EXPECT_LE(memory.lines, 2'000U * 16);
    EXPECT_LT(memory.dictionaries, 1'000U);
    return (memory.sessions + 999) / 1'000;
  };
  EXPECT_LE(bytes(1, 2), 64U);
  EXPECT_LE(bytes(3, 2), bytes(1, 2) + 2 * 4);
  EXPECT_LE(bytes(1, 5), bytes(1, 2) + 3 * 8);
}

TEST(ShopTablesTest, AnAmountThatIsNotRecordedIsMissing) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts = {true, false, false, false, false};
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add(
      {.client = "a", .local = "2024-03-01", .actions = "purchased", .payment = 5, .refund = 2});
  const SessionTable sessions = shop.Build().sessions;
  EXPECT_EQ(sessions.Amount(0, AmountKind::kRefund), kMissingAmount);
  EXPECT_EQ(sessions.Net(0), 5);
}

TEST(ShopTablesTest, AnEmptyShopHasEmptyTables) {
  const ShopTables tables = ShopTablesFixture().Build();
  EXPECT_EQ(tables.sessions.size(), 0U);
  EXPECT_THAT(tables.sessions.line_begin, ElementsAre(0U));
}

}  // namespace
}  // namespace cartwright
