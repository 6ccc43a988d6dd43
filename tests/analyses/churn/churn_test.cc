#include "analyses/churn/churn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of,
                            const ChurnOptions& options) {
  const ShopTables tables = shop.Build();
  return ComputeChurn(tables, shop.Calendar(as_of), options).value();
}

/// As of 1 March 2024: a quiet for 29 days, b for 54, c for 40, d new for 19, e back after 41.
ShopTablesFixture FiveCustomers() {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01 10:00", 100)
      .Order("a", "2024-01-11 10:00", 200)
      .Order("a", "2024-01-31 10:00", 300)
      .Credit("a", "2024-02-01", 50)
      .Order("b", "2024-01-01 10:00", 400)
      .Order("b", "2024-01-06 10:00", 400)
      .Order("c", "2024-01-20 10:00", 1000)
      .Order("d", "2024-02-10 10:00", 2000)
      .Order("e", "2024-01-10 10:00", 3000)
      .Order("e", "2024-02-20 10:00", 3000);
  return shop;
}

const ChurnOptions kTwentyDays = {
    .inactivity_days = 20, .minimum_own_gaps = 2, .minimum_cohort_size = 1};

TEST(ChurnTest, OverallOfTheWorkedExample) {
  const Report report =
      FindReport(Compute(FiveCustomers(), "2024-03-01", kTwentyDays), "overall", "");
  EXPECT_THAT(RowTexts(report.table), ElementsAre("shop 20 5 1 1 3 0.7500 10350 2350 0.2271",
                                                  "own - 5 1 1 3 0.7500 10350 2350 0.2271"));
  // a has two gaps of 10 and 20: nine tenths of them are 19.
  EXPECT_THAT(RowTexts(report.customers),
              ElementsAre("a 29 19 churned", "b 54 20 churned", "c 40 20 churned",
                          "d 19 20 too_new", "e 9 20 retained"));
  EXPECT_THAT(report.params, Contains(Pair("threshold_source", "inactivity_days")));
  EXPECT_EQ(report.rows_read, 10);
  EXPECT_EQ(report.rows_used, 10);
}

TEST(ChurnTest, MonthsOfTheWorkedExample) {
  const Report report =
      FindReport(Compute(FiveCustomers(), "2024-03-01", kTwentyDays), "monthly", "monthly");
  EXPECT_THAT(
      RowTexts(report.table),
      ElementsAre("2023-12-31T23:00:00.000Z 2024-01 true 4 4 0 0 - 0 0 - 0 0 - 0 0 -",
                  "2024-01-31T23:00:00.000Z 2024-02 true 2 1 4 3 0.7500 5400 2400 0.4444 2 2 "
                  "1.0000 2 1 0.5000"));
  // b and e pass the threshold in January, where they began.
  EXPECT_THAT(report.warnings,
              ElementsAre("2 times a customer ordered and passed the threshold of 20 days within "
                          "one period; those are not among the churned"));
}

TEST(ChurnTest, AnUnfinishedMonthHasLostNobodyYet) {
  const Report report =
      FindReport(Compute(FiveCustomers(), "2024-02-29 12:00", kTwentyDays), "monthly", "monthly");
  EXPECT_EQ(
      RowTexts(report.table, {"bucket_local", "is_complete", "customers", "lost_customers",
                              "lost_rate", "lost_revenue", "lost_revenue_rate", "active_at_start",
                              "churned", "churn_rate", "reactivated", "reactivation_rate"})[1],
      "2024-02 false 2 - - - - 2 - - 1 -");
}

TEST(ChurnTest, StatesByMonthOfTheFirstOrder) {
  const Report report =
      FindReport(Compute(FiveCustomers(), "2024-03-01", kTwentyDays), "by_first_order", "monthly");
  EXPECT_THAT(RowTexts(report.table, {"cohort_local", "cohort_size", "too_new", "retained",
                                      "churned", "churn_rate"}),
              ElementsAre("2024-01 4 0 1 3 0.7500", "2024-02 1 1 0 0 -"));
}

TEST(ChurnTest, ThresholdsComeFromTheShopsOwnGaps) {
  // Closed gaps 5, 10, 20, 41, open ones of 9, 29, 54 days.
  const std::vector<Report> reports =
      Compute(FiveCustomers(), "2024-03-01",
              {.gap_quantile = .5, .minimum_at_risk = 1, .minimum_cohort_size = 1});
  const Report report = FindReport(reports, "thresholds", "");
  // 7 at risk: 6/7; 5 after the open 9: · 4/5; then · 3/4; 2 after the open 29: · 1/2.
  EXPECT_THAT(RowTexts(report.table),
              ElementsAre("0.5000 41 15.0000 4 3 true", "0.7500 - 25.2500 4 3 false",
                          "0.8000 - 28.4000 4 3 false", "0.9000 - 34.7000 4 3 false",
                          "0.9500 - 37.8500 4 3 false"));
  EXPECT_THAT(FindReport(reports, "overall", "").params,
              Contains(Pair("threshold_source", "kaplan_meier")));
  EXPECT_EQ(FindReport(reports, "overall", "").table.Integer(0, "threshold_days"), 41);
}

TEST(ChurnTest, WhereTooManyStayAwayTheClosedGapsSpeak) {
  const Report report =
      FindReport(Compute(FiveCustomers(), "2024-03-01", {.minimum_cohort_size = 1}), "overall", "");
  EXPECT_EQ(report.table.Integer(0, "threshold_days"), 35);
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_TRUE(report.warnings[0].starts_with("too many customers have not come back"));
}

TEST(ChurnTest, WithoutGapsThereIsNoThreshold) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 100).Order("b", "2024-02-01", 100);
  const std::vector<Report> reports = Compute(shop, "2024-03-01", {});
  const Report overall = FindReport(reports, "overall", "");
  EXPECT_EQ(overall.status, ReportStatus::kInsufficientData);
  EXPECT_TRUE(overall.status_reason.ends_with("set inactivity_days"));
  EXPECT_EQ(overall.customers.rows(), 0U);
  const Report monthly = FindReport(reports, "monthly", "monthly");
  EXPECT_EQ(monthly.status, ReportStatus::kOk);
  EXPECT_EQ(RowTexts(monthly.table, {"lost_customers", "active_at_start", "churned"})[1], "1 - -");
  EXPECT_EQ(FindReport(reports, "thresholds", "").status, ReportStatus::kInsufficientData);
}

TEST(ChurnTest, EmptyShopHasReportsWithoutRows) {
  const std::vector<Report> reports = Compute(ShopTablesFixture(), "2024-01-01", kTwentyDays);
  EXPECT_EQ(reports.size(), 5U);
  for (const Report& report : reports) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_EQ(report.table.rows(), 0U);
  }
}

TEST(ChurnTest, WithoutPaymentsThereIsNoRevenue) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  ShopTablesFixture shop("UTC", layout);
  shop.Order("a", "2024-01-01", 0).Order("a", "2024-02-01", 0);
  for (const Report& report : Compute(shop, "2024-03-01", kTwentyDays)) {
    for (const char* column : {"net_revenue", "churned_revenue", "churned_revenue_share",
                               "previous_revenue", "lost_revenue", "lost_revenue_rate"}) {
      if (const auto place = report.table.Find(column)) {
        EXPECT_TRUE(report.table.IsNull(0, *place)) << column;
      }
    }
  }
}

ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  ShopTablesFixture shop;
  for (int i = 0; i < 300; ++i) {
    shop.Order("c" + std::to_string(random() % 60),
               FormatDay(ParseDay("2024-01-01").value() + DayNumber(random() % 150)) + " 12:00",
               100 + static_cast<std::int64_t>(random() % 900));
  }
  return shop;
}

TEST(ChurnTest, StatesPartTheCustomersInAnyOrderOfArrival) {
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    ShopTablesFixture shop = RandomShop(seed);
    const std::vector<Report> first = Compute(shop, "2024-05-20", {});
    const ReportTable overall = FindReport(first, "overall", "").table;
    for (std::size_t row = 0; row < 2; ++row) {
      EXPECT_EQ(overall.Integer(row, "customers"), overall.Integer(row, "too_new") +
                                                       overall.Integer(row, "retained") +
                                                       overall.Integer(row, "churned"));
    }
    std::int64_t churned = 0;
    const ReportTable months = FindReport(first, "by_first_order", "monthly").table;
    for (std::size_t row = 0; row < months.rows(); ++row) {
      churned += months.Integer(row, "churned");
    }
    EXPECT_EQ(churned, overall.Integer(0, "churned"));
    const std::vector<Report> second = Compute(shop.Shuffle(seed + 1), "2024-05-20", {});
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(RowTexts(first[i].table), RowTexts(second[i].table));
      EXPECT_EQ(RowTexts(first[i].customers), RowTexts(second[i].customers));
    }
  }
}

// Recomputed gap by gap with a plain Python 3.11 script over the data set's file.
TEST(ChurnReferenceTest, OnlineRetailThresholdsAndStates) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "no Online Retail in " << testing::DataFolder();
  }
  const ShopTablesFixture shop(testing::kOnlineRetailZone);
  const std::vector<Report> reports =
      ComputeChurn(*tables, shop.Calendar("2011-12-09 12:50:01"), {}).value();
  EXPECT_THAT(
      RowTexts(FindReport(reports, "thresholds", "").table),
      ElementsAre("0.5000 35 28.0000 12425 2790 false", "0.7500 77 58.0000 12425 2790 false",
                  "0.8000 95 70.0000 12425 2790 false", "0.9000 156 110.0000 12425 2790 true",
                  "0.9500 226 155.0000 12425 2790 false"));
  EXPECT_EQ(
      RowTexts(FindReport(reports, "overall", "").table,
               {"churn_rule", "threshold_days", "customers", "too_new", "retained", "churned"})[0],
      "shop 156 4338 1354 1984 1000");
  // Lost are the dormant of the lifecycle.
  EXPECT_THAT(RowTexts(FindReport(reports, "monthly", "monthly").table,
                       {"customers", "new_customers", "lost_customers"}),
              ElementsAre("885 885 0", "741 417 561", "758 380 479", "974 452 468", "856 300 670",
                          "1056 284 488", "991 242 646", "949 188 626", "935 169 561",
                          "1266 299 510", "1364 358 777", "1664 323 742", "615 41 -"));
}

}  // namespace
}  // namespace cartwright
