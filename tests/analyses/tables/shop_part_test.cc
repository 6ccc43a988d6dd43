#include "analyses/tables/shop_part.h"

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

TEST(ShopPartTest, RowRulesKeepWhatTheySay) {
  const SessionTable sessions = Cities().Build().sessions;
  EXPECT_EQ(KeepRows(sessions, {}).size(), 4U);
  EXPECT_EQ(KeepRows(sessions, {.known_client_only = true}).size(), 3U);
  const SessionTable paid = KeepRows(sessions, {.positive_payment_only = true});
  EXPECT_THAT(paid.start, ElementsAre(sessions.start[1], sessions.start[2]))
      << "visits stay, zero payments and credits go";
  const SessionTable priced = KeepRows(sessions, {.positive_price_only = true});
  EXPECT_EQ(priced.size(), 4U);
  EXPECT_THAT(priced.line_begin, ElementsAre(0U, 0U, 0U, 1U, 1U));
  EXPECT_THAT(priced.line_price, ElementsAre(10'000));
}

TEST(ShopPartTest, ADimensionValueKeepsItsSessionsAndTheirCustomers) {
  ShopTablesFixture shop = Cities();
  shop.Customer("a", "2024-01-01").Customer("b", "2024-01-02").Customer("c", "2024-01-03");
  const ShopTables tables = shop.Build();
  const ShopTables bonn = KeepDimensionValue(tables, "city", "Bonn");
  EXPECT_EQ(bonn.sessions.size(), 2U);
  EXPECT_EQ(bonn.customers.size(), 2U) << "a and b have a session in Bonn";
  EXPECT_EQ(KeepDimensionValue(tables, "city", "Aachen").customers.size(), 1U);
  EXPECT_EQ(KeepDimensionValue(tables, "city", "Nowhere").sessions.size(), 0U);
  EXPECT_EQ(KeepDimensionValue(tables, "no_such", "x").customers.size(), 0U);
}

TEST(ShopPartTest, APartSharesTheTextsAndKeepsTheFirstOrdersOfTheWholeShop) {
  ShopTablesFixture shop("Europe/Berlin", CityLayout());
  const auto order = [&shop](const char* local, std::int64_t payment, const char* city) {
    shop.Add({.client = "a",
              .local = local,
              .actions = "purchased",
              .payment = payment,
              .dimensions = {city},
              .lines = {{"p"}}});
  };
  order("2024-03-02", 0, "Aachen");
  order("2024-03-03", 100, "Bonn");
  order("2024-03-03", 100, "Bonn");  // The same moment: the higher key.
  order("2024-03-04", 100, "Bonn");
  const ShopTables tables = shop.Build();
  EXPECT_THAT(tables.sessions.first_orders, ElementsAre(kFirstOrder, kFirstPaidOrder, 0, 0));
  const ShopTables bonn = KeepDimensionValue(tables, "city", "Bonn");
  EXPECT_THAT(bonn.sessions.first_orders, ElementsAre(kFirstPaidOrder, 0, 0));
  EXPECT_FALSE(bonn.sessions.is_first_order(0));
  const SessionTable paid = KeepRows(bonn.sessions, {.positive_payment_only = true});
  EXPECT_TRUE(paid.is_first_order(0));
  EXPECT_FALSE(paid.is_first_order(1));
  EXPECT_EQ(bonn.clients.Text(0).data(), tables.clients.Text(0).data());
  EXPECT_EQ(bonn.sessions.products.Text(0).data(), tables.sessions.products.Text(0).data());
  EXPECT_THAT(bonn.sessions.line_begin, ElementsAre(0U, 1U, 2U, 3U));
}

}  // namespace
}  // namespace cartwright
