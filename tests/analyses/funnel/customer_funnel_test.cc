#include "analyses/funnel/customer_funnel.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(CustomerFunnelTest, StepsOfSeveralSessionsMakeOneChain) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01 10:00", "has_basket")
      .Visit("a", "2024-03-01 12:00", "order_screen")  // Opens a new chain as well.
      .Visit("a", "2024-03-02 09:00", "purchased")
      .Visit("b", "2024-03-01 08:00")
      .Visit("", "2024-03-01 08:00", "has_basket");
  const FunnelOptions options{.steps = {"has_basket", "order_screen", "purchased"}};
  const std::vector<Report> reports = Compute(shop, "2024-03-04", options);
  const Report overall = FindReport(reports, "customers", "overall");
  EXPECT_THAT(RowTexts(overall.table),
              ElementsAre("has_basket 1 1 1.0000 - - 0 120.0000 120.0000",
                          "order_screen 2 1 1.0000 1.0000 0 0 1260.0000 1260.0000",
                          "purchased 3 1 1.0000 1.0000 0 0 - -"));
  EXPECT_THAT(overall.rows_dropped, UnorderedElementsAre(Pair("guest", 1)));
  EXPECT_EQ(overall.rows_read, 5);
  EXPECT_EQ(overall.rows_used, 4);
}

TEST(CustomerFunnelTest, TheWindowIncludesItsEnd) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01 10:00", "has_basket")
      .Visit("a", "2024-03-02 10:00", "purchased")
      .Visit("b", "2024-03-01 10:00", "has_basket")
      .Visit("b", "2024-03-02 10:00:01", "purchased");
  const FunnelOptions options{.steps = {"has_basket", "purchased"}};
  const Report overall = FindReport(Compute(shop, "2024-03-04", options), "customers", "overall");
  EXPECT_THAT(RowTexts(overall.table, {"step", "reached", "lost", "bypassed"}),
              ElementsAre("has_basket 2 - 0", "purchased 1 1 1"));
}

TEST(CustomerFunnelTest, ADownloadCanBeTheFirstStep) {
  ShopTablesFixture shop;
  shop.Customer("a", "2024-03-01 09:00")
      .Customer("b", "2024-03-02 09:00")
      .Customer("c", "")
      .Customer("d", "2024-05-01");
  shop.Visit("a", "2024-03-01 09:30")
      .Order("a", "2024-03-01 10:00", 100)
      .Visit("b", "2024-03-02 09:10")
      .Order("c", "2024-03-02 10:00", 100);
  const FunnelOptions options{.steps = {"download", "has_sessions", "purchased"}};
  const std::vector<Report> reports = Compute(shop, "2024-03-04", options);
  const Report daily = FindReport(reports, "customers", "daily");
  EXPECT_THAT(
      RowTexts(daily.table, {"bucket_local", "step", "reached", "rate_from_previous",
                             "median_minutes_to_next", "is_complete"}),
      ElementsAre("2024-03-01 download 1 - 30.0000 true",
                  "2024-03-01 has_sessions 1 1.0000 30.0000 true",
                  "2024-03-01 purchased 1 1.0000 - true", "2024-03-02 download 1 - 10.0000 true",
                  "2024-03-02 has_sessions 1 1.0000 - true", "2024-03-02 purchased 0 0.0000 - true",
                  "2024-03-03 download 0 - - false", "2024-03-03 has_sessions 0 - - false",
                  "2024-03-03 purchased 0 - - false"));
  EXPECT_THAT(daily.rows_dropped,
              UnorderedElementsAre(Pair("date_unknown", 1), Pair("after_as_of", 1)));
  EXPECT_EQ(daily.rows_read, 8);
  EXPECT_EQ(daily.rows_used, 6);
  EXPECT_THAT(RowTexts(FindReport(reports, "customers", "overall").table, {"step", "bypassed"}),
              ElementsAre("download 0", "has_sessions 1", "purchased 1"));
  EXPECT_THAT(RowTexts(FindReport(reports, "overall", "overall").table, {"step", "reached"}),
              ElementsAre("has_sessions 4", "purchased 2"))
      << "sessions leave the download out";
}

TEST(CustomerFunnelTest, PeriodsYoungerThanTheWindowAreIncomplete) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01 10:00");
  const auto complete = [&shop](std::string_view as_of) {
    const FunnelOptions options{.steps = {"has_sessions"}, .window_hours = 12};
    return FindReport(Compute(shop, as_of, options), "customers", "daily")
        .table.Boolean(0, "is_complete");
  };
  EXPECT_FALSE(complete("2024-03-02 11:59:59"));
  EXPECT_TRUE(complete("2024-03-02 12:00"));
}

TEST(CustomerFunnelTest, ChainsAreDatedByTheirStart) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-31 22:00", "has_basket").Visit("a", "2024-04-01 01:00", "purchased");
  const FunnelOptions options{.steps = {"has_basket", "purchased"}};
  const Report monthly = FindReport(Compute(shop, "2024-04-05", options), "customers", "monthly");
  EXPECT_THAT(RowTexts(monthly.table, {"bucket_local", "step", "reached", "is_complete"}),
              ElementsAre("2024-03 has_basket 1 true", "2024-03 purchased 1 true",
                          "2024-04 has_basket 0 false", "2024-04 purchased 0 false"));
}

TEST(CustomerFunnelTest, QuantilesInterpolate) {
  ShopTablesFixture shop;
  for (int customer = 0; customer < 4; ++customer) {
    const std::string name = "c" + std::to_string(customer);
    shop.Visit(name, "2024-03-01 10:00", "has_basket")
        .Visit(name, fmt::format("2024-03-01 10:{}0", customer + 1), "purchased");
  }
  const FunnelOptions options{.steps = {"has_basket", "purchased"}};
  const Report overall = FindReport(Compute(shop, "2024-03-05", options), "customers", "overall");
  EXPECT_DOUBLE_EQ(overall.table.Real(0, "median_minutes_to_next"), 25.0);
  EXPECT_DOUBLE_EQ(overall.table.Real(0, "p90_minutes_to_next"), 37.0);
}

TEST(CustomerFunnelTest, ModesReachTheMatcher) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01 10:00", "has_basket purchased");
  const auto reached = [&shop](const std::string& mode) {
    const FunnelOptions options{.steps = {"has_basket", "purchased"}, .mode = mode};
    return FindReport(Compute(shop, "2024-03-05", options), "customers", "overall")
        .table.Integer(1, "reached");
  };
  EXPECT_EQ(reached("sequential"), 1);
  EXPECT_EQ(reached("strict_once"), 0);
  EXPECT_EQ(reached("strict_increase"), 0);
}

TEST(CustomerFunnelTest, IdentitiesHoldInAnyOrderOfArrival) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    ShopTablesFixture shop;
    const std::vector<std::string> flags = {"", "has_basket", "order_screen", "purchased",
                                            "has_basket order_screen"};
    for (int i = 0; i < 150; ++i) {
      shop.Visit(
          "c" + std::to_string(random() % 20),
          fmt::format("2024-03-{:02} {:02}:{:02}", 1 + random() % 20, random() % 24, random() % 60),
          flags[random() % flags.size()]);
    }
    const std::vector<Report> reports = Compute(shop, "2024-03-19 12:00");
    const std::vector<Report> shuffled = Compute(shop.Shuffle(seed), "2024-03-19 12:00");
    for (std::size_t i = 0; i < reports.size(); ++i) {
      EXPECT_EQ(RowTexts(reports[i].table), RowTexts(shuffled[i].table));
    }
    const ReportTable overall = FindReport(reports, "customers", "overall").table;
    const ReportTable daily = FindReport(reports, "customers", "daily").table;
    for (std::size_t step = 0; step < 4; ++step) {
      std::int64_t sum = 0;
      for (std::size_t row = step; row < daily.rows(); row += 4) {
        sum += daily.Integer(row, "reached");
      }
      EXPECT_EQ(sum, overall.Integer(step, "reached"));
      if (step > 0) {
        EXPECT_LE(overall.Integer(step, "reached"), overall.Integer(step - 1, "reached"));
      }
    }
  }
}

TEST(CustomerFunnelTest, AnEntryOnTheDayThatTheClockWasSetBackFromIsCounted) {
  MidnightTwice night;
  // Enters later than everybody, yet on the earliest local day.
  night.shop.Add(
      {.client = "b", .actions = "purchased", .payment = 1, .start = night.calendar.as_of - 2});
  const std::vector<Report> reports =
      ComputeFunnel(night.shop.Build(), night.calendar, {.steps = {"purchased"}}).value();
  EXPECT_THAT(
      RowTexts(FindReport(reports, "customers", "daily").table, {"bucket_local", "reached"}),
      ElementsAre("2010-11-06 1", "2010-11-07 1"));
}

}  // namespace
}  // namespace cartwright
