#include "analyses/tables/shop_tables_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "daemon/base/parallel.h"
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

TEST(ShopTablesBuilderTest, RowsAreOrderedByKeyWhateverTheirArrival) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    const ShopTables tables = Cities().Shuffle(seed).Build();
    const SessionTable& sessions = tables.sessions;
    ASSERT_EQ(sessions.size(), 4U);
    // Byte order of the keys: "1", "10", "2", "3".
    EXPECT_THAT(sessions.client, ElementsAre(kNoCode, 0U, 1U, 0U));
    EXPECT_THAT(sessions.line_begin, ElementsAre(0U, 1U, 1U, 3U, 3U));
    std::vector<std::uint32_t> products;
    for (std::size_t line = 0; line < sessions.line_begin.back(); ++line) {
      products.push_back(sessions.LineProduct(line));
    }
    EXPECT_THAT(products, ElementsAre(0U, 1U, 0U)) << "lines keep their order";
    EXPECT_THAT(sessions.dimensions[0].code, ElementsAre(kNoCode, 0U, 1U, 1U));
    EXPECT_EQ(sessions.dimensions[0].values.Text(0), "Aachen");
  }
}

TEST(ShopTablesBuilderTest, AKeyOrAClientThatComesTwiceIsABugOfOurs) {
  ShopTablesBuilder builder(FixtureLayout(), TimeZone::Utc());
  builder.AddSession({.key = "same"});
  builder.AddSession({.key = "same"});
  EXPECT_FALSE(std::move(builder).Finish());
  ShopTablesBuilder customers(FixtureLayout(), TimeZone::Utc());
  customers.AddCustomer({.client = "c"});
  customers.AddCustomer({.client = "c"});
  EXPECT_FALSE(std::move(customers).Finish());
}

/// Random sessions and customers of 300 clients, spread over some builders in a random order.
Result<ShopTables> RandomShop(std::size_t parts, std::uint32_t order, std::size_t rows) {
  std::vector<ShopTablesBuilder> builders;
  for (std::size_t part = 0; part < parts; ++part) {
    ShopTablesLayout layout = CityLayout();
    layout.customer_dimensions = {"channel"};
    builders.emplace_back(std::move(layout), TimeZone::Find("Europe/Berlin").value());
  }
  std::vector<std::size_t> numbers(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    numbers[i] = i;
  }
  std::mt19937 spread(order);
  std::shuffle(numbers.begin(), numbers.end(), spread);
  for (const std::size_t number : numbers) {
    std::mt19937 random(static_cast<std::uint32_t>(number));
    ShopTablesBuilder& builder = builders[spread() % parts];
    const std::string key =
        "order-" + std::to_string(random() % 1'000) + "-" + std::to_string(number);
    const std::string client = "c" + std::to_string(random() % 300);
    const std::string product = "p" + std::to_string(random() % 40);
    const std::string city = "a city with a long name " + std::to_string(random() % 7);
    const std::optional<std::string_view> dimension =
        random() % 5 == 0 ? std::nullopt : std::optional<std::string_view>(city);
    const std::array<std::string_view, 2> promotions{"x", random() % 2 == 0 ? "y" : "a"};
    std::vector<LineInput> lines;
    for (std::size_t line = 0; line < random() % 4; ++line) {
      lines.push_back({product,
                       random() % 2 == 0 ? std::nullopt : std::optional<std::string_view>("k"),
                       static_cast<std::int32_t>(random() % 9),
                       UnitPrice{static_cast<std::int64_t>(random() % 100'000)}});
    }
    builder.AddSession(
        {.key = key,
         .client = random() % 10 == 0 ? std::nullopt : std::optional<std::string_view>(client),
         .start = 1'700'000'000'000 + static_cast<EpochMillis>(random()) * 10,
         .actions = static_cast<std::uint32_t>(random() % 16),
         .amounts = {static_cast<std::int64_t>(random() % 1'000)},
         .promotions = std::span(promotions).first(random() % 3),
         .dimensions = std::span(&dimension, 1),
         .lines = lines});
    if (number < 200) {
      const std::string own = "c" + std::to_string(number);
      builder.AddCustomer({.client = own, .download = 5, .signup = {}, .dimensions = {}});
    }
  }
  return ShopTablesBuilder::FinishTogether(std::move(builders));
}

template <class Column>
void ExpectEqualTexts(const Dictionary& a, const Dictionary& b, const Column& name) {
  ASSERT_EQ(a.size(), b.size()) << name;
  for (std::uint32_t code = 0; code < a.size(); ++code) {
    ASSERT_EQ(a.Text(code), b.Text(code)) << name;
  }
}

void ExpectEqualTables(const ShopTables& a, const ShopTables& b) {
  EXPECT_EQ(a.sessions.start, b.sessions.start);
  EXPECT_EQ(a.sessions.day, b.sessions.day);
  EXPECT_EQ(a.sessions.hour, b.sessions.hour);
  EXPECT_EQ(a.sessions.client, b.sessions.client);
  EXPECT_EQ(a.sessions.actions, b.sessions.actions);
  EXPECT_EQ(a.sessions.amount, b.sessions.amount);
  EXPECT_EQ(a.sessions.promotion, b.sessions.promotion);
  EXPECT_EQ(a.sessions.first_orders, b.sessions.first_orders);
  EXPECT_EQ(a.sessions.dimensions[0].code, b.sessions.dimensions[0].code);
  EXPECT_EQ(a.sessions.line_begin, b.sessions.line_begin);
  EXPECT_EQ(a.sessions.line_item, b.sessions.line_item);
  EXPECT_EQ(a.sessions.line_quantity, b.sessions.line_quantity);
  EXPECT_EQ(a.sessions.line_price, b.sessions.line_price);
  EXPECT_EQ(*a.sessions.items, *b.sessions.items);
  EXPECT_EQ(a.customers.client, b.customers.client);
  EXPECT_EQ(a.customers.download, b.customers.download);
  EXPECT_EQ(a.customers.dimensions[0].code, b.customers.dimensions[0].code);
  ExpectEqualTexts(a.clients, b.clients, "clients");
  ExpectEqualTexts(a.sessions.promotions, b.sessions.promotions, "promotions");
  ExpectEqualTexts(a.sessions.products, b.sessions.products, "products");
  ExpectEqualTexts(a.sessions.categories, b.sessions.categories, "categories");
  ExpectEqualTexts(a.sessions.dimensions[0].values, b.sessions.dimensions[0].values, "city");
}

TEST(ShopTablesBuilderTest, PartsOrderAndThreadsCannotBeSeenInTheTables) {
  SetParallelThreads(1);
  const ShopTables expected = RandomShop(1, 0, 5'000).value();
  EXPECT_EQ(expected.sessions.size(), 5'000U);
  EXPECT_EQ(expected.customers.size(), 200U);
  EXPECT_TRUE(std::is_sorted(expected.sessions.items->begin(), expected.sessions.items->end()));
  for (const int threads : {1, 2, 4}) {
    SetParallelThreads(threads);
    for (const std::size_t parts : {1U, 2U, 3U, 8U}) {
      ExpectEqualTables(expected,
                        RandomShop(parts, static_cast<std::uint32_t>(parts), 5'000).value());
    }
  }
  SetParallelThreads(0);
}

TEST(ShopTablesBuilderTest, LinesFindTheirSessionsInAnyPartAndKeepTheirOrder) {
  std::vector<ShopTablesBuilder> parts;
  for (int i = 0; i < 3; ++i) {
    parts.emplace_back(FixtureLayout(), TimeZone::Utc());
  }
  const auto line = [](std::string_view product) {
    return LineInput{product, std::nullopt, 1, UnitPrice{5}};
  };
  parts[0].AddLine("b", 7, line("second"));
  parts[1].AddSession({.key = "b", .actions = 0b1001, .amounts = {100}});
  parts[2].AddSession({.key = "a"});
  parts[1].AddLine("c", 1, line("other"));
  parts[2].AddLine("b", 3, line("first"));
  parts[0].AddSession({.key = "c"});
  const ShopTables tables = ShopTablesBuilder::FinishTogether(std::move(parts)).value();
  const SessionTable& sessions = tables.sessions;
  EXPECT_THAT(sessions.line_begin, ElementsAre(0U, 0U, 2U, 3U));
  std::vector<std::string> products;
  for (std::size_t i = 0; i < 3; ++i) {
    products.emplace_back(sessions.products.Text(sessions.LineProduct(i)));
  }
  EXPECT_THAT(products, ElementsAre("first", "second", "other"));
  EXPECT_THAT(sessions.actions, ElementsAre(0b1U, 0b1011U, 0b11U)) << "a line makes a basket";
}

TEST(ShopTablesBuilderTest, LinesWithoutASessionOrAPaymentAreRefused) {
  ShopTablesBuilder lost(FixtureLayout(), TimeZone::Utc());
  lost.AddSession({.key = "a"});
  lost.AddLine("b", 0, {.product = "p", .quantity = 1});
  EXPECT_FALSE(std::move(lost).Finish());
  for (const bool priced : {false, true}) {
    ShopTablesBuilder unpaid(FixtureLayout(), TimeZone::Utc());
    unpaid.AddSession({.key = "a", .actions = 0b1001});
    unpaid.AddLine("a", 0,
                   {.product = "p",
                    .quantity = 1,
                    .price = priced ? std::optional(UnitPrice{5}) : std::nullopt});
    EXPECT_EQ(std::move(unpaid).Finish().has_value(), !priced);
  }
}

TEST(ShopTablesBuilderTest, AKeyThatTwoPartsHaveIsABugOfOurs) {
  std::vector<ShopTablesBuilder> parts;
  for (int i = 0; i < 2; ++i) {
    parts.emplace_back(FixtureLayout(), TimeZone::Utc()).AddSession({.key = "same"});
  }
  EXPECT_FALSE(ShopTablesBuilder::FinishTogether(std::move(parts)));
}

}  // namespace
}  // namespace cartwright
