#include "analyses/tables/shop_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

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

TEST(ShopPartTest, PartsTogetherAreTheRowsWithAValueAndNumberTheirOwnClients) {
  ShopTablesLayout layout = CityLayout();
  layout.customer_dimensions = {"city"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    const std::string city(1, static_cast<char>('A' + random() % 6));
    shop.Add(
        {.client = random() % 9 == 0 ? "" : "client " + std::to_string(random() % 150),
         .local = "2024-03-01",
         .payment = static_cast<std::int64_t>(random() % 100),
         .dimensions = {random() % 4 == 0 ? std::nullopt : std::optional(city)},
         .lines = std::vector<FixtureLine>(random() % 3, {"p" + std::to_string(random() % 5)})});
  }
  const ShopTables tables = shop.Build();
  const SessionTable& all = tables.sessions;
  const DimensionParts parts(tables, "city");
  ASSERT_EQ(parts.size(), 6U);
  for (std::size_t number = 0; number < parts.size(); ++number) {
    const ShopTables part = parts.Part(number);
    std::size_t at = 0;
    std::set<std::string> clients;
    for (std::size_t row = 0; row < all.size(); ++row) {
      if (all.dimensions[0].code[row] != number) {
        continue;
      }
      ASSERT_LT(at, part.sessions.size());
      EXPECT_EQ(part.sessions.Amount(at, AmountKind::kPayment),
                all.Amount(row, AmountKind::kPayment));
      const std::uint32_t lines = all.line_begin[row + 1] - all.line_begin[row];
      ASSERT_EQ(part.sessions.line_begin[at + 1] - part.sessions.line_begin[at], lines);
      for (std::uint32_t line = 0; line < lines; ++line) {
        EXPECT_EQ(part.sessions.LineProduct(part.sessions.line_begin[at] + line),
                  all.LineProduct(all.line_begin[row] + line));
      }
      if (all.client[row] == kNoCode) {
        EXPECT_EQ(part.sessions.client[at], kNoCode);
      } else {
        EXPECT_EQ(part.clients.Text(part.sessions.client[at]),
                  tables.clients.Text(all.client[row]));
        clients.emplace(tables.clients.Text(all.client[row]));
      }
      ++at;
    }
    EXPECT_EQ(at, part.sessions.size());
    EXPECT_EQ(part.clients.size(), clients.size()) << "nobody else's clients";
  }
}

TEST(ShopPartTest, CustomersWithAColumnOfTheirOwnAreThoseWithTheValueThere) {
  ShopTablesLayout layout = CityLayout();
  layout.customer_dimensions = {"city"};
  ShopTablesBuilder builder(layout, TimeZone::Utc());
  const std::optional<std::string_view> bonn = "Bonn";
  const std::optional<std::string_view> ulm = "Ulm";
  builder.AddSession({.key = "1", .client = "a", .dimensions = std::span(&bonn, 1)});
  builder.AddCustomer({.client = "a", .dimensions = std::span(&ulm, 1)});
  builder.AddCustomer({.client = "b", .dimensions = std::span(&bonn, 1)});
  const ShopTables tables = std::move(builder).Finish().value();
  const DimensionParts parts(tables, "city");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts.value(0), "Bonn");
  const ShopTables in_bonn = parts.Part(0);
  ASSERT_EQ(in_bonn.customers.size(), 1U);
  EXPECT_EQ(in_bonn.clients.Text(in_bonn.customers.client[0]), "b");
  EXPECT_EQ(in_bonn.clients.Text(in_bonn.sessions.client[0]), "a");
  const ShopTables in_ulm = parts.Part(1);
  EXPECT_EQ(in_ulm.sessions.size(), 0U);
  EXPECT_EQ(in_ulm.customers.size(), 1U);
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
