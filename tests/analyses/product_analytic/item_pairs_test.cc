#include "analyses/product_analytic/item_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A shop with one order a basket; a basket is product names of one letter.
ShopTables Shop(const std::vector<std::string>& baskets) {
  ShopTablesFixture shop;
  for (const std::string& basket : baskets) {
    FixtureSession order{.local = "2024-03-01", .actions = "purchased"};
    for (const char product : basket) {
      order.lines.push_back({std::string(1, product)});
    }
    shop.Add(std::move(order));
  }
  return shop.Build();
}

PairRule Rule(const ShopTables& tables, std::int64_t min_orders = 1) {
  return {.min_orders = min_orders,
          .max_basket_items = 100,
          .top = 100,
          .excluded = std::vector<bool>(ProductItems(tables.sessions).places(), false)};
}

ItemPairs Count(const ShopTables& tables, const PairRule& rule) {
  const OrderRows orders = OrdersBefore(tables.sessions, std::numeric_limits<EpochMillis>::max());
  return CountPairs(tables.sessions, ProductItems(tables.sessions), orders.rows, rule);
}

/// "ab:2" for each pair, the rarer first.
std::vector<std::string> Texts(const ShopTables& tables, const ItemPairs& counted) {
  const Dictionary& names = tables.sessions.products;
  std::vector<std::string> texts;
  for (const ItemPair& pair : counted.pairs) {
    std::string text(names.Text(static_cast<std::uint32_t>(pair.rarer)));
    text.append(names.Text(static_cast<std::uint32_t>(pair.other)));
    texts.push_back(text + ":" + std::to_string(pair.baskets));
  }
  return texts;
}

TEST(ItemPairsTest, CountsTheSevenBasketsOfTheBookExample) {
  // a 5, b 5, c 3, d 2, e 3 baskets.
  const ShopTables tables = Shop({"abc", "ab", "abd", "be", "ac", "ce", "abde"});
  const ItemPairs counted = Count(tables, Rule(tables));
  EXPECT_EQ(counted.baskets, 7);
  EXPECT_THAT(Texts(tables, counted),
              ElementsAre("ab:4", "da:2", "db:2", "ca:2", "eb:2", "de:1", "ce:1", "cb:1", "ea:1"));
  EXPECT_EQ(counted.found, 9);
  EXPECT_THAT(Texts(tables, Count(tables, Rule(tables, 2))),
              ElementsAre("ab:4", "da:2", "db:2", "ca:2", "eb:2"));
}

TEST(ItemPairsTest, AProductCountsOnceABasketAndOneItemIsABasket) {
  const ShopTables tables = Shop({"aab", "a", "bba", ""});
  const ItemPairs counted = Count(tables, Rule(tables));
  EXPECT_EQ(counted.baskets, 3);
  EXPECT_EQ(counted.item_baskets[0], 3);
  EXPECT_THAT(Texts(tables, counted), ElementsAre("ba:2"));
}

TEST(ItemPairsTest, LeavesGiantsOutOfEveryCount) {
  const ShopTables tables = Shop({"abcd", "ab", "abc"});
  PairRule rule = Rule(tables);
  rule.max_basket_items = 3;
  const ItemPairs counted = Count(tables, rule);
  EXPECT_EQ(counted.giants, 1);
  EXPECT_EQ(counted.baskets, 2);
  EXPECT_EQ(counted.item_baskets[0], 2);
  EXPECT_THAT(Texts(tables, counted), ElementsAre("ab:2", "ca:1", "cb:1"));
}

TEST(ItemPairsTest, LeavesExcludedItemsOut) {
  const ShopTables tables = Shop({"ab", "a", "abc"});
  PairRule rule = Rule(tables);
  rule.excluded[0] = true;
  const ItemPairs counted = Count(tables, rule);
  EXPECT_EQ(counted.baskets, 2);
  EXPECT_THAT(Texts(tables, counted), ElementsAre("cb:1"));
}

TEST(ItemPairsTest, AThresholdOfAWholeNumberIsNotRoundedUp) {
  // 0.07 × 100 is 7.000000000000001 as floating point.
  std::vector<std::string> baskets(93, "c");
  baskets.insert(baskets.end(), 7, "ab");
  const ShopTables tables = Shop(baskets);
  PairRule rule = Rule(tables);
  rule.min_support = 0.07;
  const ItemPairs counted = Count(tables, rule);
  EXPECT_EQ(counted.threshold, 7);
  EXPECT_THAT(Texts(tables, counted), ElementsAre("ab:7"));
  rule.min_support = 0.071;
  EXPECT_THAT(Texts(tables, Count(tables, rule)), IsEmpty());
}

TEST(ItemPairsTest, AgreesWithCountingEveryPairOfEveryBasket) {
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> baskets;
    std::map<std::pair<char, char>, std::int64_t> expected;
    for (int i = 0; i < 60; ++i) {
      std::string basket;
      for (std::uint64_t size = random() % 7; size > 0; --size) {
        basket.push_back(static_cast<char>('a' + std::min(random() % 12, random() % 12)));
      }
      const std::set<char> items(basket.begin(), basket.end());
      for (const char a : items) {
        for (const char b : items) {
          expected[{a, b}] += a < b ? 1 : 0;
        }
      }
      baskets.push_back(basket);
    }
    const std::int64_t least = 1 + static_cast<std::int64_t>(random() % 5);
    std::erase_if(expected, [least](const auto& entry) { return entry.second < least; });
    const ShopTables tables = Shop(baskets);
    const ItemPairs counted = Count(tables, Rule(tables, least));
    ASSERT_EQ(counted.pairs.size(), expected.size());
    for (const std::string& text : Texts(tables, counted)) {
      const std::pair<char, char> pair = std::minmax(text[0], text[1]);
      ASSERT_EQ(std::to_string(expected[pair]), text.substr(3));
    }
    // The top ones are the first of all.
    PairRule top = Rule(tables, least);
    top.top = 5;
    std::vector<std::string> first = Texts(tables, counted);
    first.resize(std::min<std::size_t>(first.size(), 5));
    ASSERT_EQ(Texts(tables, Count(tables, top)), first);
  }
}

}  // namespace
}  // namespace cartwright
