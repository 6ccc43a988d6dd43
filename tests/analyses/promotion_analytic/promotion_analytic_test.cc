#include "analyses/promotion_analytic/promotion_analytic.h"

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
using ::testing::IsEmpty;

constexpr std::string_view kAsOf = "2024-03-05 12:00";

std::vector<Report> Compute(const ShopTablesFixture& shop,
                            const PromotionAnalyticOptions& options = {}) {
  return ComputePromotionAnalytic(shop.Build(), shop.Calendar(kAsOf), options).value();
}

std::vector<std::string> Rows(const std::vector<Report>& reports, std::string_view type,
                              const std::vector<std::string>& columns = {}) {
  return RowTexts(FindReport(reports, type, "").table, columns);
}

FixtureSession Order(std::string client, std::string local, std::int64_t payment,
                     std::vector<std::string> promotions, std::int64_t discount = 0) {
  return {.client = std::move(client),
          .local = std::move(local),
          .actions = "purchased",
          .payment = payment,
          .discount = discount,
          .promotions = std::move(promotions)};
}

/// Six orders, four of them with a promotion, one of these with two.
ShopTablesFixture SpringShop(const ShopTablesLayout& layout = FixtureLayout()) {
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add(Order("ann", "2024-03-01 10:00", 1000, {}));
  shop.Add(Order("bob", "2024-03-02 10:00", 900, {"spring"}, 100));
  shop.Add(Order("ann", "2024-03-02 11:00", 1800, {"spring", "loyal"}, 200));
  FixtureSession refunded = Order("", "2024-03-04 09:00", 500, {"loyal"});
  refunded.refund = 100;
  shop.Add(std::move(refunded));
  shop.Add(Order("ann", "2024-03-04 12:00", 2000, {}));
  shop.Add(Order("bob", "2024-03-05 09:00", 450, {"spring"}, 50));
  shop.Visit("cat", "2024-03-02 10:00", "has_basket");
  return shop;
}

TEST(PromotionAnalyticTest, ComparesPromotedWithOrganicOrdersCountingEachOnce) {
  EXPECT_THAT(Rows(Compute(SpringShop()), "promoted_vs_organic"),
              ElementsAre("promoted 4 0.6667 2 1 1.5000 0.0000 3650 100 3550 350 0.0875 8.8750",
                          "organic 2 0.3333 1 1 2.0000 0.0000 3000 0 3000 0 0.0000 15.0000",
                          "all 6 1.0000 2 2 2.5000 0.0000 6650 100 6550 350 0.0500 10.9167"));
}

TEST(PromotionAnalyticTest, GivesKpisOverActiveAndOverAllDaysThatAreOver) {
  // promotion orders share uptake customers first gross returns net discount share aov units/order
  // active-days, then orders, revenue and discount by active day and by day. The 5th is not over.
  EXPECT_THAT(Rows(Compute(SpringShop()), "promotion_kpis"),
              ElementsAre("spring 3 0.5000 0.6000 2 1 3150 0 3150 350 0.1000 10.5000 0.0000 1 "
                          "2.0000 0.5000 27.0000 6.7500 3.0000 0.7500",
                          "loyal 2 0.3333 0.5000 1 0 2300 100 2200 200 0.0800 11.0000 0.0000 2 "
                          "1.0000 0.5000 11.5000 5.7500 1.0000 0.5000"));
}

TEST(PromotionAnalyticTest, ShowsEveryDayOfEachPromotion) {
  const auto reports = Compute(SpringShop());
  const std::vector<std::string> orders =
      Rows(reports, "inorganic_orders_per_promotion_per_day",
           {"bucket_local", "is_complete", "promotion", "orders", "share"});
  EXPECT_THAT(orders,
              ElementsAre("2024-03-01 true spring 0 0.0000", "2024-03-01 true loyal 0 0.0000",
                          "2024-03-02 true spring 2 1.0000", "2024-03-02 true loyal 1 0.5000",
                          "2024-03-03 true spring 0 -", "2024-03-03 true loyal 0 -",
                          "2024-03-04 true spring 0 0.0000", "2024-03-04 true loyal 1 0.5000",
                          "2024-03-05 false spring 1 1.0000", "2024-03-05 false loyal 0 0.0000"));
  EXPECT_EQ(Rows(reports, "daily_promotion_revenue", {"promotion", "gross_revenue"})[2],
            "spring 2700");
  EXPECT_EQ(Rows(reports, "daily_promotion_discount", {"promotion", "discount"})[3], "loyal 200");
  const Report fewer =
      FindReport(Compute(SpringShop(), {.daily_promotions = 1}), "daily_promotion_revenue", "");
  EXPECT_EQ(fewer.table.rows(), 5U);
  EXPECT_THAT(fewer.warnings, ElementsAre("daily rows for 1 of 2 promotions"));
}

TEST(PromotionAnalyticTest, TheRatioIsOfAllOrdersOfTheDayOrHour) {
  const auto reports = Compute(SpringShop());
  EXPECT_THAT(Rows(reports, "daily_inorganic_ratio",
                   {"bucket_local", "orders", "promoted_orders", "organic_orders",
                    "promotion_share", "promoted_revenue", "organic_revenue", "discount"}),
              ElementsAre("2024-03-01 1 0 1 0.0000 0 1000 0", "2024-03-02 2 2 0 1.0000 2700 0 300",
                          "2024-03-03 0 0 0 - 0 0 0", "2024-03-04 2 1 1 0.5000 500 2000 0",
                          "2024-03-05 1 1 0 1.0000 450 0 50"));
  const auto hours = Rows(reports, "hourly_inorganic_ratio");
  ASSERT_EQ(hours.size(), 24U);
  EXPECT_EQ(hours[9], "9 2 2 0 1.0000 950 0 50");
  EXPECT_EQ(hours[10], "10 2 1 1 0.5000 900 1000 100");
  EXPECT_EQ(Rows(reports, "hourly_organic_orders")[12], "12 1 2000");
  EXPECT_THAT(
      Rows(reports, "daily_organic_orders", {"bucket_local", "organic_orders"}),
      ElementsAre("2024-03-01 1", "2024-03-02 0", "2024-03-03 0", "2024-03-04 1", "2024-03-05 0"));
}

TEST(PromotionAnalyticTest, CountsCustomersWithoutGuests) {
  const auto reports = Compute(SpringShop());
  EXPECT_THAT(Rows(reports, "avg_order_count_per_promo_per_cust"),
              ElementsAre("spring 3 2 1.5000", "loyal 1 1 1.0000"));
  EXPECT_THAT(Rows(reports, "promotion_number_of_customer"),
              ElementsAre("spring 2 1.0000 1", "loyal 1 0.5000 0"));
}

TEST(PromotionAnalyticTest, APromotionNamedTwiceCountsOnce) {
  ShopTablesFixture shop;
  shop.Add(Order("ann", "2024-03-01", 100, {"x", "y", "x"}));
  EXPECT_THAT(Rows(Compute(shop), "promotion_kpis", {"promotion", "orders"}),
              ElementsAre("x 1", "y 1"));
}

TEST(PromotionAnalyticTest, HintsAtCannibalisationOnlyWhereTheDaysAreThere) {
  // Organic orders a day: 1, 0, 0, 1 and an unfinished day.
  EXPECT_THAT(Rows(Compute(SpringShop(), {.baseline_days = 1}), "cannibalisation_hint"),
              ElementsAre("spring 2024-03-01T23:00:00.000Z 2024-03-05T23:00:00.000Z 3 1 1.0000 "
                          "0.3333 - -0.6667",
                          "loyal 2024-03-01T23:00:00.000Z 2024-03-04T23:00:00.000Z 2 1 1.0000 "
                          "0.3333 - -0.6667"));
  EXPECT_THAT(Rows(Compute(SpringShop(), {.baseline_days = 2}), "cannibalisation_hint",
                   {"organic_per_day_before", "organic_per_day_during", "organic_change"}),
              ElementsAre("- 0.3333 -", "- 0.3333 -"));
  ShopTablesFixture early;
  early.Add(Order("ann", "2024-03-01", 100, {"x"}));
  early.Add(Order("ann", "2024-03-02", 100, {}));
  EXPECT_THAT(Rows(Compute(early, {.baseline_days = 3}), "cannibalisation_hint",
                   {"organic_per_day_after", "organic_change"}),
              ElementsAre("0.3333 -"));
}

TEST(PromotionAnalyticTest, WhatNobodyRecordsIsNull) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  layout.recorded.lines = false;
  const Report report = FindReport(Compute(SpringShop(layout)), "promoted_vs_organic", "");
  EXPECT_EQ(RowTexts(report.table)[0], "promoted 4 0.6667 2 1 1.5000 - - - - - - -");
  EXPECT_THAT(report.warnings,
              Contains("no source gives basket lines; not available: units_per_order"));
  layout.recorded.promotions = false;
  for (const Report& none : Compute(SpringShop(layout))) {
    EXPECT_EQ(none.status, ReportStatus::kNotAvailable) << none.key.type;
    EXPECT_EQ(none.table.rows(), 0U) << none.key.type;
  }
}

TEST(PromotionAnalyticTest, AShopWithoutOrdersOrPromotionsHasNoRowsOfThem) {
  for (const Report& report : Compute(ShopTablesFixture())) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData) << report.key.type;
    EXPECT_EQ(report.table.rows(), 0U) << report.key.type;
  }
  ShopTablesFixture organic;
  organic.Add(Order("ann", "2024-03-01", 100, {}));
  const auto reports = Compute(organic);
  EXPECT_THAT(Rows(reports, "promotion_kpis"), IsEmpty());
  EXPECT_EQ(Rows(reports, "promoted_vs_organic", {"orders", "share", "average_order_value"})[0],
            "0 0.0000 -");
}

// ---- Random shops

ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&random](std::uint32_t n) { return static_cast<int>(random() % n); };
  ShopTablesFixture shop("Europe/Berlin");
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> promotions;
    for (int k = below(4); k > 1; --k) {
      promotions.push_back("promo" + std::to_string(below(6)));
    }
    FixtureSession session = Order(below(4) == 0 ? "" : "c" + std::to_string(below(20)),
                                   "2024-02-" + std::to_string(10 + below(19)), below(5000),
                                   std::move(promotions), below(300));
    session.actions = below(4) == 0 ? "has_basket" : session.actions;
    session.refund = below(6) == 0 ? std::optional<std::int64_t>(below(900)) : std::nullopt;
    shop.Add(std::move(session));
  }
  return shop;
}

struct NaivePromotion {
  std::int64_t orders = 0;
  std::int64_t gross = 0;
  std::int64_t discount = 0;
  std::set<std::uint32_t> clients;
  std::map<DayNumber, std::int64_t> orders_of_day;
};

std::map<std::string, NaivePromotion> CountNaively(const SessionTable& sessions) {
  std::map<std::string, NaivePromotion> promotions;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (!sessions.purchased(row) || sessions.promotion[row] == kNoCode) {
      continue;
    }
    const std::string ids(sessions.promotions.Text(sessions.promotion[row]));
    for (int number = 0; number < 6; ++number) {
      const std::string name = "promo" + std::to_string(number);
      if (ids.find(name) == std::string::npos) {
        continue;
      }
      NaivePromotion& promotion = promotions[name];
      ++promotion.orders;
      promotion.gross += sessions.AmountOrZero(row, AmountKind::kPayment);
      promotion.discount += sessions.AmountOrZero(row, AmountKind::kDiscount);
      ++promotion.orders_of_day[sessions.day[row]];
      if (sessions.client[row] != kNoCode) {
        promotion.clients.insert(sessions.client[row]);
      }
    }
  }
  return promotions;
}

TEST(PromotionAnalyticTest, AgreesWithCountingOverSets) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    auto expected = CountNaively(shop.Build().sessions);
    const auto reports = Compute(shop);
    const ReportTable kpis = FindReport(reports, "promotion_kpis", "").table;
    ASSERT_EQ(kpis.rows(), expected.size()) << seed;
    for (std::size_t row = 0; row < kpis.rows(); ++row) {
      const NaivePromotion& promotion = expected[std::string(kpis.Text(row, "promotion"))];
      ASSERT_EQ(kpis.Integer(row, "orders"), promotion.orders) << seed;
      ASSERT_EQ(kpis.Amount(row, "gross_revenue"), Money{promotion.gross}) << seed;
      ASSERT_EQ(kpis.Amount(row, "discount"), Money{promotion.discount}) << seed;
      ASSERT_EQ(kpis.Integer(row, "customers"), std::ssize(promotion.clients)) << seed;
      ASSERT_EQ(kpis.Integer(row, "active_days"), std::ssize(promotion.orders_of_day)) << seed;
    }
    const ReportTable days =
        FindReport(reports, "inorganic_orders_per_promotion_per_day", "").table;
    for (std::size_t row = 0; row < days.rows(); ++row) {
      NaivePromotion& promotion = expected[std::string(days.Text(row, "promotion"))];
      const DayNumber day = ParseDay(days.Text(row, "bucket_local")).value();
      ASSERT_EQ(days.Integer(row, "orders"), promotion.orders_of_day[day]) << seed;
    }
  }
}

TEST(PromotionAnalyticTest, DaysHoursAndKindsSumToAllOrders) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const auto reports = Compute(RandomShop(seed));
    const ReportTable kinds = FindReport(reports, "promoted_vs_organic", "").table;
    EXPECT_EQ(kinds.Integer(0, "orders") + kinds.Integer(1, "orders"), kinds.Integer(2, "orders"));
    EXPECT_EQ(kinds.Amount(0, "net_revenue").minor + kinds.Amount(1, "net_revenue").minor,
              kinds.Amount(2, "net_revenue").minor);
    for (const char* type : {"daily_inorganic_ratio", "hourly_inorganic_ratio"}) {
      const ReportTable series = FindReport(reports, type, "").table;
      std::int64_t promoted = 0;
      std::int64_t discount = 0;
      for (std::size_t row = 0; row < series.rows(); ++row) {
        promoted += series.Integer(row, "promoted_orders");
        discount += series.Amount(row, "discount").minor;
      }
      EXPECT_EQ(promoted, kinds.Integer(0, "orders")) << type << seed;
      EXPECT_EQ(discount, kinds.Amount(2, "discount").minor) << type << seed;
    }
  }
}

TEST(PromotionAnalyticTest, RowsMayArriveInAnyOrder) {
  ShopTablesFixture shop = RandomShop(4);
  const auto reports = Compute(shop);
  const auto shuffled = Compute(shop.Shuffle(9));
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(RowTexts(shuffled[i].table), RowTexts(reports[i].table)) << reports[i].key.type;
  }
}

}  // namespace
}  // namespace cartwright
