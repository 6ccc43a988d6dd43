#include "analyses/cohort/cohort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/midnight_twice.h"
#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const std::vector<std::string> kCells = {"cohort_local", "cohort_size", "period_offset",
                                         "customers", "is_complete"};

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of,
                            const CohortOptions& options = {}) {
  const ShopTables tables = shop.Build();
  return ComputeCohort(tables, shop.Calendar(as_of), options).value();
}

/// Without the mean rows.
std::vector<std::string> CohortRows(const ReportTable& table) {
  std::vector<std::string> rows;
  for (std::string& row : RowTexts(table, kCells)) {
    if (!row.starts_with("all")) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

TEST(CohortTest, DownloadsMeetTheFirstOrderOnlyOnTheDownloadsRow) {
  ShopTablesFixture shop;
  shop.Customer("a", "2024-01-01 18:00")
      .Order("a", "2024-01-02 09:00", 1000)
      .Order("a", "2024-01-12 09:00", 2000)
      .Order("a", "2024-01-13 09:00", 3000);
  const Report report =
      FindReport(Compute(shop, "2024-01-04", {.max_daily_offset = 3, .minimum_cohort_size = 1}),
                 "downloads", "daily", 0);
  EXPECT_EQ(report.key.to, 1);
  EXPECT_THAT(
      RowTexts(report.table),
      ElementsAre("2023-12-31T23:00:00.000Z 2024-01-01 1 0 0 0.0000 0 0.0000 0 0 0 0.0000 true",
                  "2023-12-31T23:00:00.000Z 2024-01-01 1 1 1 1.0000 1 1.0000 1 1000 1000 10.0000 "
                  "true",
                  "2023-12-31T23:00:00.000Z 2024-01-01 1 2 0 0.0000 1 1.0000 0 0 1000 10.0000 true",
                  "2023-12-31T23:00:00.000Z 2024-01-01 1 - 0 0.0000 - - - - - - true",
                  "2024-01-01T23:00:00.000Z 2024-01-02 0 - 0 - - - - - - - true",
                  "2024-01-02T23:00:00.000Z 2024-01-03 0 - 0 - - - - - - - true",
                  "- all 1 0 0 0.0000 0 0.0000 0 0 0 0.0000 true",
                  "- all 1 1 1 1.0000 1 1.0000 1 1000 1000 10.0000 true",
                  "- all 1 2 0 0.0000 1 1.0000 0 0 1000 10.0000 true"));
}

TEST(CohortTest, OrdersBeforeTheDownloadAreLeftOut) {
  ShopTablesFixture shop;
  shop.Customer("a", "2024-01-05 12:00")
      .Order("a", "2024-01-04 09:00", 100)   // The day before.
      .Order("a", "2024-01-05 09:00", 200)   // The same day: counts, though hours earlier.
      .Order("b", "2024-01-05 09:00", 300);  // Nobody knows b's download.
  shop.Customer("c", "").Customer("d", "2024-02-01");
  const Report report = FindReport(Compute(shop, "2024-01-06"), "downloads", "daily", 0);
  EXPECT_THAT(CohortRows(report.table),
              ElementsAre("2024-01-05 1 0 1 true", "2024-01-05 1 - 0 true"));
  EXPECT_THAT(report.rows_dropped,
              UnorderedElementsAre(Pair("order_before_download", 1), Pair("no_download", 1),
                                   Pair("download_unknown", 1), Pair("after_as_of", 1)));
  EXPECT_EQ(report.rows_read, 6);
  EXPECT_EQ(report.rows_used, 2);
}

TEST(CohortTest, OffsetsAreTrueDifferences) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01 10:00", 1)  // Monday.
      .Order("a", "2024-01-11 10:00", 1)  // 10 days, 1 week later.
      .Order("b", "2024-01-01 10:00", 1)
      .Order("b", "2024-01-22 10:00", 1)   // 21 days, 3 weeks later.
      .Order("c", "2024-01-07 23:59", 1)   // Sunday.
      .Order("c", "2024-01-08 00:01", 1);  // Monday: a day, and a week, later.
  const std::vector<Report> reports = Compute(shop, "2024-01-29", {.max_daily_offset = 30});
  const std::vector<std::string> weekly =
      CohortRows(FindReport(reports, "orders", "weekly", 1).table);
  ASSERT_EQ(weekly.size(), 8U);
  EXPECT_EQ(weekly[0], "2024-01-01 3 0 0 true");
  EXPECT_EQ(weekly[1], "2024-01-01 3 1 2 true");
  EXPECT_EQ(weekly[2], "2024-01-01 3 2 0 true");
  EXPECT_EQ(weekly[3], "2024-01-01 3 3 1 true");
  EXPECT_EQ(weekly[4], "2024-01-01 3 - 0 true");
  const std::vector<std::string> daily =
      CohortRows(FindReport(reports, "orders", "daily", 1).table);
  EXPECT_THAT(daily, ::testing::Contains("2024-01-01 2 10 1 true"));
  EXPECT_THAT(daily, ::testing::Contains("2024-01-01 2 21 1 true"));
  EXPECT_THAT(daily, ::testing::Contains("2024-01-07 1 1 1 true"));
  const std::vector<std::string> monthly =
      CohortRows(FindReport(reports, "orders", "monthly", 1).table);
  EXPECT_THAT(monthly, ElementsAre("2024-01 3 0 3 false", "2024-01 3 - 0 false"));
}

TEST(CohortTest, EachOrderNumberHasItsReport) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1)
      .Order("a", "2024-01-02", 1)
      .Order("a", "2024-01-04", 1)
      .Order("b", "2024-01-02", 1);
  const std::vector<Report> reports =
      Compute(shop, "2024-01-05", {.max_order = 4, .max_daily_offset = 2});
  EXPECT_THAT(
      CohortRows(FindReport(reports, "orders", "daily", 2).table),
      ElementsAre("2024-01-02 1 0 0 true", "2024-01-02 1 1 0 true", "2024-01-02 1 2 1 true",
                  "2024-01-02 1 - 0 true", "2024-01-03 0 - 0 true", "2024-01-04 0 - 0 true"));
  EXPECT_THAT(CohortRows(FindReport(reports, "orders", "daily", 3).table),
              ElementsAre("2024-01-04 1 0 0 true", "2024-01-04 1 - 1 true"));
  const Report fourth = FindReport(reports, "orders", "daily", 4);
  EXPECT_EQ(fourth.status, ReportStatus::kInsufficientData);
  EXPECT_EQ(fourth.status_reason, "no known customer has 4 orders");
  EXPECT_EQ(fourth.table.rows(), 0U);
}

TEST(CohortTest, OrdersOfOneMomentCountByRow) {
  ShopTablesFixture shop;
  shop.Add({.client = "a",
            .local = "2024-01-01 10:00",
            .actions = "purchased",
            .payment = 500,
            .key = "z"})
      .Add({.client = "a",
            .local = "2024-01-01 10:00",
            .actions = "purchased",
            .payment = 700,
            .key = "b"});
  const Report report = FindReport(Compute(shop, "2024-01-02"), "orders", "daily", 1);
  EXPECT_EQ(report.table.Amount(0, "net_revenue").minor, 500);
}

TEST(CohortTest, UnfinishedCellsAreMarkedAndFutureOnesLeftOut) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-10", 1).Order("a", "2024-03-02", 1).Order("b", "2024-02-10", 1);
  const Report report = FindReport(Compute(shop, "2024-03-15 12:00"), "orders", "monthly", 1);
  EXPECT_THAT(
      RowTexts(report.table, kCells),
      ElementsAre("2024-01 1 0 0 true", "2024-01 1 1 0 true", "2024-01 1 2 1 false",
                  "2024-01 1 - 0 true", "2024-02 1 0 0 true", "2024-02 1 1 0 false",
                  "2024-02 1 - 1 true", "2024-03 0 - 0 false", "all 2 0 0 true", "all 1 1 0 true"));
}

TEST(CohortTest, ACellIsCompleteOnceItsPeriodHasEnded) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-10", 1);
  const auto first = [&shop](std::string_view as_of) {
    return CohortRows(FindReport(Compute(shop, as_of), "orders", "monthly", 1).table)[0];
  };
  EXPECT_EQ(first("2024-02-01 00:00"), "2024-01 1 0 0 true");
  EXPECT_EQ(first("2024-01-31 23:59:59"), "2024-01 1 0 0 false");
}

TEST(CohortTest, BooksNameEveryRowLeftOut) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 100)
      .Order("a", "2024-01-02", 0)
      .Order("", "2024-01-01", 100)
      .Visit("a", "2024-01-01", "has_basket")
      .Credit("a", "2024-01-02", 50)
      .Order("a", "2024-01-03", 100)
      .Add({.client = "a",
            .local = "2024-01-02",
            .actions = "purchased",
            .payment = 100,
            .refund = 100});
  const Report report = FindReport(Compute(shop, "2024-01-03"), "orders", "daily", 1);
  EXPECT_EQ(report.rows_read, 7);
  EXPECT_EQ(report.rows_used, 2);
  EXPECT_THAT(report.rows_dropped,
              UnorderedElementsAre(Pair("refunded", 1), Pair("guest", 1), Pair("credit", 1),
                                   Pair("not_purchased", 1), Pair("after_as_of", 1)));
  EXPECT_THAT(CohortRows(report.table),
              ElementsAre("2024-01-01 1 0 0 true", "2024-01-01 1 1 1 true", "2024-01-01 1 - 0 true",
                          "2024-01-02 0 - 0 true"));
}

TEST(CohortTest, DaysAreLocalAcrossClockChanges) {
  ShopTablesFixture shop("Europe/Berlin");
  shop.Order("a", "2024-03-30 23:30", 1)
      .Order("a", "2024-03-31 23:30", 1)  // 23 hours later: the next day.
      .Order("b", "2024-10-27 00:30", 1)
      .Order("b", "2024-10-27 23:45", 1);  // 24.25 hours later: the same day.
  const std::vector<std::string> rows =
      CohortRows(FindReport(Compute(shop, "2024-11-01"), "orders", "daily", 1).table);
  EXPECT_THAT(rows, ::testing::Contains("2024-03-30 1 1 1 true"));
  EXPECT_THAT(rows, ::testing::Contains("2024-10-27 1 0 1 true"));
}

TEST(CohortTest, SmallCohortsShowNoShare) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-10", 1).Order("b", "2024-01-10", 1).Order("c", "2024-02-10", 1);
  const Report report =
      FindReport(Compute(shop, "2024-03-01", {.minimum_cohort_size = 2}), "retention", "monthly");
  EXPECT_THAT(RowTexts(report.table, {"cohort_local", "period_offset", "customers", "share"}),
              ElementsAre("2024-01 0 2 1.0000", "2024-01 1 0 0.0000", "2024-02 0 1 -",
                          "all 0 3 1.0000", "all 1 0 0.0000"));
}

TEST(CohortTest, RetentionCountsOnAndOnOrAfter) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 100)
      .Order("a", "2024-01-20", 200)  // Twice in one month is one customer, two orders.
      .Order("a", "2024-03-01", 400)
      .Order("b", "2024-01-05", 800)
      .Order("c", "2024-03-05", 1600);
  const Report report = FindReport(Compute(shop, "2024-04-01"), "retention", "monthly");
  EXPECT_THAT(RowTexts(report.table, {"cohort_local", "period_offset", "cumulative_revenue",
                                      "revenue_per_customer"}),
              ElementsAre("2024-01 0 1100 5.5000", "2024-01 1 1100 5.5000", "2024-01 2 1500 7.5000",
                          "2024-02 0 0 -", "2024-03 0 1600 16.0000", "all 0 2700 9.0000",
                          "all 1 1100 5.5000", "all 2 1500 7.5000"));
  EXPECT_THAT(RowTexts(report.table, {"cohort_local", "cohort_size", "period_offset", "customers",
                                      "customers_on_or_after", "orders", "net_revenue"}),
              ElementsAre("2024-01 2 0 2 2 3 1100", "2024-01 2 1 0 1 0 0", "2024-01 2 2 1 1 1 400",
                          "2024-02 0 0 0 0 0 0", "2024-03 1 0 1 1 1 1600", "all 3 0 3 3 4 2700",
                          "all 2 1 0 1 0 0", "all 2 2 1 1 1 400"));
}

TEST(CohortTest, OnOrAfterSeesBeyondTheLastOffset) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1).Order("a", "2024-06-01", 1);
  const Report report =
      FindReport(Compute(shop, "2024-07-01", {.max_offset = 2}), "retention", "monthly");
  EXPECT_EQ(RowTexts(report.table, {"period_offset", "customers", "customers_on_or_after"})[2],
            "2 0 1");
}

TEST(CohortTest, TooManyCohortsKeepTheLatest) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01", 1).Order("b", "2024-04-01", 1);
  const Report report =
      FindReport(Compute(shop, "2024-05-01", {.max_cohorts = 2}), "retention", "monthly");
  EXPECT_THAT(CohortRows(report.table), ElementsAre("2024-03 0 0 0 true", "2024-04 1 0 1 true"));
  EXPECT_THAT(report.warnings, ElementsAre("the 2 earliest cohorts are left out (max_cohorts)"));
}

TEST(CohortTest, JourneyTellsGapsAndValuesByOrderNumber) {
  ShopTablesFixture shop;
  shop.Customer("a", "2024-01-01 00:00").Customer("b", "2024-01-10 00:00");
  shop.Order("a", "2024-01-01 06:00", 1000)
      .Order("a", "2024-01-02 06:00", 3000)
      .Order("b", "2024-01-09 00:00", 2000)  // Before the download: no gap to it.
      .Order("c", "2024-01-03 00:00", 6000)
      .Order("c", "2024-01-05 00:00", 4000);
  const Report report = FindReport(Compute(shop, "2024-02-01"), "customers_journey", "hourly", 0);
  EXPECT_EQ(report.key.to, 100);
  EXPECT_THAT(RowTexts(report.table),
              ElementsAre("0 2 - - - -", "1 3 6.0000 6.0000 20.0000 30.0000",
                          "2 2 36.0000 36.0000 35.0000 35.0000"));
}

TEST(CohortTest, EmptyShopHasReportsWithoutRows) {
  for (const Report& report : Compute(ShopTablesFixture(), "2024-01-01")) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_FALSE(report.status_reason.empty());
    EXPECT_FALSE(report.period_from.has_value());
  }
}

TEST(CohortTest, RefusesUnknownPeriods) {
  const ShopTablesFixture shop;
  const ShopTables tables = shop.Build();
  const auto result =
      ComputeCohort(tables, shop.Calendar("2024-01-01"), {.periods = {"weekly", "hourly"}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kConfig);
  EXPECT_EQ(result.error().message,
            "analyses.cohort.periods: expected one of daily, weekly, monthly, found \"hourly\"");
}

TEST(CohortTest, ParametersHoldEveryOption) {
  const Report report =
      FindReport(Compute(ShopTablesFixture(), "2024-01-01"), "retention", "weekly");
  EXPECT_THAT(report.params,
              ElementsAre(Pair("periods", "daily,weekly,monthly"),
                          Pair("retention_periods", "weekly,monthly"), Pair("max_order", "3"),
                          Pair("max_offset", "24"), Pair("max_daily_offset", "15"),
                          Pair("max_cohorts", "366"), Pair("minimum_cohort_size", "20")));
}

/// A small random shop of one quarter.
ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  ShopTablesFixture shop;
  for (int i = 0; i < 120; ++i) {
    const std::string client = random() % 10 == 0 ? "" : "c" + std::to_string(random() % 15);
    const std::string time = fmt::format("2024-{:02}-{:02} {:02}:{:02}", 1 + random() % 3,
                                         1 + random() % 28, random() % 24, random() % 60);
    if (random() % 3 == 0) {
      shop.Visit(client, time, "has_basket");
    } else {
      shop.Order(client, time, static_cast<std::int64_t>(random() % 6) * 100);
    }
  }
  return shop;
}

TEST(CohortTest, OrderOfArrivalDoesNotMatter) {
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    ShopTablesFixture shop = RandomShop(seed);
    const std::vector<Report> first = Compute(shop, "2024-03-20 15:00");
    const std::vector<Report> second = Compute(shop.Shuffle(seed + 1), "2024-03-20 15:00");
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(RowTexts(first[i].table), RowTexts(second[i].table));
      EXPECT_EQ(first[i].rows_dropped, second[i].rows_dropped);
    }
  }
}

/// (cohort, offset or -1) → customers, by walking over every customer's orders.
using NaiveCells = std::map<std::pair<std::int32_t, std::int64_t>, std::int64_t>;

std::map<std::uint32_t, std::vector<std::pair<EpochMillis, DayNumber>>> NaiveOrders(
    const SessionTable& sessions, EpochMillis as_of) {
  std::map<std::uint32_t, std::vector<std::pair<EpochMillis, DayNumber>>> orders;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    const std::int64_t payment = sessions.AmountOrZero(row, AmountKind::kPayment);
    const std::int64_t refund = sessions.AmountOrZero(row, AmountKind::kRefund);
    const bool counts = refund < payment || (payment == 0 && refund == 0);
    if (sessions.purchased(row) && sessions.client[row] != kNoCode && counts &&
        sessions.start[row] < as_of) {
      orders[sessions.client[row]].emplace_back(sessions.start[row], sessions.day[row]);
    }
  }
  for (auto& [client, times] : orders) {
    std::sort(times.begin(), times.end());
  }
  return orders;
}

TEST(CohortTest, AgreesWithANaiveTwin) {
  for (std::uint32_t seed = 100; seed < 120; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    const ShopTables tables = shop.Build();
    const ShopCalendar calendar = shop.Calendar("2024-03-20 15:00");
    const auto orders = NaiveOrders(tables.sessions, calendar.as_of);
    for (std::size_t n = 1; n <= 3; ++n) {
      NaiveCells expected;
      for (const auto& [client, times] : orders) {
        if (times.size() >= n) {
          const std::int32_t cohort = calendar.PeriodOf(times[n - 1].second, Period::kWeek);
          const std::int64_t offset =
              times.size() == n ? -1 : calendar.PeriodOf(times[n].second, Period::kWeek) - cohort;
          ++expected[{cohort, offset}];
        }
      }
      const Report report = FindReport(ComputeCohort(tables, calendar, {}).value(), "orders",
                                       "weekly", static_cast<std::int64_t>(n));
      NaiveCells actual;
      for (std::size_t row = 0; row < report.table.rows(); ++row) {
        if (report.table.Text(row, "cohort_local") == "all" ||
            report.table.Integer(row, "customers") == 0) {
          continue;
        }
        const DayNumber day = ParseDay(report.table.Text(row, "cohort_local")).value();
        const bool open = report.table.IsNull(row, report.table.Find("period_offset").value());
        actual[{calendar.PeriodOf(day, Period::kWeek),
                open ? -1 : report.table.Integer(row, "period_offset")}] =
            report.table.Integer(row, "customers");
      }
      EXPECT_EQ(actual, expected) << "seed " << seed << ", order " << n;
    }
  }
}

// Online Retail with the clean rule of its public notebooks.

std::vector<std::int64_t> CohortCustomers(const ReportTable& table, std::string_view cohort) {
  std::vector<std::int64_t> customers;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.Text(row, "cohort_local") == cohort) {
      customers.push_back(table.Integer(row, "customers"));
    }
  }
  return customers;
}

TEST(CohortTest, OnlineRetailGivesThePublishedTriangle) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "no Online Retail in " << testing::DataFolder();
  }
  ASSERT_EQ(tables->sessions.size(), 18'532U);
  const ShopTablesFixture shop(testing::kOnlineRetailZone);
  const ShopCalendar calendar = shop.Calendar("2011-12-09 12:50:01");
  const Report report =
      FindReport(ComputeCohort(*tables, calendar, {}).value(), "retention", "monthly");
  EXPECT_THAT(CohortCustomers(report.table, "2010-12"),
              ElementsAre(885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235));
  EXPECT_THAT(CohortCustomers(report.table, "2011-01"),
              ElementsAre(417, 92, 111, 96, 134, 120, 103, 101, 125, 136, 152, 49));
  EXPECT_THAT(CohortCustomers(report.table, "2011-02"),
              ElementsAre(380, 71, 71, 108, 103, 94, 96, 106, 94, 116, 26));
  EXPECT_THAT(CohortCustomers(report.table, "2011-03"),
              ElementsAre(452, 68, 114, 90, 101, 76, 121, 104, 126, 39));
  std::vector<std::int64_t> sizes;
  for (std::size_t row = 0; row < report.table.rows(); ++row) {
    if (report.table.Text(row, "cohort_local") != "all" &&
        report.table.Integer(row, "period_offset") == 0) {
      sizes.push_back(report.table.Integer(row, "cohort_size"));
    }
  }
  EXPECT_THAT(sizes, ElementsAre(885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 323, 41));
}

TEST(CohortTest, ASecondOrderAfterTheClockWasSetBackOverMidnightComesInTheSamePeriod) {
  MidnightTwice night;
  night.shop.Customer("a", "2010-11-07 00:00:10");
  const CohortOptions options{
      .periods = {"daily"}, .retention_periods = {"daily"}, .max_daily_offset = 1};
  const std::vector<Report> reports =
      ComputeCohort(night.shop.Build(), night.calendar, options).value();
  EXPECT_THAT(CohortRows(FindReport(reports, "downloads", "daily", 0).table),
              ElementsAre("2010-11-07 1 0 1 false", "2010-11-07 1 - 0 false"));
  EXPECT_THAT(CohortRows(FindReport(reports, "orders", "daily", 1).table),
              ElementsAre("2010-11-07 1 0 1 false", "2010-11-07 1 - 0 false"));
  EXPECT_THAT(RowTexts(FindReport(reports, "retention", "daily").table,
                       {"cohort_local", "period_offset", "customers", "orders"}),
              ElementsAre("2010-11-07 0 1 2"));
}

TEST(CohortTest, AnOrderAfterTheDownloadIsNotBeforeItWhenTheClockWasSetBackOverMidnight) {
  ShopTablesFixture shop("America/St_Johns");
  const EpochMillis order = ParseInstant("2010-11-07T02:45:00.000Z").value();
  shop.Customer("a", "2010-11-07 00:00:10");
  shop.Add({.client = "a", .actions = "purchased", .payment = 1000, .start = order});
  ShopCalendar calendar = shop.Calendar("2010-11-07");
  calendar.as_of = order + 1;
  const std::vector<Report> reports =
      ComputeCohort(shop.Build(), calendar, {.periods = {"daily"}}).value();
  EXPECT_THAT(CohortRows(FindReport(reports, "downloads", "daily", 0).table),
              ElementsAre("2010-11-07 1 0 1 false", "2010-11-07 1 - 0 false"));
}

}  // namespace
}  // namespace cartwright
