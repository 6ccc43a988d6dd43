// Figures that others can check: the UCI Online Retail set and the Groceries baskets of the R
// package arules (analyses of a public tool give the same counts).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "analyses/product_analytic/item_pairs.h"
#include "analyses/product_analytic/product_analytic.h"
#include "analyses/tables/shop_tables_builder.h"
#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

TEST(ProductReferenceTest, ReproducesOnlineRetail) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "Online Retail is not in " << testing::DataFolder();
  }
  ShopCalendar calendar;
  calendar.zone = TimeZone::Find(testing::kOnlineRetailZone).value();
  calendar.as_of = calendar.zone.StartOfDay(ParseDay("2011-12-10").value());
  const auto reports = ComputeProductAnalytic(*tables, calendar, {}).value();
  const auto rows = [&reports](std::string_view type, const std::vector<std::string>& columns) {
    return RowTexts(FindReport(reports, type, "").table, columns);
  };
  // 8,911,407.904 in the file; each invoice is rounded to pence.
  EXPECT_THAT(rows("totals", {"orders", "products", "lines", "product_revenue", "gross_revenue",
                              "unexplained_revenue"}),
              ElementsAre("18532 3665 397884 891140790 891140790 0"));
  EXPECT_THAT(rows("abc_classes", {"abc_class", "products"}),
              ElementsAre("A 776", "B 922", "C 1967"));
  auto kpis = rows("product_kpis", {"rank", "product", "orders", "units", "product_revenue"});
  kpis.resize(5);
  EXPECT_THAT(kpis, ElementsAre("1 23843 1 80995 16846960", "2 22423 1703 12402 14259295",
                                "3 85123A 1978 36782 10060350", "4 85099B 1600 46181 8522078",
                                "5 23166 195 77916 8141673"));
  auto ordered = rows("most_ordered_products", {"rank", "product", "orders"});
  ordered.resize(4);
  EXPECT_THAT(ordered,
              ElementsAre("1 85123A 1978", "2 22423 1703", "3 85099B 1600", "4 47566 1379"));
  auto pairs = rows("most_combined_products",
                    {"product", "with_product", "pair_orders", "item_orders", "with_item_orders"});
  pairs.resize(1);
  EXPECT_THAT(pairs, ElementsAre("22386 85099B 546 871 1600"));
}

/// The fields of a line of a CSV file; quoted ones without their quotes.
std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back().push_back(c);
    }
  }
  return fields;
}

/// One order a basket. Nothing when the data set is absent.
std::optional<ShopTables> LoadGroceries() {
  std::ifstream file(testing::DataFolder() + "/groceries/groceries_baskets.csv");
  if (!file) {
    return std::nullopt;
  }
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "purchased"};
  ShopTablesBuilder builder(std::move(layout), TimeZone::Utc());
  std::string line;
  for (int number = 0; std::getline(file, line); ++number) {
    const std::string key = std::to_string(number);
    const std::vector<std::string> fields = Fields(line);
    std::vector<LineInput> lines;
    for (const std::string& field : fields) {
      lines.push_back(
          {.product = field, .category = std::nullopt, .quantity = 1, .price = std::nullopt});
    }
    SessionInput session;
    session.key = key;
    session.actions = 3;
    session.lines = lines;
    builder.AddSession(session);
  }
  return std::move(builder).Finish().value();
}

TEST(ProductReferenceTest, ReproducesTheFrequentPairsOfGroceries) {
  const std::optional<ShopTables> tables = LoadGroceries();
  if (!tables) {
    GTEST_SKIP() << "Groceries are not in " << testing::DataFolder();
  }
  const Items items = ProductItems(tables->sessions);
  const OrderRows orders = OrdersBefore(tables->sessions, 1);
  struct Case {
    double support;
    std::int64_t threshold, items, pairs;
  };
  // Frequent sets of one and of two items: arules' apriori.
  constexpr std::array<Case, 6> kCases = {{{0.05, 492, 28, 3},
                                           {0.02, 197, 59, 61},
                                           {0.01, 99, 88, 213},
                                           {0.006, 60, 109, 478},
                                           {0.005, 50, 120, 605},
                                           {0.001, 10, 157, 2981}}};
  for (const Case& expected : kCases) {
    const ItemPairs counted = CountPairs(tables->sessions, items, orders.rows,
                                         {.min_support = expected.support,
                                          .max_basket_items = 1000,
                                          .top = 10'000,
                                          .excluded = std::vector<bool>(items.places(), false)});
    EXPECT_EQ(counted.baskets, 9835);
    EXPECT_EQ(counted.threshold, expected.threshold);
    EXPECT_EQ(counted.found, expected.pairs) << expected.support;
    EXPECT_EQ(
        std::count_if(counted.item_baskets.begin(), counted.item_baskets.end(),
                      [&expected](std::int64_t baskets) { return baskets >= expected.threshold; }),
        expected.items);
  }
}

TEST(ProductReferenceTest, ReproducesTheRuleOfHerbsAndRootVegetables) {
  const std::optional<ShopTables> tables = LoadGroceries();
  if (!tables) {
    GTEST_SKIP() << "Groceries are not in " << testing::DataFolder();
  }
  ShopCalendar calendar;
  calendar.as_of = 1;
  const auto reports =
      ComputeProductAnalytic(*tables, calendar, {.min_pair_support = 0.006}).value();
  const ReportTable pairs = FindReport(reports, "most_combined_products", "").table;
  ASSERT_EQ(pairs.rows(), 478U);
  std::size_t row = 0;
  while (row < pairs.rows() && (pairs.Text(row, "product") != "herbs" ||
                                pairs.Text(row, "with_product") != "root vegetables")) {
    ++row;
  }
  ASSERT_LT(row, pairs.rows());
  EXPECT_EQ(pairs.Integer(row, "pair_orders"), 69);
  EXPECT_NEAR(pairs.Real(row, "support"), 0.007015760, 5e-10);
  EXPECT_NEAR(pairs.Real(row, "confidence"), 0.4312500, 5e-8);
  EXPECT_NEAR(pairs.Real(row, "lift"), 3.956477, 5e-7);
  EXPECT_NEAR(pairs.Real(row, "leverage"), 0.00524253, 5e-9);
}

}  // namespace
}  // namespace cartwright
