#include "analyses/cart/cart_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::IsEmpty;

constexpr EpochMillis kHour = 3'600'000;

/// Carts of a shop with a window of 24 hours and three days to come back.
CartUnits Find(const ShopTablesFixture& shop, std::string_view as_of = "2024-04-01") {
  const ShopTables tables = shop.Build();
  return FindCarts(tables, {.cart_bit = tables.sessions.ActionBit("has_basket"),
                            .window = 24 * kHour,
                            .recovery = 72 * kHour,
                            .as_of = shop.At(as_of)});
}

/// P, R, O or A a cart.
std::string States(const std::vector<CartUnit>& units) {
  std::string states;
  for (const CartUnit& unit : units) {
    states.push_back("PROA"[static_cast<std::size_t>(unit.state)]);
  }
  return states;
}

constexpr std::string_view kBoughtCart = "has_basket purchased";

TEST(CartUnitsTest, ASessionIsPurchasedOnlyWhenItBoughtItself) {
  ShopTablesFixture shop("UTC");
  shop.Visit("ann", "2024-03-01 10:00", "has_basket")
      .Visit("ann", "2024-03-01 11:00", kBoughtCart)
      .Visit("bob", "2024-03-01 10:00", "has_basket");
  const CartUnits units = Find(shop);
  EXPECT_EQ(States(units.sessions), "RPA");
  EXPECT_EQ(units.sessions[0].waited, kHour);
  EXPECT_EQ(States(units.customers), "PA");  // An hour is within ann's window.
  EXPECT_EQ(States(units.carts), "PA");      // Both of ann's sessions are one cart.
  EXPECT_EQ(units.carts[0].last_row, 1U);
}

TEST(CartUnitsTest, AnOrderAtTheEndOfTheWindowBuysAndALaterOneRecovers) {
  ShopTablesFixture shop("UTC");
  shop.Visit("at end", "2024-03-01 10:00", "has_basket")
      .Visit("at end", "2024-03-02 10:00", "purchased")
      .Visit("just later", "2024-03-01 10:00", "has_basket")
      .Visit("just later", "2024-03-02 10:00:01", "purchased")
      .Visit("last moment", "2024-03-01 10:00", "has_basket")
      .Visit("last moment", "2024-03-04 10:00", "purchased")
      .Visit("too late", "2024-03-01 10:00", "has_basket")
      .Visit("too late", "2024-03-04 10:00:01", "purchased");
  const CartUnits units = Find(shop);
  EXPECT_EQ(States(units.sessions), "RRRA");
  EXPECT_EQ(States(units.customers), "PRRA");
  EXPECT_EQ(States(units.carts), "PRRA");
  EXPECT_EQ(units.orders_without_cart, 4);
}

TEST(CartUnitsTest, ACartIsOpenUntilItsWindowIsOver) {
  ShopTablesFixture shop("UTC");
  shop.Visit("ann", "2024-03-01 10:00", "has_basket");
  EXPECT_EQ(States(Find(shop, "2024-03-02 09:59").sessions), "O");
  EXPECT_EQ(States(Find(shop, "2024-03-02 10:00").sessions), "A");
  EXPECT_EQ(States(Find(shop, "2024-03-02 09:59").carts), "O");
  EXPECT_THAT(Find(shop, "2024-03-01 10:00").sessions, IsEmpty());
}

TEST(CartUnitsTest, ACartSessionAfterTheWindowBeginsANewCart) {
  ShopTablesFixture shop("UTC");
  shop.Visit("ann", "2024-03-01 10:00", "has_basket")
      .Visit("ann", "2024-03-02 09:00", "has_basket")
      .Visit("ann", "2024-03-02 20:00")
      .Visit("ann", "2024-03-04 09:00", "has_basket")
      .Visit("ann", "2024-03-04 10:00", kBoughtCart)
      .Visit("ann", "2024-03-04 11:00", "has_basket");
  const CartUnits units = Find(shop);
  EXPECT_EQ(States(units.carts), "RPA");
  EXPECT_EQ(units.carts[0].last_row, 1U);
  EXPECT_EQ(units.carts[0].waited, 49 * kHour);
  EXPECT_EQ(States(units.sessions), "RRRPA");
}

TEST(CartUnitsTest, GuestsAreEachASubjectOfTheirOwnAndCreditsAreNoVisits) {
  ShopTablesFixture shop("UTC");
  shop.Visit("", "2024-03-01 10:00", "has_basket")
      .Visit("", "2024-03-01 11:00", kBoughtCart)
      .Add({.local = "2024-03-01 12:00", .actions = "has_basket", .refund = 5})
      .Visit("", "2024-03-01 12:00", "purchased");
  const CartUnits units = Find(shop);
  EXPECT_EQ(States(units.sessions), "AP");
  EXPECT_EQ(States(units.customers), "AP");
  EXPECT_EQ(States(units.carts), "AP");
  EXPECT_EQ(units.orders_without_cart, 1);
}

/// The state of one cart session, found by looking at every row.
CartState NaiveState(const SessionTable& sessions, std::size_t row, const CartRule& rule) {
  if (sessions.purchased(row)) {
    return CartState::kPurchased;
  }
  for (std::size_t other = 0; other < sessions.size(); ++other) {
    const EpochMillis wait = sessions.start[other] - sessions.start[row];
    const bool later = wait > 0 || (wait == 0 && other > row);
    if (sessions.client[row] != kNoCode && sessions.client[other] == sessions.client[row] &&
        sessions.purchased(other) && later && wait <= rule.recovery &&
        sessions.start[other] < rule.as_of) {
      return CartState::kRecovered;
    }
  }
  return sessions.start[row] + rule.window > rule.as_of ? CartState::kOpen : CartState::kAbandoned;
}

TEST(CartUnitsTest, AgreesWithLookingAtEveryPairOfRows) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&random](std::uint32_t n) { return static_cast<int>(random() % n); };
    ShopTablesFixture shop("UTC");
    for (int i = 0; i < 80; ++i) {
      shop.Visit(below(6) == 0 ? "" : "c" + std::to_string(below(12)),
                 "2024-03-" + std::to_string(10 + below(12)) + " " +
                     std::to_string(10 + below(14)) + ":00",
                 std::array{"", "has_basket", "has_basket", "purchased",
                            "has_basket purchased"}[static_cast<std::size_t>(below(5))]);
    }
    const ShopTables tables = shop.Build();
    const CartRule rule{.cart_bit = tables.sessions.ActionBit("has_basket"),
                        .window = 24 * kHour,
                        .recovery = 72 * kHour,
                        .as_of = shop.At("2024-03-21 06:00")};
    const CartUnits units = FindCarts(tables, rule);
    std::size_t carts = 0;
    for (std::size_t row = 0; row < tables.sessions.size(); ++row) {
      if ((tables.sessions.actions[row] & rule.cart_bit) != 0 &&
          tables.sessions.start[row] < rule.as_of) {
        ASSERT_EQ(units.sessions[carts].last_row, row) << seed;
        ASSERT_EQ(units.sessions[carts].state, NaiveState(tables.sessions, row, rule)) << seed;
        ++carts;
      }
    }
    ASSERT_EQ(units.sessions.size(), carts);
  }
}

}  // namespace
}  // namespace cartwright
