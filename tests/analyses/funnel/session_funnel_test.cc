#include "analyses/funnel/session_funnel.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "analyses/funnel/funnel.h"
#include "tests/support/midnight_twice.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of,
                            const FunnelOptions& options = {}) {
  const ShopTables tables = shop.Build();
  return ComputeFunnel(tables, shop.Calendar(as_of), options).value();
}

ShopTablesFixture SmallShop() {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01 10:00")
      .Visit("b", "2024-03-01 10:30", "has_basket")
      .Visit("", "2024-03-01 11:00", "has_basket order_screen")
      .Order("c", "2024-03-03 10:00", 1000)
      .Add({.client = "d",
            .local = "2024-03-03 23:59",
            .actions = "order_screen purchased",
            .payment = 500});
  return shop;
}

TEST(SessionFunnelTest, ASessionReachesAStepWithAllStepsBefore) {
  const Report report = FindReport(Compute(SmallShop(), "2024-03-03 12:00"), "orders", "daily");
  EXPECT_THAT(
      RowTexts(report.table, {"bucket_local", "step", "step_index", "reached", "rate_from_first",
                              "rate_from_previous", "lost", "is_complete"}),
      ElementsAre("2024-03-01 has_sessions 1 3 1.0000 - - true",
                  "2024-03-01 has_basket 2 2 0.6667 0.6667 1 true",
                  "2024-03-01 order_screen 3 1 0.3333 0.5000 1 true",
                  "2024-03-01 purchased 4 0 0.0000 0.0000 1 true",
                  "2024-03-02 has_sessions 1 0 - - - true", "2024-03-02 has_basket 2 0 - - 0 true",
                  "2024-03-02 order_screen 3 0 - - 0 true", "2024-03-02 purchased 4 0 - - 0 true",
                  "2024-03-03 has_sessions 1 1 1.0000 - - false",
                  "2024-03-03 has_basket 2 1 1.0000 1.0000 0 false",
                  "2024-03-03 order_screen 3 1 1.0000 1.0000 0 false",
                  "2024-03-03 purchased 4 1 1.0000 1.0000 0 false"));
  EXPECT_EQ(CellText(report.table.At(0, 0)), "2024-02-29T23:00:00.000Z");
  EXPECT_EQ(report.rows_read, 5);
  EXPECT_EQ(report.rows_used, 4);
  EXPECT_THAT(report.rows_dropped, UnorderedElementsAre(Pair("after_as_of", 1)));
}

TEST(SessionFunnelTest, ASessionAtAsOfIsAfterIt) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01 23:59:59").Visit("a", "2024-03-02 00:00");
  const Report report = FindReport(Compute(shop, "2024-03-02"), "overall", "overall");
  EXPECT_EQ(report.table.Integer(0, "reached"), 1);
  EXPECT_THAT(report.rows_dropped, UnorderedElementsAre(Pair("after_as_of", 1)));
}

TEST(SessionFunnelTest, OverallShowsWhoBypassedSteps) {
  const Report report = FindReport(Compute(SmallShop(), "2024-03-04"), "overall", "overall");
  EXPECT_THAT(RowTexts(report.table, {"step", "reached", "lost", "bypassed"}),
              ElementsAre("has_sessions 5 - 0", "has_basket 3 2 0", "order_screen 2 1 1",
                          "purchased 1 1 1"));
}

TEST(SessionFunnelTest, LongerPeriodsSumTheirDays) {
  const std::vector<Report> reports = Compute(SmallShop(), "2024-03-11");
  EXPECT_THAT(RowTexts(FindReport(reports, "orders", "weekly").table,
                       {"bucket_local", "step", "reached", "is_complete"}),
              ElementsAre("2024-02-26 has_sessions 5 true", "2024-02-26 has_basket 3 true",
                          "2024-02-26 order_screen 2 true", "2024-02-26 purchased 1 true",
                          "2024-03-04 has_sessions 0 true", "2024-03-04 has_basket 0 true",
                          "2024-03-04 order_screen 0 true", "2024-03-04 purchased 0 true"));
  EXPECT_THAT(RowTexts(FindReport(reports, "orders", "monthly").table,
                       {"bucket_local", "step", "reached", "is_complete"}),
              ElementsAre("2024-03 has_sessions 5 false", "2024-03 has_basket 3 false",
                          "2024-03 order_screen 2 false", "2024-03 purchased 1 false"));
}

TEST(SessionFunnelTest, HourlyProfileAveragesOverTheDaysThatAreOver) {
  const std::vector<Report> reports = Compute(SmallShop(), "2024-03-03 12:00");
  const std::vector<std::string> columns = {"hour", "step", "reached", "average_per_day"};
  EXPECT_EQ(RowTexts(FindReport(reports, "orders", "hourly").table, columns)[10 * 4],
            "10 has_sessions 3 1.0000")
      << "the third is of the unfinished day";
  EXPECT_EQ(RowTexts(FindReport(reports, "action_counts", "hourly").table,
                     {"hour", "action", "sessions", "average_per_day"})[10 * 4],
            "10 has_sessions 3 1.0000");
}

TEST(SessionFunnelTest, ActionsThatNoSourceGivesAreNotCounted) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.actions = 0b1001;
  ShopTablesFixture shop("UTC", layout);
  shop.Order("a", "2024-03-01", 100);
  const std::vector<Report> reports = Compute(shop, "2024-03-02");
  EXPECT_THAT(RowTexts(FindReport(reports, "action_counts", "daily").table, {"action", "sessions"}),
              ElementsAre("has_sessions 1", "purchased 1"));
  EXPECT_THAT(
      RowTexts(FindReport(reports, "overall", "overall").table, {"step", "reached", "bypassed"}),
      ElementsAre("has_sessions 1 0", "purchased 1 0"));
}

TEST(SessionFunnelTest, HourlyProfileAveragesOverAllDaysOfTheRange) {
  const Report report = FindReport(Compute(SmallShop(), "2024-03-05"), "orders", "hourly");
  EXPECT_EQ(report.table.rows(), 24U * 4U);
  const std::vector<std::string> rows =
      RowTexts(report.table, {"hour", "step", "reached", "average_per_day"});
  EXPECT_EQ(rows[10 * 4], "10 has_sessions 3 0.7500");
  EXPECT_EQ(rows[10 * 4 + 1], "10 has_basket 2 0.5000");
  EXPECT_EQ(rows[11 * 4 + 2], "11 order_screen 1 0.2500");
  EXPECT_EQ(rows[12 * 4], "12 has_sessions 0 0.0000");
}

TEST(SessionFunnelTest, ActionCountsAskForNoOrder) {
  const std::vector<Report> reports = Compute(SmallShop(), "2024-03-04");
  const std::vector<std::string> rows =
      RowTexts(FindReport(reports, "action_counts", "daily").table,
               {"bucket_local", "action", "sessions", "is_complete"});
  ASSERT_EQ(rows.size(), 12U);
  EXPECT_EQ(rows[8], "2024-03-03 has_sessions 2 true");
  EXPECT_EQ(rows[9], "2024-03-03 has_basket 1 true");
  EXPECT_EQ(rows[10], "2024-03-03 order_screen 2 true");
  EXPECT_EQ(rows[11], "2024-03-03 purchased 2 true");
  const std::vector<std::string> hours =
      RowTexts(FindReport(reports, "action_counts", "hourly").table);
  EXPECT_EQ(hours[23 * 4 + 3], "23 purchased 1 0.3333");
}

TEST(SessionFunnelTest, CreditsAreNoVisits) {
  ShopTablesFixture shop;
  shop.Credit("a", "2024-02-01", 100).Visit("a", "2024-03-01");
  const Report report = FindReport(Compute(shop, "2024-03-02"), "orders", "daily");
  EXPECT_EQ(report.table.rows(), 4U) << "the credit opens no day";
  EXPECT_THAT(report.rows_dropped, UnorderedElementsAre(Pair("credit", 1)));
  EXPECT_EQ(report.period_from, shop.At("2024-03-01"));
}

TEST(SessionFunnelTest, DaysAndHoursAreLocal) {
  ShopTablesFixture shop("Asia/Kolkata");
  shop.Visit("a", "2024-03-01 23:45").Visit("a", "2024-03-02 00:15");
  const std::vector<Report> reports = Compute(shop, "2024-03-03", {.steps = {"has_sessions"}});
  EXPECT_THAT(RowTexts(FindReport(reports, "orders", "daily").table, {"bucket", "reached"}),
              ElementsAre("2024-02-29T18:30:00.000Z 1", "2024-03-01T18:30:00.000Z 1"));
  EXPECT_EQ(FindReport(reports, "orders", "hourly").table.Integer(0, "reached"), 1);
}

TEST(SessionFunnelTest, EmptyShopHasReportsWithoutRows) {
  for (const Report& report : Compute(ShopTablesFixture(), "2024-01-01")) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_EQ(report.table.rows(), 0U);
  }
}

TEST(SessionFunnelTest, AgreesWithANaiveTwinInAnyOrderOfArrival) {
  const std::vector<std::string> actions = {"has_sessions", "has_basket", "order_screen",
                                            "purchased"};
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    ShopTablesFixture shop;
    std::map<std::string, std::vector<int>> expected;
    for (int i = 0; i < 200; ++i) {
      const std::string day = fmt::format("2024-03-{:02}", 1 + random() % 31);
      std::string flags;
      std::size_t level = 1;
      for (std::size_t action = 1; action < actions.size(); ++action) {
        if (random() % 2 == 0) {
          flags += (flags.empty() ? "" : " ") + actions[action];
          level += level == action ? 1 : 0;
        }
      }
      expected[day].resize(4);
      for (std::size_t step = 0; step < level; ++step) {
        ++expected[day][step];
      }
      shop.Visit("c", day + fmt::format(" {:02}:00", random() % 24), flags);
    }
    const Report report = FindReport(Compute(shop.Shuffle(seed), "2024-04-01"), "orders", "daily");
    std::map<std::string, std::vector<int>> actual;
    for (std::size_t row = 0; row < report.table.rows(); ++row) {
      actual[std::string(report.table.Text(row, "bucket_local"))].push_back(
          static_cast<int>(report.table.Integer(row, "reached")));
    }
    EXPECT_EQ(actual, expected);
  }
}

ShopTablesFixture CityShop(std::uint32_t seed) {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city", "device"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  std::mt19937 random(seed);
  const std::vector<std::optional<std::string>> cities = {"Bonn", "Kiel", "Aalen", std::nullopt};
  for (int i = 0; i < 200; ++i) {
    shop.Add({.client = "c",
              .local = fmt::format("2024-03-{:02} 10:00", 1 + random() % 31),
              .actions = random() % 2 == 0 ? "has_basket purchased" : "has_basket order_screen",
              .refund = random() % 9 == 0 ? std::optional<std::int64_t>(5) : std::nullopt,
              .dimensions = {cities[random() % 4], random() % 2 == 0 ? "phone" : "desk"}});
  }
  return shop;
}

TEST(SessionFunnelTest, TheValuesOfADimensionSumToTheWhole) {
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    const std::vector<Report> reports = Compute(CityShop(seed), "2024-03-20 12:00");
    const ReportTable whole = FindReport(reports, "overall", "overall").table;
    const Report report = FindReport(reports, "dimensions", "overall");
    ASSERT_EQ(report.table.rows(), (4U + 2U) * 4U);
    std::map<std::string, std::vector<std::int64_t>> sums;
    for (std::size_t row = 0; row < report.table.rows(); ++row) {
      std::vector<std::int64_t>& sum = sums[std::string(report.table.Text(row, "dimension"))];
      sum.resize(whole.rows());
      sum[static_cast<std::size_t>(report.table.Integer(row, "step_index")) - 1] +=
          report.table.Integer(row, "reached");
    }
    for (const auto& [dimension, sum] : sums) {
      for (std::size_t step = 0; step < whole.rows(); ++step) {
        EXPECT_EQ(sum[step], whole.Integer(step, "reached")) << dimension << " " << step;
      }
    }
    EXPECT_EQ(report.rows_used, FindReport(reports, "overall", "overall").rows_used);
  }
}

TEST(SessionFunnelTest, ListsDimensionValuesInByteOrderAndTheRestLast) {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add({.client = "a", .local = "2024-03-01", .actions = "has_basket", .dimensions = {"Kiel"}});
  shop.Add({.client = "a", .local = "2024-03-01", .dimensions = {std::nullopt}});
  shop.Add({.client = "a", .local = "2024-03-01", .dimensions = {"Bonn"}});
  shop.Add({.client = "a", .local = "2024-03-01", .dimensions = {"Bonn"}});
  shop.Add({.client = "a", .local = "2024-03-03", .dimensions = {"Later"}});
  const Report report =
      FindReport(Compute(shop, "2024-03-02", {.steps = {"has_sessions", "has_basket"}}),
                 "dimensions", "overall");
  EXPECT_THAT(RowTexts(report.table), ElementsAre("city Bonn has_sessions 1 2 1.0000 - -",
                                                  "city Bonn has_basket 2 0 0.0000 0.0000 2",
                                                  "city Kiel has_sessions 1 1 1.0000 - -",
                                                  "city Kiel has_basket 2 1 1.0000 1.0000 0",
                                                  "city - has_sessions 1 1 1.0000 - -",
                                                  "city - has_basket 2 0 0.0000 0.0000 1"));
}

TEST(SessionFunnelTest, ASessionOfTheDayThatTheClockWasSetBackFromIsCounted) {
  const MidnightTwice night;
  const std::vector<Report> reports =
      ComputeFunnel(night.shop.Build(), night.calendar, {.steps = {"purchased"}}).value();
  const std::vector<std::string> columns = {"bucket_local", "reached"};
  EXPECT_THAT(RowTexts(FindReport(reports, "orders", "daily").table, columns),
              ElementsAre("2010-11-06 1", "2010-11-07 1"));
  EXPECT_THAT(RowTexts(FindReport(reports, "orders", "monthly").table, columns),
              ElementsAre("2010-11 2"));
}

}  // namespace
}  // namespace cartwright
