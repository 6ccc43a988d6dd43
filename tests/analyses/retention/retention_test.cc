#include "analyses/retention/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "analyses/retention/own_periods.h"
#include "tests/support/midnight_twice.h"
#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of,
                            const RetentionOptions& options = {.minimum_size = 1}) {
  const ShopTables tables = shop.Build();
  return ComputeRetention(tables, shop.Calendar(as_of), options).value();
}

/// a: days 0, 2 and 31. b: twice on day 0. c: the day before as_of of 10 February.
ShopTablesFixture ThreeCustomers() {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01 10:00", 100)
      .Order("a", "2024-01-03 09:00", 200)
      .Order("a", "2024-02-01 10:00", 400)
      .Order("b", "2024-01-05 10:00", 800)
      .Order("b", "2024-01-05 20:00", 50)
      .Order("c", "2024-02-09 10:00", 1600);
  return shop;
}

TEST(RetentionTest, CurveOfTheWorkedExample) {
  const std::vector<Report> reports = Compute(
      ThreeCustomers(), "2024-02-10", {.max_offset = 5, .max_daily_offset = 2, .minimum_size = 1});
  EXPECT_THAT(RowTexts(FindReport(reports, "curve", "daily").table),
              ElementsAre("0 3 3 1.0000 3 1.0000 4 2550 2550 8.5000",
                          "1 2 0 0.0000 1 0.5000 0 0 950 4.7500",
                          "2 2 1 0.5000 1 0.5000 1 200 1150 5.7500"));
  // c has no week yet, a and b have five.
  EXPECT_THAT(
      RowTexts(FindReport(reports, "curve", "weekly").table),
      ElementsAre("0 2 2 1.0000 2 1.0000 4 1150 1150 5.7500",
                  "1 2 0 0.0000 1 0.5000 0 0 1150 5.7500", "2 2 0 0.0000 1 0.5000 0 0 1150 5.7500",
                  "3 2 0 0.0000 1 0.5000 0 0 1150 5.7500",
                  "4 2 1 0.5000 1 0.5000 1 400 1550 7.7500"));
  EXPECT_THAT(RowTexts(FindReport(reports, "curve", "monthly").table),
              ElementsAre("0 2 2 1.0000 2 1.0000 4 1150 1150 5.7500"));
}

TEST(RetentionTest, BracketsOfTheWorkedExample) {
  RetentionOptions options{.brackets = {"0", "1-7", "8-31", "32-40"}, .minimum_size = 1};
  const std::vector<Report> reports = Compute(ThreeCustomers(), "2024-02-10", options);
  // The last bracket is over for nobody: a's day 40 is that of as_of.
  EXPECT_THAT(RowTexts(FindReport(reports, "bracket", "").table),
              ElementsAre("0 0 0 3 3 1.0000 3 1.0000", "1-7 1 7 2 1 0.5000 1 0.5000",
                          "8-31 8 31 2 1 0.5000 1 0.5000"));
}

TEST(RetentionTest, SurvivalOfTheWorkedExample) {
  const std::vector<Report> reports = Compute(ThreeCustomers(), "2024-02-10");
  // b comes back on the same day, c has been away for none yet, a comes back after two.
  const Report first = FindReport(reports, "survival", "", 1);
  EXPECT_EQ(first.key.to, 2);
  EXPECT_THAT(RowTexts(first.table,
                       {"days", "at_risk", "returned", "censored", "survival", "returned_share"}),
              ElementsAre("0 3 1 1 0.6667 0.3333", "2 1 1 0 0.0000 1.0000"));
  EXPECT_THAT(RowTexts(FindReport(reports, "survival", "", 2).table,
                       {"days", "at_risk", "returned", "censored"}),
              ElementsAre("29 2 1 0", "35 1 0 1"));
  const Report third = FindReport(reports, "survival", "", 3);
  EXPECT_THAT(RowTexts(third.table, {"days", "at_risk", "returned", "censored"}),
              ElementsAre("8 1 0 1"));
}

TEST(RetentionTest, AnOwnPeriodIsCountedOnceItIsOver) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-01 23:59", 100);
  const auto rows = [&shop](std::string_view as_of) {
    return FindReport(Compute(shop, as_of), "curve", "daily").table.rows();
  };
  EXPECT_EQ(rows("2024-01-01 23:59:30"), 0U);
  EXPECT_EQ(rows("2024-01-02 00:00"), 1U);
  EXPECT_EQ(rows("2024-01-02 23:59"), 1U);
  EXPECT_EQ(rows("2024-01-03 00:00"), 2U);
}

TEST(RetentionTest, VisitsCanBeWhatCustomersComeBackFor) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-01-01").Visit("a", "2024-01-02").Order("a", "2024-01-02", 500);
  shop.Credit("a", "2024-01-03", 100);
  const RetentionOptions options{.event = "visit", .max_daily_offset = 2, .minimum_size = 1};
  const std::vector<Report> reports = Compute(shop, "2024-02-01", options);
  const Report daily = FindReport(reports, "curve", "daily");
  EXPECT_THAT(RowTexts(daily.table, {"period_offset", "customers", "orders", "net_revenue"}),
              ElementsAre("0 1 0 0", "1 1 1 500", "2 0 0 0"));
  EXPECT_THAT(daily.rows_dropped, UnorderedElementsAre(Pair("credit", 1)));
}

TEST(RetentionTest, WithoutVisitsThereIsNoCurveOfVisits) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.visits = false;
  ShopTablesFixture shop("UTC", layout);
  shop.Order("a", "2024-01-01", 500);
  for (const Report& report : Compute(shop, "2024-02-01", {.event = "visit"})) {
    EXPECT_EQ(report.status, ReportStatus::kNotAvailable);
    EXPECT_EQ(report.table.rows(), 0U);
  }
}

TEST(RetentionTest, WithoutPaymentsThereIsNoRevenue) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  ShopTablesFixture shop("UTC", layout);
  shop.Order("a", "2024-01-01", 0);
  const Report report = FindReport(Compute(shop, "2024-01-02"), "curve", "daily");
  EXPECT_THAT(RowTexts(report.table), ElementsAre("0 1 1 1.0000 1 1.0000 1 - - -"));
  EXPECT_EQ(report.warnings.size(), 1U);
}

TEST(RetentionTest, FewCustomersShowNoShare) {
  const Report report =
      FindReport(Compute(ThreeCustomers(), "2024-02-10", {.minimum_size = 3}), "curve", "daily");
  EXPECT_EQ(RowTexts(report.table, {"share", "share_on_or_after"})[0], "1.0000 1.0000");
  EXPECT_EQ(RowTexts(report.table, {"share", "share_on_or_after"})[1], "- -");
}

TEST(RetentionTest, EmptyShopHasReportsWithoutRows) {
  for (const Report& report : Compute(ShopTablesFixture(), "2024-01-01")) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_FALSE(report.status_reason.empty());
    EXPECT_FALSE(report.period_from.has_value());
  }
}

TEST(RetentionTest, RefusesBracketsThatAreNoDaysOrOverlap) {
  const auto faults = [](std::vector<std::string> brackets) {
    std::vector<std::string> texts;
    for (const OptionFault& fault :
         RetentionOptionFaults({.brackets = std::move(brackets)}, FixtureLayout())) {
      texts.push_back(std::to_string(fault.item.value()) + ": " + fault.message);
    }
    return texts;
  };
  EXPECT_THAT(faults({"0", "1-7", "8-30"}), ElementsAre());
  EXPECT_THAT(faults({"0", "seven"}),
              ElementsAre("1: expected days such as 1 or 2-7, at most 36600, found \"seven\""));
  EXPECT_EQ(faults({"7-2"}).size(), 1U);
  EXPECT_EQ(faults({"-2"}).size(), 1U);
  EXPECT_EQ(faults({"1-"}).size(), 1U);
  EXPECT_EQ(faults({"1-99999"}).size(), 1U);
  EXPECT_THAT(faults({"0-7", "7-9"}),
              ElementsAre("1: \"7-9\" begins before the bracket above it ends; brackets ascend and "
                          "do not overlap"));
}

TEST(RetentionTest, ASecondOrderAfterTheClockWasSetBackIsNotBeforeTheFirst) {
  MidnightTwice night;
  const std::vector<Report> reports =
      ComputeRetention(night.shop.Build(), night.calendar, {.minimum_size = 1}).value();
  EXPECT_THAT(RowTexts(FindReport(reports, "survival", "", 1).table,
                       {"days", "at_risk", "returned", "censored"}),
              ElementsAre("0 1 1 0"));
}

/// A small random shop of one quarter.
ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  ShopTablesFixture shop;
  for (int i = 0; i < 120; ++i) {
    const std::string client = random() % 10 == 0 ? "" : "c" + std::to_string(random() % 25);
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

TEST(RetentionTest, OrderOfArrivalDoesNotMatter) {
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    ShopTablesFixture shop = RandomShop(seed);
    const std::vector<Report> first = Compute(shop, "2024-03-20 15:00");
    const std::vector<Report> second = Compute(shop.Shuffle(seed + 1), "2024-03-20 15:00");
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(RowTexts(first[i].table), RowTexts(second[i].table));
    }
  }
}

struct NaiveOrder {
  DayNumber day;
  std::int64_t net;
};

/// Orders that count of each client, by start.
std::map<std::uint32_t, std::vector<NaiveOrder>> NaiveOrders(const SessionTable& sessions,
                                                             EpochMillis as_of) {
  std::map<std::uint32_t, std::vector<std::pair<EpochMillis, NaiveOrder>>> timed;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.purchased(row) && sessions.client[row] != kNoCode && sessions.start[row] < as_of) {
      timed[sessions.client[row]].push_back(
          {sessions.start[row],
           {sessions.day[row], sessions.AmountOrZero(row, AmountKind::kPayment)}});
    }
  }
  std::map<std::uint32_t, std::vector<NaiveOrder>> orders;
  for (auto& [client, rows] : timed) {
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [start, order] : rows) {
      orders[client].push_back(order);
    }
  }
  return orders;
}

/// The rows of a curve, point by point and customer by customer.
std::vector<std::string> NaiveCurve(const std::map<std::uint32_t, std::vector<NaiveOrder>>& clients,
                                    DayNumber first_open, Period period, std::int32_t offsets) {
  std::vector<std::string> rows;
  for (std::int32_t k = 0; k < offsets; ++k) {
    std::int64_t size = 0;
    std::int64_t on = 0;
    std::int64_t after = 0;
    std::int64_t net = 0;
    std::int64_t running = 0;
    for (const auto& [client, orders] : clients) {
      const DayNumber start = orders.front().day;
      const DayNumber end = period == Period::kMonth  ? AddMonths(start, k + 1)
                            : period == Period::kWeek ? start + 7 * (k + 1)
                                                      : start + k + 1;
      if (end > first_open) {
        continue;
      }
      ++size;
      bool is_on = false;
      bool is_after = false;
      for (const NaiveOrder& order : orders) {
        const std::int32_t offset = OwnOffset(start, order.day, period);
        is_on = is_on || offset == k;
        is_after = is_after || offset >= k;
        net += offset == k ? order.net : 0;
        running += offset <= k ? order.net : 0;
      }
      on += is_on ? 1 : 0;
      after += is_after ? 1 : 0;
    }
    if (size == 0) {
      break;
    }
    rows.push_back(fmt::format("{} {} {} {} {} {}", k, size, on, after, net, running));
  }
  return rows;
}

TEST(RetentionTest, AgreesWithANaiveTwin) {
  for (std::uint32_t seed = 100; seed < 120; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    const ShopTables tables = shop.Build();
    const ShopCalendar calendar = shop.Calendar("2024-03-20 15:00");
    const auto orders = NaiveOrders(tables.sessions, calendar.as_of);
    const std::vector<Report> reports =
        ComputeRetention(tables, calendar, {.max_offset = 30, .max_daily_offset = 90}).value();
    for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
      EXPECT_EQ(
          RowTexts(FindReport(reports, "curve", TimePeriodName(period)).table,
                   {"period_offset", "cohort_size", "customers", "customers_on_or_after",
                    "net_revenue", "cumulative_revenue"}),
          NaiveCurve(orders, FirstOpenDay(calendar), period, period == Period::kDay ? 91 : 31))
          << "seed " << seed;
    }
  }
}

// Brackets of one day are the daily curve.
TEST(RetentionTest, BracketsOfOneDayAreTheCurve) {
  RetentionOptions options{.max_daily_offset = 40};
  options.brackets.clear();
  for (int day = 0; day <= 40; ++day) {
    options.brackets.push_back(std::to_string(day));
  }
  const std::vector<std::string> columns = {"cohort_size", "customers", "share",
                                            "customers_on_or_after", "share_on_or_after"};
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    const std::vector<Report> reports = Compute(RandomShop(seed), "2024-03-20 15:00", options);
    EXPECT_EQ(RowTexts(FindReport(reports, "bracket", "").table, columns),
              RowTexts(FindReport(reports, "curve", "daily").table, columns));
  }
}

// Recomputed customer by customer with a plain Python 3.11 script over the data set's file.
TEST(RetentionReferenceTest, OnlineRetailByOwnMonths) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "no Online Retail in " << testing::DataFolder();
  }
  const ShopTablesFixture shop(testing::kOnlineRetailZone);
  const std::vector<Report> reports =
      ComputeRetention(*tables, shop.Calendar("2011-12-09 12:50:01"), {}).value();
  EXPECT_THAT(
      RowTexts(FindReport(reports, "curve", "monthly").table,
               {"period_offset", "cohort_size", "customers", "customers_on_or_after"}),
      ElementsAre("0 4086 4086 4086", "1 3721 951 2546", "2 3370 855 2314", "3 3204 910 2157",
                  "4 3010 775 1957", "5 2800 812 1786", "6 2520 733 1573", "7 2236 650 1340",
                  "8 1828 607 1101", "9 1431 522 850", "10 976 406 607", "11 573 309 330"));
}

TEST(RetentionReferenceTest, OnlineRetailDaysToTheSecondOrder) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "no Online Retail in " << testing::DataFolder();
  }
  const ShopTablesFixture shop(testing::kOnlineRetailZone);
  const std::vector<Report> reports =
      ComputeRetention(*tables, shop.Calendar("2011-12-09 12:50:01"), {}).value();
  const ReportTable table = FindReport(reports, "survival", "", 1).table;
  std::map<std::int64_t, std::string> rows;
  std::int64_t median = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::int64_t day = table.Integer(row, "days");
    rows[day] = RowTexts(table, {"at_risk", "returned", "censored", "survival"})[row];
    median = median == 0 && table.Real(row, "survival") <= .5 ? day : median;
  }
  EXPECT_EQ(rows[0], "4338 222 1 0.9488");
  EXPECT_EQ(rows[30], "3188 24 13 0.7729");
  EXPECT_EQ(rows[90], "1769 6 0 0.5198");
  EXPECT_EQ(rows[180], "938 1 1 0.3322");
  EXPECT_EQ(rows[365], "72 1 10 0.1480");
  EXPECT_EQ(median, 97);
}

}  // namespace
}  // namespace cartwright
