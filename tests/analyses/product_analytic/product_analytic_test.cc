#include "analyses/product_analytic/product_analytic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kMajor = 1'000'000;  ///< 1.00 as a unit price.
constexpr std::string_view kAsOf = "2024-03-04 12:00";

std::vector<Report> Compute(const ShopTablesFixture& shop,
                            const ProductAnalyticOptions& options = {}) {
  return ComputeProductAnalytic(shop.Build(), shop.Calendar(kAsOf), options).value();
}

std::vector<std::string> Rows(const std::vector<Report>& reports, std::string_view type,
                              const std::vector<std::string>& columns = {}) {
  return RowTexts(FindReport(reports, type, "").table, columns);
}

FixtureLine Tea(std::int32_t quantity) { return {"tea", quantity, 10 * kMajor, "drinks"}; }
FixtureLine Cup(std::int32_t quantity, std::int64_t price = 10) {
  return {"cup", quantity, price * kMajor, "ware"};
}

/// Four orders of two customers and a guest, a returned cup, and a cart that was left.
ShopTablesFixture TeaShop(const ShopTablesLayout& layout = FixtureLayout()) {
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add({.client = "ann",
            .local = "2024-03-01 10:00",
            .actions = "purchased",
            .payment = 2700,
            .discount = 300,
            .lines = {Tea(2), Cup(1)}});
  shop.Add({.client = "bob",
            .local = "2024-03-01 10:30",
            .actions = "purchased",
            .payment = 1000,
            .lines = {Tea(1)}});
  shop.Add(
      {.local = "2024-03-03 23:00", .actions = "purchased", .payment = 2700, .lines = {Cup(3, 9)}});
  shop.Add({.client = "ann",
            .local = "2024-03-03 09:00",
            .actions = "purchased",
            .payment = 1000,
            .refund = 500,
            .lines = {Tea(1), Cup(-1)}});
  shop.Add(
      {.client = "cat", .local = "2024-03-03 09:00", .actions = "has_basket", .lines = {Cup(5)}});
  shop.Order("dan", "2024-03-04 12:00", 9900);  // At as_of: not yet.
  return shop;
}

TEST(ProductAnalyticTest, ListsWhatWasOrderedMost) {
  const auto reports = Compute(TeaShop());
  EXPECT_THAT(
      Rows(reports, "most_ordered_products"),
      ElementsAre("1 tea drinks 3 0.7500 2 4 3800 0.5135", "2 cup ware 2 0.5000 1 4 3600 0.4865"));
  EXPECT_THAT(
      Rows(reports, "most_ordered_categories"),
      ElementsAre("1 drinks 1 3 0.7500 2 4 3800 0.5135", "2 ware 1 2 0.5000 1 4 3600 0.4865"));
  const Report report = FindReport(reports, "most_ordered_products", "");
  EXPECT_EQ(report.rows_read, 6);
  EXPECT_EQ(report.rows_used, 4);
  EXPECT_EQ(report.rows_dropped.at("not_purchased"), 1);
  EXPECT_EQ(report.rows_dropped.at("after_as_of"), 1);
  EXPECT_THAT(report.warnings, IsEmpty());
}

TEST(ProductAnalyticTest, GivesTheKpisOfEveryProductByRevenue) {
  const auto reports = Compute(TeaShop());
  // rank product category revenue share running class orders attach customers units first
  // per-customer repeat per-order lines value discount per-unit returned rate
  EXPECT_THAT(
      Rows(reports, "product_kpis"),
      ElementsAre("1 tea drinks 3800 0.5135 0.5135 A 3 0.7500 2 4 2 1.5000 0.5000 1.3333 3 4000 "
                  "200 9.5000 0 0.0000",
                  "2 cup ware 3600 0.4865 1.0000 C 2 0.5000 1 4 1 1.0000 0.0000 2.0000 2 3700 100 "
                  "9.0000 1 0.2500"));
  EXPECT_THAT(Rows(reports, "abc_classes"),
              ElementsAre("A 1 4 3800 0.5135", "B 0 0 0 0.0000", "C 1 4 3600 0.4865"));
  EXPECT_THAT(Rows(reports, "totals"), ElementsAre("4 4 2 8 5 2.0000 7700 300 7400 7400 0"));
}

TEST(ProductAnalyticTest, ProfilesHoursWithRankAndShare) {
  const auto reports = Compute(TeaShop());
  const auto rows = Rows(reports, "hourly_products_of_sales");
  ASSERT_EQ(rows.size(), 48U);
  EXPECT_EQ(rows[18], "9 tea false 1 1 1000 1 1 1.0000");
  EXPECT_EQ(rows[19], "9 cup false 0 0 0 - 1 0.0000");
  EXPECT_EQ(rows[20], "10 tea false 2 3 2800 1 2 1.0000");
  EXPECT_EQ(rows[21], "10 cup false 1 1 900 2 2 0.5000");
  EXPECT_EQ(rows[22], "11 tea false 0 0 0 - 0 -");
}

TEST(ProductAnalyticTest, ShowsEveryDayAndPutsTheRestIntoOneRow) {
  const auto reports = Compute(TeaShop(), {.series_items = 1});
  const Report report = FindReport(reports, "daily_products_of_sales", "");
  EXPECT_THAT(
      RowTexts(report.table, {"bucket_local", "is_complete", "product", "is_others", "orders",
                              "units", "product_revenue", "rank", "share"}),
      ElementsAre("2024-03-01 true tea false 2 3 2800 1 1.0000",
                  "2024-03-01 true - true 1 1 900 - 0.5000", "2024-03-02 true tea false 0 0 0 - -",
                  "2024-03-02 true - true 0 0 0 - -", "2024-03-03 true tea false 1 1 1000 1 0.5000",
                  "2024-03-03 true - true 1 3 2700 - 0.5000",
                  "2024-03-04 false tea false 0 0 0 - -", "2024-03-04 false - true 0 0 0 - -"));
  EXPECT_THAT(report.warnings, ElementsAre("1 of 2 have rows of their own; one row without a name "
                                           "holds the others"));
  EXPECT_EQ(FormatInstant(report.period_from.value()), "2024-02-29T23:00:00.000Z");
}

TEST(ProductAnalyticTest, RatesPairsBySupportConfidenceLiftAndLeverage) {
  const auto reports = Compute(TeaShop(), {.min_pair_orders = 1});
  // Four baskets, tea in 3, cup in 2, both in 1: lift 1×4 / (2×3), leverage 1/4 − 2×3/16.
  EXPECT_THAT(Rows(reports, "most_combined_products"),
              ElementsAre("cup tea 1 0.2500 0.5000 0.6667 -0.1250 0.3333 2 3 4"));
  EXPECT_THAT(Rows(reports, "most_combined_categories"),
              ElementsAre("ware drinks 1 0.2500 0.5000 0.6667 -0.1250 0.3333 2 3 4"));
  EXPECT_THAT(Rows(Compute(TeaShop()), "most_combined_products"), IsEmpty());
}

TEST(ProductAnalyticTest, SaysWhatWasLeftOutOfPairs) {
  const auto giants = Compute(TeaShop(), {.min_pair_orders = 1, .max_basket_items = 2});
  EXPECT_THAT(FindReport(giants, "most_combined_products", "").warnings, IsEmpty());
  ShopTablesFixture shop = TeaShop();
  shop.Add({.local = "2024-03-02",
            .actions = "purchased",
            .lines = {Tea(1), Cup(1), {"pot", 1, kMajor, "ware"}}});
  const Report report = FindReport(Compute(shop, {.min_pair_orders = 1, .max_basket_items = 2}),
                                   "most_combined_products", "");
  EXPECT_EQ(report.rows_dropped.at("giant_basket"), 1);
  EXPECT_EQ(report.rows_used, 4);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("1 orders with more than 2")));
  const Report top = FindReport(Compute(shop, {.min_pair_orders = 1, .top_pairs = 1}),
                                "most_combined_products", "");
  EXPECT_THAT(top.warnings, Contains(HasSubstr("the first 1 of 3 pairs")));
  const auto without =
      Compute(shop, {.min_pair_orders = 1, .exclude_from_pairs = {"pot", "no such product"}});
  EXPECT_EQ(Rows(without, "most_combined_products").size(), 1U);
}

TEST(ProductAnalyticTest, WhatNobodyRecordsIsNull) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  const auto reports = Compute(TeaShop(layout));
  EXPECT_EQ(Rows(reports, "totals",
                 {"product_value", "discount", "gross_revenue", "unexplained_revenue"})[0],
            "7700 - - -");
  EXPECT_THAT(FindReport(reports, "product_kpis", "").warnings,
              ElementsAre("no source gives discounts; not available: discount"));
  layout.recorded.lines = false;
  for (const Report& report : Compute(TeaShop(layout))) {
    EXPECT_EQ(report.status, ReportStatus::kNotAvailable) << report.key.type;
    EXPECT_EQ(report.table.rows(), 0U) << report.key.type;
  }
}

TEST(ProductAnalyticTest, LinesWithoutAPriceCountInOrdersAndUnitsOnly) {
  ShopTablesFixture shop;
  shop.Add({.client = "ann",
            .local = "2024-03-01",
            .actions = "purchased",
            .payment = 1200,
            .lines = {{"tea", 2, {}}, {"tea", 1, 10 * kMajor}, {"gift", 1, {}}}});
  const auto reports = Compute(shop);
  EXPECT_THAT(Rows(reports, "product_kpis",
                   {"product", "orders", "units", "product_revenue", "revenue_per_unit", "share",
                    "abc_class"}),
              ElementsAre("tea 1 3 1000 - 1.0000 C", "gift 1 1 - - - -"));
  EXPECT_EQ(Rows(reports, "totals", {"product_revenue", "unexplained_revenue"})[0], "1000 200");
  EXPECT_THAT(FindReport(reports, "totals", "").warnings,
              ElementsAre("2 of 3 sold lines have no price: they count in orders and units only"));
  EXPECT_EQ(FindReport(reports, "category_kpis", "").status_reason,
            "no basket line has a category");
}

TEST(ProductAnalyticTest, AnEmptyShopHasInsufficientData) {
  for (const Report& report : Compute(ShopTablesFixture())) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData) << report.key.type;
    EXPECT_EQ(report.table.rows(), 0U) << report.key.type;
  }
  ShopTablesFixture no_lines;
  no_lines.Order("ann", "2024-03-01", 100);
  EXPECT_EQ(FindReport(Compute(no_lines), "totals", "").status_reason,
            "no order with a sold basket line before as_of");
}

TEST(ProductAnalyticTest, RefusesClassesTheWrongWayRound) {
  const ShopTablesFixture shop = TeaShop();
  const auto made = ComputeProductAnalytic(shop.Build(), shop.Calendar(kAsOf),
                                           {.abc_a_share = 0.9, .abc_b_share = 0.5});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("expected at least abc_a_share (0.9), found 0.5"));
}

// ---- Random shops

ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&random](std::uint32_t n) { return static_cast<int>(random() % n); };
  ShopTablesFixture shop("Europe/Berlin");
  for (int i = 0; i < 150; ++i) {
    FixtureSession session;
    session.client = below(5) == 0 ? "" : "c" + std::to_string(below(12));
    session.local =
        "2024-02-" + std::to_string(10 + below(19)) + " " + std::to_string(10 + below(14)) + ":00";
    session.actions = below(3) == 0 ? "has_basket" : "purchased";
    session.payment = below(10'000);
    session.discount = below(3) == 0 ? std::optional<std::int64_t>(below(900)) : std::nullopt;
    for (int line = below(5); line > 0; --line) {
      const int product = std::min(below(15), below(15));
      session.lines.push_back(
          {"p" + std::to_string(product), below(6) - 1,
           below(8) == 0 ? std::nullopt : std::optional<std::int64_t>(below(9'000'000)),
           product % 4 == 0 ? std::nullopt : std::optional("g" + std::to_string(product % 3))});
    }
    shop.Add(std::move(session));
  }
  return shop;
}

struct NaiveProduct {
  std::set<std::size_t> orders;
  std::map<std::uint32_t, std::set<std::size_t>> orders_of_client;
  std::int64_t units = 0;
  std::int64_t returned = 0;
};

/// Counts products the slow way, over sets.
std::map<std::string, NaiveProduct> CountNaively(const SessionTable& sessions) {
  std::map<std::string, NaiveProduct> products;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    for (std::size_t line = sessions.line_begin[row]; line < sessions.line_begin[row + 1]; ++line) {
      NaiveProduct& product =
          products[std::string(sessions.products.Text(sessions.LineProduct(line)))];
      const std::int32_t quantity = sessions.line_quantity[line];
      product.returned -= std::min(quantity, 0);
      if (quantity <= 0 || !sessions.purchased(row)) {
        continue;
      }
      product.orders.insert(row);
      product.units += quantity;
      if (sessions.client[row] != kNoCode) {
        product.orders_of_client[sessions.client[row]].insert(row);
      }
    }
  }
  return products;
}

TEST(ProductAnalyticTest, AgreesWithCountingOverSets) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    auto expected = CountNaively(shop.Build().sessions);
    std::erase_if(expected, [](const auto& entry) {
      return entry.second.orders.empty() && entry.second.returned == 0;
    });
    const ReportTable kpis = FindReport(Compute(shop), "product_kpis", "").table;
    ASSERT_EQ(kpis.rows(), expected.size()) << seed;
    for (std::size_t row = 0; row < kpis.rows(); ++row) {
      const NaiveProduct& product = expected[std::string(kpis.Text(row, "product"))];
      std::int64_t repeat = 0;
      for (const auto& [client, orders] : product.orders_of_client) {
        repeat += orders.size() > 1 ? 1 : 0;
      }
      const std::int64_t customers = std::ssize(product.orders_of_client);
      ASSERT_EQ(kpis.Integer(row, "orders"), std::ssize(product.orders)) << seed;
      ASSERT_EQ(kpis.Integer(row, "units"), product.units) << seed;
      ASSERT_EQ(kpis.Integer(row, "customers"), customers) << seed;
      ASSERT_EQ(kpis.Integer(row, "returned_units"), product.returned) << seed;
      if (customers > 0) {
        ASSERT_DOUBLE_EQ(kpis.Real(row, "repeat_rate"),
                         static_cast<double>(repeat) / static_cast<double>(customers))
            << seed;
      }
    }
  }
}

struct Sums {
  std::int64_t units = 0;
  std::int64_t revenue = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
};

Sums SumOf(const ReportTable& table) {
  Sums sums;
  const std::size_t revenue = table.Find("product_revenue").value();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    sums.units += table.Integer(row, "units");
    sums.revenue += table.IsNull(row, revenue) ? 0 : table.Amount(row, "product_revenue").minor;
  }
  return sums;
}

TEST(ProductAnalyticTest, ProductsCategoriesHoursAndDaysSumToTheTotal) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const auto reports = Compute(RandomShop(seed), {.series_items = 3});
    const Sums total = SumOf(FindReport(reports, "totals", "").table);
    EXPECT_GT(total.units, 0);
    for (const char* type :
         {"product_kpis", "category_kpis", "hourly_products_of_sales", "hourly_categories_of_sales",
          "daily_products_of_sales", "daily_categories_of_sales"}) {
      EXPECT_EQ(SumOf(FindReport(reports, type, "").table), total) << type << " " << seed;
    }
  }
}

TEST(ProductAnalyticTest, RowsMayArriveInAnyOrder) {
  ShopTablesFixture shop = RandomShop(4);
  const auto reports = Compute(shop, {.min_pair_orders = 1});
  const auto shuffled = Compute(shop.Shuffle(9), {.min_pair_orders = 1});
  ASSERT_EQ(shuffled.size(), reports.size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(RowTexts(shuffled[i].table), RowTexts(reports[i].table)) << reports[i].key.type;
  }
}

}  // namespace
}  // namespace cartwright
