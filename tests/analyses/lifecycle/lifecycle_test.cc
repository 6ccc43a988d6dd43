#include "analyses/lifecycle/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/midnight_twice.h"
#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of,
                            const LifecycleOptions& options = {}) {
  const ShopTables tables = shop.Build();
  return ComputeLifecycle(tables, shop.Calendar(as_of), options).value();
}

const std::vector<std::string> kStates = {
    "bucket_local",        "is_complete",           "customers",         "new_customers",
    "returning_customers", "resurrected_customers", "dormant_customers", "returning_share",
    "quick_ratio",         "customers_so_far"};

/// a orders in January, February and April, b in January and May, c in March.
ShopTablesFixture ThreeCustomers() {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01 10:00", 1)
      .Order("a", "2024-02-29 10:00", 1)
      .Order("a", "2024-04-30 23:59", 1)
      .Order("b", "2024-01-31 10:00", 1)
      .Order("b", "2024-01-31 11:00", 1)
      .Order("b", "2024-05-01 00:00", 1)
      .Order("c", "2024-03-15 10:00", 1)
      .Order("", "2024-03-15 10:00", 1);
  return shop;
}

TEST(LifecycleTest, StatesOfTheWorkedExample) {
  const Report report = FindReport(Compute(ThreeCustomers(), "2024-05-10"), "states", "monthly");
  EXPECT_THAT(
      RowTexts(report.table, kStates),
      ElementsAre("2024-01 true 2 2 0 0 0 - - 2", "2024-02 true 1 0 1 0 1 0.5000 0.0000 2",
                  "2024-03 true 1 1 0 0 1 0.0000 1.0000 3",
                  "2024-04 true 1 0 0 1 1 0.0000 1.0000 3", "2024-05 false 1 0 0 1 - - - 3"));
  EXPECT_EQ(report.rows_read, 8);
  EXPECT_EQ(report.rows_used, 7);
  EXPECT_EQ(report.rows_dropped.at("guest"), 1);
}

TEST(LifecycleTest, ActivePeriodsOfTheWorkedExample) {
  EXPECT_THAT(
      RowTexts(
          FindReport(Compute(ThreeCustomers(), "2024-05-10"), "active_periods", "monthly").table),
      ElementsAre("1 1 0.3333 3 1.0000", "2 1 0.3333 2 0.6667", "3 1 0.3333 1 0.3333"));
}

TEST(LifecycleTest, StickinessIsAMeanDayOfThePeriod) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1)  // Monday.
      .Order("a", "2024-01-02", 1)
      .Order("b", "2024-01-07 09:00", 1)
      .Order("b", "2024-01-07 10:00", 1)
      .Order("b", "2024-01-15", 1);
  const std::vector<Report> reports = Compute(shop, "2024-01-17");
  EXPECT_THAT(RowTexts(FindReport(reports, "stickiness", "weekly").table,
                       {"bucket_local", "is_complete", "customers", "average_daily_customers",
                        "stickiness", "active_days_per_customer"}),
              ElementsAre("2024-01-01 true 2 0.4286 0.2143 1.5000", "2024-01-08 true 0 0.0000 - -",
                          "2024-01-15 false 1 - - -"));
  EXPECT_EQ(FindReport(reports, "stickiness", "daily").table.columns().size(), 0U);
}

TEST(LifecycleTest, DaysAreLocalAndWeeksStartOnTheShopsDay) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-03-31 00:30", 1).Order("a", "2024-04-01 00:30", 1);  // 23 hours apart.
  const ShopTables tables = shop.Build();
  const auto weeks = [&](WeekStart start) {
    const auto reports = ComputeLifecycle(tables, shop.Calendar("2024-04-02", start), {}).value();
    return FindReport(reports, "states", "weekly").table.rows();
  };
  EXPECT_EQ(weeks(WeekStart::kMonday), 2U);
  EXPECT_EQ(weeks(WeekStart::kSunday), 1U);
  EXPECT_THAT(RowTexts(FindReport(Compute(shop, "2024-04-02"), "states", "daily").table,
                       {"bucket_local", "new_customers", "returning_customers"}),
              ElementsAre("2024-03-31 1 0", "2024-04-01 0 1"));
}

TEST(LifecycleTest, VisitsCanMakeCustomersActive) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-01-01").Order("a", "2024-02-01", 1).Visit("b", "2024-02-01");
  EXPECT_THAT(
      RowTexts(
          FindReport(Compute(shop, "2024-03-01", {.event = "visit"}), "states", "monthly").table,
          {"bucket_local", "customers", "new_customers"}),
      ElementsAre("2024-01 1 1", "2024-02 2 1"));
  EXPECT_THAT(RowTexts(FindReport(Compute(shop, "2024-03-01"), "states", "monthly").table,
                       {"bucket_local", "customers", "new_customers"}),
              ElementsAre("2024-02 1 1"));
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.visits = false;
  for (const Report& report :
       Compute(ShopTablesFixture("UTC", layout), "2024-03-01", {.event = "visit"})) {
    EXPECT_EQ(report.status, ReportStatus::kNotAvailable);
  }
}

TEST(LifecycleTest, EmptyShopHasReportsWithoutRows) {
  const std::vector<Report> reports = Compute(ShopTablesFixture(), "2024-01-01");
  EXPECT_EQ(reports.size(), 8U);
  for (const Report& report : reports) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_EQ(report.table.rows(), 0U);
  }
}

TEST(LifecycleTest, RefusesUnknownPeriods) {
  EXPECT_EQ(LifecycleOptionFaults({.periods = {"hourly"}}, FixtureLayout()).size(), 1U);
}

TEST(LifecycleTest, ALaterDayThanThatOfAsOfIsInTheSeries) {
  MidnightTwice night;
  const auto reports =
      ComputeLifecycle(night.shop.Build(), night.calendar, {.periods = {"daily"}}).value();
  EXPECT_THAT(RowTexts(FindReport(reports, "states", "daily").table,
                       {"bucket_local", "is_complete", "customers"}),
              ElementsAre("2010-11-06 true 0", "2010-11-07 false 1"));
}

ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  ShopTablesFixture shop;
  for (int i = 0; i < 150; ++i) {
    const std::string client = random() % 10 == 0 ? "" : "c" + std::to_string(random() % 20);
    shop.Order(client,
               fmt::format("2024-{:02}-{:02} {:02}:{:02}", 1 + random() % 4, 1 + random() % 28,
                           random() % 24, random() % 60),
               100);
  }
  return shop;
}

/// The periods in which each client orders.
std::map<std::uint32_t, std::set<std::int32_t>> PeriodsOfClients(const SessionTable& sessions,
                                                                 const ShopCalendar& calendar,
                                                                 Period period) {
  std::map<std::uint32_t, std::set<std::int32_t>> periods;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.client[row] != kNoCode && sessions.start[row] < calendar.as_of) {
      periods[sessions.client[row]].insert(calendar.PeriodOf(sessions.day[row], period));
    }
  }
  return periods;
}

TEST(LifecycleTest, AgreesWithANaiveTwinAndItsIdentities) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    const ShopTables tables = shop.Build();
    const ShopCalendar calendar = shop.Calendar("2024-05-01");
    for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
      const auto clients = PeriodsOfClients(tables.sessions, calendar, period);
      const ReportTable table = FindReport(ComputeLifecycle(tables, calendar, {}).value(), "states",
                                           TimePeriodName(period))
                                    .table;
      std::int32_t index = clients.begin()->second.empty() ? 0 : 1'000'000;
      for (const auto& [client, periods] : clients) {
        index = std::min(index, *periods.begin());
      }
      std::int64_t before = 0;
      for (std::size_t row = 0; row < table.rows(); ++row, ++index) {
        std::map<std::string, std::int64_t> states;
        for (const auto& [client, periods] : clients) {
          const bool now = periods.contains(index);
          const bool then = periods.contains(index - 1);
          if (now) {
            ++states["active"];
            ++states[*periods.begin() == index ? "new" : then ? "returning" : "resurrected"];
          } else if (then) {
            ++states["dormant"];
          }
        }
        EXPECT_EQ(table.Integer(row, "customers"), states["active"]);
        EXPECT_EQ(table.Integer(row, "new_customers"), states["new"]);
        EXPECT_EQ(table.Integer(row, "returning_customers"), states["returning"]);
        EXPECT_EQ(table.Integer(row, "resurrected_customers"), states["resurrected"]);
        if (table.Boolean(row, "is_complete")) {
          EXPECT_EQ(table.Integer(row, "dormant_customers"), states["dormant"]);
          EXPECT_EQ(states["active"] - before,
                    states["new"] + states["resurrected"] - states["dormant"]);
        }
        before = states["active"];
      }
      EXPECT_EQ(table.Integer(table.rows() - 1, "customers_so_far"), std::ssize(clients));
    }
  }
}

TEST(LifecycleTest, OrderOfArrivalDoesNotMatter) {
  ShopTablesFixture shop = RandomShop(5);
  const std::vector<Report> first = Compute(shop, "2024-04-20 15:00");
  const std::vector<Report> second = Compute(shop.Shuffle(6), "2024-04-20 15:00");
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(RowTexts(first[i].table), RowTexts(second[i].table));
  }
}

// New customers are the published cohort sizes; the other states recomputed with a plain Python
// 3.11 script over the data set's file.
TEST(LifecycleReferenceTest, OnlineRetailByMonth) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "no Online Retail in " << testing::DataFolder();
  }
  const ShopTablesFixture shop(testing::kOnlineRetailZone);
  const std::vector<Report> reports =
      ComputeLifecycle(*tables, shop.Calendar("2011-12-09 12:50:01"), {}).value();
  const ReportTable table = FindReport(reports, "states", "monthly").table;
  EXPECT_THAT(RowTexts(table, {"customers", "new_customers", "returning_customers",
                               "resurrected_customers", "dormant_customers"}),
              ElementsAre("885 885 0 0 0", "741 417 324 0 561", "758 380 262 116 479",
                          "974 452 290 232 468", "856 300 304 252 670", "1056 284 368 404 488",
                          "991 242 410 339 646", "949 188 365 396 626", "935 169 388 378 561",
                          "1266 299 425 542 510", "1364 358 489 517 777", "1664 323 622 719 742",
                          "615 41 371 203 -"));
  EXPECT_EQ(table.Integer(table.rows() - 1, "customers_so_far"), 4338);
}

}  // namespace
}  // namespace cartwright
