#include "analyses/product_analytic/sold_lines.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

constexpr std::int64_t kMinor = 10'000;  ///< One minor unit as a unit price.

ShopTables OneOrder(std::vector<FixtureLine> lines, std::optional<std::int64_t> discount = {}) {
  ShopTablesFixture shop;
  shop.Add({.client = "ann",
            .local = "2024-03-01",
            .actions = "purchased",
            .payment = 1,
            .discount = discount,
            .lines = std::move(lines)});
  return shop.Build();
}

TEST(SoldLinesTest, SharesTheDiscountByValue) {
  // 2 × 10.00 and 1 × 10.01: 30.01 with 1.00 off; exact parts 0.6664 and 0.3336.
  const ShopTables tables =
      OneOrder({{"a", 2, 1000 * kMinor}, {"b", 1, 1001 * kMinor}}, std::int64_t{100});
  SoldLines sold(tables.sessions);
  const auto lines = sold.Of(0);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].value, 2000);
  EXPECT_EQ(lines[1].value, 1001);
  EXPECT_EQ(lines[0].discount, 67);
  EXPECT_EQ(lines[1].discount, 33);
  EXPECT_EQ(lines[0].revenue() + lines[1].revenue(), 2901);
}

TEST(SoldLinesTest, ValuesSumToTheOrderRoundedOnce) {
  // Three times a third of a cent and a half: 0.5 × 3 = 1.5, half to even 2; not 0 + 0 + 0 or 3.
  const ShopTables tables =
      OneOrder({{"a", 1, kMinor / 2}, {"b", 1, kMinor / 2}, {"c", 1, kMinor / 2}});
  SoldLines sold(tables.sessions);
  const auto lines = sold.Of(0);
  EXPECT_EQ(lines[0].value, 1);
  EXPECT_EQ(lines[1].value, 1);
  EXPECT_EQ(lines[2].value, 0);
}

TEST(SoldLinesTest, LeavesOutReturnedLinesAndGivesUnpricedOnesNothing) {
  const ShopTables tables = OneOrder(
      {{"a", -1, 500 * kMinor}, {"b", 3, {}}, {"c", 0, 500 * kMinor}, {"d", 1, 500 * kMinor}},
      std::int64_t{7});
  SoldLines sold(tables.sessions);
  const auto lines = sold.Of(0);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_FALSE(lines[0].is_priced);
  EXPECT_EQ(lines[0].units, 3);
  EXPECT_EQ(lines[0].value, 0);
  EXPECT_EQ(lines[0].discount, 0);
  EXPECT_EQ(lines[1].discount, 7);
}

TEST(SoldLinesTest, SharesEquallyWhereNoLineHasValue) {
  const ShopTables tables = OneOrder({{"a", 1, 0}, {"b", 1, 0}}, std::int64_t{3});
  SoldLines sold(tables.sessions);
  EXPECT_EQ(sold.Of(0)[0].discount, 2);
  EXPECT_EQ(sold.Of(0)[1].discount, 1);
}

TEST(SoldLinesTest, LinesThatTakeOffValueGetNoDiscount) {
  const ShopTables tables =
      OneOrder({{"a", 1, 1000 * kMinor}, {"voucher", 1, -999 * kMinor}}, std::int64_t{10});
  SoldLines sold(tables.sessions);
  EXPECT_EQ(sold.Of(0)[0].value, 1000);
  EXPECT_EQ(sold.Of(0)[1].value, -999);
  EXPECT_EQ(sold.Of(0)[0].discount, 10);
  EXPECT_EQ(sold.Of(0)[1].discount, 0);
}

TEST(SoldLinesTest, AnOrderTooLargeToStayExactHasNoPrices) {
  const ShopTables tables =
      OneOrder({{"a", 2'000'000'000, kAmountLimit - 1}, {"b", 1, kMinor}}, std::int64_t{10});
  SoldLines sold(tables.sessions);
  const auto lines = sold.Of(0);
  EXPECT_FALSE(lines[0].is_priced);
  EXPECT_FALSE(lines[1].is_priced);
  EXPECT_EQ(lines[1].value, 0);
}

TEST(SoldLinesTest, PartsOfRandomOrdersSumToTheirTotals) {
  std::mt19937 random(3);
  const auto below = [&random](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  for (int round = 0; round < 300; ++round) {
    std::vector<FixtureLine> input;
    LineSum exact;
    for (std::int64_t i = below(6); i >= 0; --i) {
      const FixtureLine line{"p" + std::to_string(below(4)),
                             static_cast<std::int32_t>(1 + below(5)), below(30'000'000)};
      exact.Add(line.quantity, UnitPrice{*line.price});
      input.push_back(line);
    }
    const std::int64_t discount = below(2'000);
    const ShopTables tables = OneOrder(input, discount);
    SoldLines sold(tables.sessions);
    std::int64_t value = 0;
    std::int64_t shared = 0;
    for (const SoldLine& line : sold.Of(0)) {
      value += line.value;
      shared += line.discount;
    }
    ASSERT_EQ(value, exact.Rounded()->minor);
    ASSERT_EQ(shared, discount);
  }
}

}  // namespace
}  // namespace cartwright
