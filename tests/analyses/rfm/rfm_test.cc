#include "analyses/rfm/rfm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>

#include "tests/support/midnight_twice.h"
#include "tests/support/online_retail.h"
#include "tests/support/rfm_orders.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

std::vector<Report> Compute(const ShopTables& tables, const ShopCalendar& calendar,
                            const RfmOptions& options = {}) {
  return ComputeRfm(tables, calendar, options).value();
}

// Five customers, each clearly better than the one before: ann is worst, eve best.
ShopTablesFixture Ladder() {
  ShopTablesFixture shop;
  const std::array<std::string, 5> names = {"ann", "bob", "cem", "dan", "eve"};
  for (int place = 0; place < 5; ++place) {
    const std::string day = "2024-03-0" + std::to_string(place + 1) + " 12:00";
    for (int order = 0; order <= place; ++order) {
      shop.Order(names[static_cast<std::size_t>(place)], day, 1000 * (place + 1));
    }
  }
  return shop;
}

// "client recency frequency monetary code" a line.
std::string PrintCustomers(const ReportTable& customers) {
  std::string out;
  for (std::size_t row = 0; row < customers.rows(); ++row) {
    out.append(customers.Text(row, "client"))
        .append(" " + std::to_string(customers.Integer(row, "recency_days")))
        .append(" " + std::to_string(customers.Integer(row, "frequency")))
        .append(" " + std::to_string(customers.Amount(row, "monetary").minor))
        .append(" " + std::to_string(customers.Integer(row, "rfm_score")) + "\n");
  }
  return out;
}

// customers of scores 1 to 5 of a variable.
std::vector<std::int64_t> ScoreCounts(const ReportTable& summary, std::string_view variable) {
  std::vector<std::int64_t> counts;
  for (std::size_t row = 0; row < summary.rows(); ++row) {
    if (summary.Text(row, "variable") == variable) {
      counts.push_back(summary.Integer(row, "customers"));
    }
  }
  return counts;
}

// The inner cuts of a variable, ascending, from the upper bounds of its scores.
std::vector<double> Cuts(const ReportTable& summary, std::string_view variable) {
  std::vector<double> cuts;
  const std::size_t column = summary.Find("value_up_to").value();
  for (std::size_t row = 0; row < summary.rows(); ++row) {
    if (summary.Text(row, "variable") == variable && !summary.IsNull(row, column)) {
      cuts.push_back(summary.Real(row, "value_up_to"));
    }
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

TEST(RfmTest, ScoresTheWorkedExample) {
  const ShopTablesFixture shop = Ladder();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-07"));
  ASSERT_EQ(reports.size(), 2U);
  // Cuts of recency 1..5 at 1.8, 2.6, 3.4, 4.2; the day of as_of is the 6th.
  EXPECT_EQ(PrintCustomers(reports[0].customers),
            "ann 5 1 1000 111\nbob 4 2 4000 222\ncem 3 3 9000 333\n"
            "dan 2 4 16000 444\neve 1 5 25000 555\n");
  const ReportTable& summary = reports[0].table;
  ASSERT_EQ(summary.rows(), 15U);
  EXPECT_EQ(summary.Text(0, "variable"), "recency");
  EXPECT_EQ(summary.Integer(0, "score"), 1);
  EXPECT_DOUBLE_EQ(summary.Real(0, "value_over"), 4.2);
  EXPECT_TRUE(summary.IsNull(0, summary.Find("value_up_to").value()));
  EXPECT_DOUBLE_EQ(summary.Real(4, "value_up_to"), 1.8);
  EXPECT_TRUE(summary.IsNull(4, summary.Find("value_over").value()));
  EXPECT_TRUE(reports[0].warnings.empty());
  EXPECT_EQ(reports[1].key.type, "cells");
  EXPECT_EQ(reports[1].table.rows(), 25U);
  EXPECT_DOUBLE_EQ(reports[1].table.Real(24, "average_monetary"), 250.0);
}

TEST(RfmTest, KeepsOneTimeBuyersAndLeavesOutGuestsVisitsAndRefundedOrders) {
  ShopTablesFixture shop = Ladder();
  shop.Order("", "2024-03-05", 500);
  shop.Visit("fay", "2024-03-05");
  shop.Add({.client = "gus",
            .local = "2024-03-05",
            .actions = "purchased",
            .payment = 500,
            .refund = 500});
  shop.Credit("fay", "2024-03-05", 100);
  shop.Credit("ann", "2024-03-05", 300);
  shop.Order("eve", "2024-03-07", 100);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-07"));
  EXPECT_EQ(PrintCustomers(reports[0].customers),
            "ann 5 1 700 111\nbob 4 2 4000 222\ncem 3 3 9000 333\n"
            "dan 2 4 16000 444\neve 1 5 25000 555\n");
  const std::map<std::string, std::int64_t> dropped = {
      {"after_as_of", 1}, {"credit", 1}, {"guest", 1}, {"not_purchased", 1}, {"refunded", 1}};
  EXPECT_EQ(reports[0].rows_dropped, dropped);
  EXPECT_EQ(reports[0].rows_used, 16);
  EXPECT_EQ(reports[0].rows_read, 21);
}

TEST(RfmTest, CountsLocalCalendarDaysOverTheNightTheClockChanges) {
  ShopTablesFixture shop = Ladder();  // Berlin; 2024-03-31 has 23 hours.
  shop.Order("fay", "2024-03-30 23:59", 100).Order("gus", "2024-03-31 00:00", 100);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-04-02"));
  const ReportTable& customers = reports[0].customers;
  EXPECT_EQ(customers.Integer(5, "recency_days"), 2);  // As of the 1st of April.
  EXPECT_EQ(customers.Integer(6, "recency_days"), 1);
}

TEST(RfmTest, WarnsWhereTiesLeaveScoresEmpty) {
  ShopTablesFixture shop;
  for (const char* client : {"a", "b", "c", "d", "e", "f"}) {
    shop.Order(client, "2024-03-05", 500);
  }
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-06"));
  EXPECT_EQ(reports[0].status, ReportStatus::kOk);
  ASSERT_EQ(reports[0].warnings.size(), 3U);
  EXPECT_EQ(reports[0].warnings[1], "frequency: only 1 of 5 scores occur; its cuts are 1, 1, 1, 1");
  EXPECT_EQ(ScoreCounts(reports[0].table, "frequency"), (std::vector<std::int64_t>{6, 0, 0, 0, 0}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "recency"), (std::vector<std::int64_t>{0, 0, 0, 0, 6}));
}

TEST(RfmTest, NeedsAsManyCustomersAsScores) {
  ShopTablesFixture shop;
  for (const char* client : {"a", "b", "c", "d"}) {
    shop.Order(client, "2024-03-05", 500);
  }
  for (const Report& report : Compute(shop.Build(), shop.Calendar("2024-03-06"))) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_EQ(report.status_reason, "4 customers with an order; 5 scores need at least 5");
    EXPECT_EQ(report.table.rows(), 0U);
    EXPECT_EQ(report.customers.rows(), 0U);
  }
  const ShopTablesFixture empty;
  EXPECT_EQ(Compute(empty.Build(), empty.Calendar("2024-03-06"))[0].status,
            ReportStatus::kInsufficientData);
}

TEST(RfmTest, TakesGivenThresholds) {
  RfmOptions options;
  options.scheme = "thresholds";
  options.recency_cuts = {"1", "2", "3", "4"};
  options.frequency_cuts = {"1", "4", "5", "6"};
  options.monetary_cuts = {"10.00", "39.99", "40", "250"};
  const ShopTablesFixture shop = Ladder();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-07"), options);
  EXPECT_EQ(PrintCustomers(reports[0].customers),
            "ann 5 1 1000 111\nbob 4 2 4000 223\ncem 3 3 9000 324\n"
            "dan 2 4 16000 424\neve 1 5 25000 534\n");
  EXPECT_EQ(Cuts(reports[0].table, "monetary"), (std::vector<double>{10, 39.99, 40, 250}));
}

TEST(RfmTest, RefusesWrongThresholdsAndReferences) {
  const ShopTablesFixture shop = Ladder();
  const ShopTables tables = shop.Build();
  const auto message = [&](const RfmOptions& options) {
    const auto reports = ComputeRfm(tables, shop.Calendar("2024-03-07"), options);
    return reports ? std::string("accepted") : reports.error().message;
  };
  RfmOptions cuts;
  cuts.scheme = "thresholds";
  cuts.recency_cuts = {"1", "2", "2", "4"};
  EXPECT_EQ(message(cuts),
            "analyses.rfm.recency_cuts: the scheme thresholds needs four ascending numbers, found "
            "[1, 2, 2, "
            "4]");
  cuts.recency_cuts = {"1", "2", "soon", "4"};
  EXPECT_EQ(message(cuts),
            "analyses.rfm.recency_cuts: expected a number with at most 0 decimals, found \"soon\"");
  RfmOptions reference;
  reference.reference = "2024-03-04";
  EXPECT_EQ(message(reference),
            "reference: lies before the last order, which is of 2024-03-05: 2024-03-04");
  reference.reference = "2024-03-05";
  EXPECT_EQ(message(reference), "accepted");
}

TEST(RfmTest, CutsFrequencyWithinRecencyWhenNested) {
  // Two recency groups far apart; within each, one to five orders.
  ShopTablesFixture shop;
  for (int group = 0; group < 5; ++group) {
    for (int member = 1; member <= 5; ++member) {
      for (int order = 0; order < member * (group + 1); ++order) {
        shop.Order("g" + std::to_string(group) + std::to_string(member),
                   "2024-03-0" + std::to_string(group + 1), 100);
      }
    }
  }
  RfmOptions options;
  options.scheme = "nested";
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-06"), options);
  EXPECT_EQ(ScoreCounts(reports[0].table, "frequency"), (std::vector<std::int64_t>{5, 5, 5, 5, 5}));
  EXPECT_TRUE(Cuts(reports[0].table, "frequency").empty());
  // With independent fifths the early group, with at most five orders, would not reach score 5.
  EXPECT_EQ(reports[0].customers.Text(4, "client"), "g05");
  EXPECT_EQ(reports[0].customers.Integer(4, "recency_score"), 1);
  EXPECT_EQ(reports[0].customers.Integer(4, "frequency_score"), 5);
}

TEST(RfmTest, ScoresTheMeanOrderWhenAsked) {
  ShopTablesFixture shop = Ladder();
  shop.Order("eve", "2024-03-05", 1);  // Many orders, and now a lower mean than dan's 40.00.
  shop.Credit("eve", "2024-03-05", 9000);
  RfmOptions options;
  options.monetary = "mean";
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-07"), options);
  EXPECT_EQ(reports[0].customers.Integer(3, "monetary_score"), 5);
  EXPECT_EQ(reports[0].customers.Amount(4, "monetary"), Money{16001});
  EXPECT_EQ(reports[0].customers.Integer(4, "monetary_score"), 3);
}

// Scores of random customers by sorting and counting: the plain reading of "at most the quantile".
TEST(RfmTest, AgreesWithASecondWayOfScoring) {
  std::mt19937 random(5);
  ShopTablesFixture shop;
  std::map<std::string, std::int64_t> orders;
  for (int i = 0; i < 600; ++i) {
    const std::string client = "c" + std::to_string(random() % 97);
    shop.Order(client, FormatDay(ParseDay("2024-01-01").value() + DayNumber(random() % 60)), 100);
    ++orders[client];
  }
  std::vector<std::int64_t> sorted;
  for (const auto& [client, count] : orders) {
    sorted.push_back(count);
  }
  std::sort(sorted.begin(), sorted.end());
  // quantile × 5, in whole numbers.
  const auto quantile = [&sorted](std::size_t fifth) {
    const std::size_t rank = (sorted.size() - 1) * fifth;
    const std::int64_t below = sorted[rank / 5];
    const std::int64_t above = sorted[std::min(rank / 5 + 1, sorted.size() - 1)];
    return below * 5 + (above - below) * static_cast<std::int64_t>(rank % 5);
  };
  const auto before = Compute(shop.Build(), shop.Calendar("2024-03-06"));
  const ReportTable& customers = before[0].customers;
  ASSERT_EQ(customers.rows(), orders.size());
  for (std::size_t row = 0; row < customers.rows(); ++row) {
    const std::int64_t count = orders[std::string(customers.Text(row, "client"))];
    int score = 1;
    for (const std::size_t fifth : {1U, 2U, 3U, 4U}) {
      score += count * 5 > quantile(fifth) ? 1 : 0;
    }
    EXPECT_EQ(customers.Integer(row, "frequency_score"), score) << count;
  }
  const auto after = Compute(shop.Shuffle(3).Build(), shop.Calendar("2024-03-06"));
  EXPECT_EQ(PrintCustomers(after[0].customers), PrintCustomers(customers));
}

TEST(RfmReferenceTest, ReproducesThePackage) {
  const std::optional<ShopTables> tables = testing::LoadRfmOrders();
  if (!tables) {
    GTEST_SKIP() << "the rfm set is not in " << testing::DataFolder();
  }
  RfmOptions options;
  options.scheme = "rfm_package";
  const auto reports = Compute(*tables, testing::RfmOrdersCalendar(), options);
  const ReportTable& customers = reports[0].customers;
  ASSERT_EQ(customers.rows(), 995U);
  std::int64_t orders = 0;
  std::int64_t revenue = 0;
  std::map<std::int64_t, std::int64_t> by_orders;
  for (std::size_t row = 0; row < customers.rows(); ++row) {
    orders += customers.Integer(row, "frequency");
    revenue += customers.Amount(row, "monetary").minor;
    ++by_orders[customers.Integer(row, "frequency")];
  }
  EXPECT_EQ(orders, 4906);
  EXPECT_EQ(revenue, 46415800);
  const std::map<std::int64_t, std::int64_t> expected_by_orders = {
      {1, 42}, {2, 83}, {3, 143}, {4, 187}, {5, 176}, {6, 150}, {7, 94},
      {8, 51}, {9, 38}, {10, 20}, {11, 3},  {12, 5},  {13, 2},  {14, 1}};
  EXPECT_EQ(by_orders, expected_by_orders);

  const auto expect_cuts = [&reports](std::string_view variable, std::vector<double> printed) {
    const std::vector<double> cuts = Cuts(reports[0].table, variable);
    ASSERT_EQ(cuts.size(), printed.size());
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      EXPECT_NEAR(cuts[i], printed[i], 1e-9) << variable;
    }
  };
  expect_cuts("recency", {115, 181, 297.4, 482});
  expect_cuts("frequency", {4, 5, 6, 8});
  expect_cuts("monetary", {255.8, 382, 506.4, 666});
  using Counts = std::vector<std::int64_t>;
  EXPECT_EQ(ScoreCounts(reports[0].table, "recency"), (Counts{197, 200, 199, 199, 200}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "frequency"), (Counts{268, 187, 176, 244, 120}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "monetary"), (Counts{200, 200, 198, 202, 195}));

  double cell_sum = 0;
  const ReportTable& cells = reports[1].table;
  for (std::size_t row = 0; row < cells.rows(); ++row) {
    cell_sum += cells.Real(row, "average_monetary");
  }
  EXPECT_NEAR(cell_sum, 12634, 1);
}

// At a fraction such as 296.4 the package puts 297 below, the plain reading of a quantile above.
TEST(RfmReferenceTest, DiffersFromThePackageOnlyAtFractionalCuts) {
  const std::optional<ShopTables> tables = testing::LoadRfmOrders();
  if (!tables) {
    GTEST_SKIP() << "the rfm set is not in " << testing::DataFolder();
  }
  const auto reports = Compute(*tables, testing::RfmOrdersCalendar());
  EXPECT_EQ(Cuts(reports[0].table, "recency"), (std::vector<double>{114, 180, 296.4, 481}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "frequency"),
            (std::vector<std::int64_t>{268, 187, 176, 244, 120}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "recency"),
            (std::vector<std::int64_t>{197, 201, 198, 199, 200}));
}

TEST(RfmReferenceTest, ReproducesOnlineRetail) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "Online Retail is not in " << testing::DataFolder();
  }
  ShopCalendar calendar;
  calendar.zone = TimeZone::Find(testing::kOnlineRetailZone).value();
  calendar.as_of = calendar.zone.StartOfDay(ParseDay("2011-12-10").value());
  RfmOptions options;
  options.reference = "2011-12-10";
  const auto reports = Compute(*tables, calendar, options);
  const ReportTable& customers = reports[0].customers;
  ASSERT_EQ(customers.rows(), 4338U);
  const auto expect = [&](const char* variable, double mean, double max,
                          const std::vector<double>& cuts) {
    double sum = 0;
    double largest = 0;
    for (std::size_t row = 0; row < customers.rows(); ++row) {
      const std::string_view name = variable;
      const double value = name == "recency"
                               ? static_cast<double>(customers.Integer(row, "recency_days"))
                           : name == "frequency"
                               ? static_cast<double>(customers.Integer(row, "frequency"))
                               : static_cast<double>(customers.Amount(row, "monetary").minor) / 100;
      sum += value;
      largest = std::max(largest, value);
    }
    EXPECT_NEAR(sum / 4338, mean, 5e-4) << variable;
    EXPECT_NEAR(largest, max, 1e-9) << variable;
    const std::vector<double> got = Cuts(reports[0].table, variable);
    ASSERT_EQ(got.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(got[i], cuts[i], 5e-4) << variable;
    }
  };
  expect("recency", 93.059, 374, {13.8, 33, 72, 180});
  expect("frequency", 4.272, 209, {1, 2, 3, 6});
  expect("monetary", 2054.266, 280206.02, {250.194, 490.096, 942.276, 2058.426});
}

// Sizes and centres of the optimal five clusters by a quadratic dynamic program over exact integers
// in plain Python 3.11, which tries every split point.
TEST(RfmReferenceTest, ClustersOfOnlineRetail) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "Online Retail is not in " << testing::DataFolder();
  }
  ShopCalendar calendar;
  calendar.zone = TimeZone::Find(testing::kOnlineRetailZone).value();
  calendar.as_of = calendar.zone.StartOfDay(ParseDay("2011-12-10").value());
  RfmOptions options;
  options.reference = "2011-12-10";
  options.scheme = "kmeans";
  const auto reports = Compute(*tables, calendar, options);
  using Counts = std::vector<std::int64_t>;
  EXPECT_EQ(ScoreCounts(reports[0].table, "recency"), (Counts{290, 439, 505, 1031, 2073}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "frequency"), (Counts{3466, 721, 131, 18, 2}));
  EXPECT_EQ(ScoreCounts(reports[0].table, "monetary"), (Counts{4119, 188, 24, 5, 2}));
  // Cuts lie in the middle between the centres.
  const std::vector<double> frequency = Cuts(reports[0].table, "frequency");
  ASSERT_EQ(frequency.size(), 4U);
  EXPECT_NEAR(frequency[0], (2.1491633006 + 8.8030513176) / 2, 1e-9);
  EXPECT_NEAR(frequency[3], (66.9444444444 + 205) / 2, 1e-9);
  const std::vector<double> recency = Cuts(reports[0].table, "recency");
  EXPECT_NEAR(recency[0], (18.9372889532 + 74.2657613967) / 2, 1e-9);
  EXPECT_NEAR(Cuts(reports[0].table, "monetary")[3], (149828.502 + 269931.66) / 2, 0.02);
}

TEST(RfmTest, RecencyIsNeverNegativeWhereTheClockWasSetBackOverMidnight) {
  MidnightTwice night;
  for (const char* client : {"b", "c", "d", "e"}) {
    night.shop.Order(client, "2010-11-06 10:00", 100);
  }
  const Report report = Compute(night.shop.Build(), night.calendar)[0];
  EXPECT_TRUE(PrintCustomers(report.customers).starts_with("a 0 2 3000 "));
}

TEST(RfmTest, OrdersThatCostNothingCountButHaveNoPartInAMean) {
  ShopTablesFixture shop = Ladder();
  shop.Order("eve", "2024-03-06", 0);
  RfmOptions options;
  options.monetary = "mean";
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-07"), options);
  EXPECT_TRUE(PrintCustomers(reports[0].customers).ends_with("eve 0 6 25000 555\n"));
  EXPECT_EQ(reports[0].table.Real(14, "largest_value"), 50) << "25,000 over five paid orders";
}

TEST(RfmTest, WithoutPaymentsThereIsNoMonetaryValue) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  const ShopTablesFixture shop("UTC", layout);
  for (const Report& report : Compute(shop.Build(), shop.Calendar("2024-03-07"))) {
    EXPECT_EQ(report.status, ReportStatus::kNotAvailable);
    EXPECT_EQ(report.customers.rows(), 0U);
  }
}

}  // namespace
}  // namespace cartwright
