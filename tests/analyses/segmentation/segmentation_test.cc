#include "analyses/segmentation/segmentation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"
#include "tests/support/rfm_orders.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;

Report Compute(const ShopTables& tables, const ShopCalendar& calendar,
               const SegmentationOptions& options = {}) {
  return ComputeSegmentation(tables, calendar, options).value().at(0);
}

std::string PrintCustomers(const ReportTable& customers) {
  std::string out;
  for (std::size_t row = 0; row < customers.rows(); ++row) {
    out.append(customers.Text(row, "client"))
        .append(": ")
        .append(customers.Text(row, "segment"))
        .append("\n");
  }
  return out;
}

// Customer k of 1..5 orders k times, on the k-th of March, for k euros each.
ShopTablesFixture Ladder() {
  ShopTablesFixture shop;
  for (int k = 1; k <= 5; ++k) {
    for (int order = 0; order < k; ++order) {
      shop.Order("c" + std::to_string(k), "2024-03-0" + std::to_string(k), 100 * k);
    }
  }
  return shop;
}

TEST(SegmentationTest, NamesTheWorkedExample) {
  const ShopTablesFixture shop = Ladder();
  const Report report = Compute(shop.Build(), shop.Calendar("2024-03-06"));
  EXPECT_EQ(PrintCustomers(report.customers),
            "c1: Lost\nc2: Hibernating\nc3: Need attention\nc4: Loyal\nc5: Champions\n");
  const ReportTable& segments = report.table;
  ASSERT_EQ(segments.rows(), 11U);
  EXPECT_EQ(segments.Text(0, "segment"), "Champions");
  EXPECT_EQ(segments.Integer(0, "customers"), 1);
  EXPECT_DOUBLE_EQ(segments.Real(0, "share"), 0.2);
  EXPECT_EQ(segments.Integer(0, "orders"), 5);
  EXPECT_EQ(segments.Amount(0, "net_revenue"), Money{2500});
  EXPECT_DOUBLE_EQ(segments.Real(0, "revenue_share"), 25.0 / 55);
  EXPECT_DOUBLE_EQ(segments.Real(0, "median_recency_days"), 0);
  EXPECT_DOUBLE_EQ(segments.Real(0, "median_frequency"), 5);
  EXPECT_DOUBLE_EQ(segments.Real(0, "median_monetary"), 25);
  EXPECT_DOUBLE_EQ(segments.Real(0, "average_order_value"), 5);
  EXPECT_EQ(segments.Text(3, "segment"), "New");
  EXPECT_EQ(segments.Integer(3, "customers"), 0);
  EXPECT_TRUE(segments.IsNull(3, segments.Find("median_monetary").value()));
  EXPECT_TRUE(segments.IsNull(3, segments.Find("average_order_value").value()));
  EXPECT_THAT(report.params,
              ::testing::Contains(::testing::Pair("frequency_cuts_in_use", "1.8, 2.6, 3.4, 4.2")));
}

TEST(SegmentationTest, CountsMovesSinceAsManyDays) {
  // The ladder, and ten days later c1 is back with most orders; d is new.
  ShopTablesFixture shop = Ladder();
  for (int order = 0; order < 6; ++order) {
    shop.Order("c1", "2024-03-14", 1000);
  }
  shop.Order("d", "2024-03-15", 100);
  SegmentationOptions options;
  options.moves_days = 10;
  const auto reports =
      ComputeSegmentation(shop.Build(), shop.Calendar("2024-03-16"), options).value();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].key.type, "moves");
  // Recency fifths of now: d 5, c1 5, c5 4, c4 3, c3 2, c2 1 (six customers, cuts 1, 10, 11, 12).
  const std::vector<std::string> before =
      RowTexts(reports[0].customers, {"client", "segment_before"});
  EXPECT_THAT(before, ElementsAre("c1 Lost", "c2 Hibernating", "c3 Need attention", "c4 Loyal",
                                  "c5 Champions", "d -"));
  const std::vector<std::string> now = RowTexts(reports[0].customers, {"client", "segment"});
  std::vector<std::string> moves;
  for (std::size_t row = 0; row < reports[1].table.rows(); ++row) {
    moves.push_back(std::string(reports[1].table.Text(row, "segment_before")) + " > " +
                    std::string(reports[1].table.Text(row, "segment")));
    EXPECT_EQ(reports[1].table.Integer(row, "customers"), 1);
    EXPECT_EQ(reports[1].table.Real(row, "share"), 1);
  }
  EXPECT_EQ(now[0], "c1 Champions");
  EXPECT_THAT(moves, ::testing::IsSupersetOf({"Lost > Champions", "Champions > Loyal"}));
  EXPECT_TRUE(moves.back().starts_with("Not yet a customer > "));
  EXPECT_EQ(moves.size(), 6U);
  // Champions: c5 then, c1 now.
  EXPECT_EQ(reports[0].table.Integer(0, "customers_before"), 1);
  EXPECT_EQ(reports[0].table.Integer(0, "customers_change"), 0);
}

TEST(SegmentationTest, MovesNeedCustomersThen) {
  const ShopTablesFixture shop = Ladder();
  const auto reports = ComputeSegmentation(shop.Build(), shop.Calendar("2024-03-06"), {}).value();
  EXPECT_EQ(reports[0].status, ReportStatus::kOk);
  EXPECT_TRUE(reports[0].table.IsNull(0, reports[0].table.Find("customers_before").value()));
  EXPECT_EQ(reports[1].status, ReportStatus::kInsufficientData);
  EXPECT_EQ(reports[1].status_reason,
            "30 days before as_of: 0 customers with an order; 5 scores need at least 5");
  EXPECT_EQ(reports[1].table.rows(), 0U);
}

TEST(SegmentationTest, NeedsAsManyCustomersAsScores) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-05", 500);
  const Report report = Compute(shop.Build(), shop.Calendar("2024-03-06"));
  EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
  EXPECT_EQ(report.table.rows(), 0U);
  EXPECT_EQ(report.customers.rows(), 0U);
  const ShopTablesFixture empty;
  EXPECT_EQ(Compute(empty.Build(), empty.Calendar("2024-03-06")).status,
            ReportStatus::kInsufficientData);
}

TEST(SegmentationTest, PassesOnWhatTheScoresRefuse) {
  const ShopTablesFixture shop = Ladder();
  SegmentationOptions options;
  options.reference = "2024-02-30";
  const auto reports = ComputeSegmentation(shop.Build(), shop.Calendar("2024-03-06"), options);
  ASSERT_FALSE(reports.has_value());
  EXPECT_EQ(reports.error().kind, ErrorKind::kConfig);
}

TEST(SegmentationTest, NamesEveryCustomerOnceInAnyOrderOfArrival) {
  std::mt19937 random(9);
  ShopTablesFixture shop;
  for (int i = 0; i < 500; ++i) {
    shop.Order("c" + std::to_string(random() % 80),
               FormatDay(ParseDay("2024-01-01").value() + DayNumber(random() % 60)),
               100 + random() % 900);
  }
  for (const char* map : {"partition", "classic10"}) {
    SegmentationOptions options;
    options.map = map;
    const Report report = Compute(shop.Build(), shop.Calendar("2024-03-06"), options);
    std::int64_t customers = 0;
    std::int64_t orders = 0;
    double share = 0;
    for (std::size_t row = 0; row < report.table.rows(); ++row) {
      customers += report.table.Integer(row, "customers");
      orders += report.table.Integer(row, "orders");
      share += report.table.Real(row, "revenue_share");
    }
    EXPECT_EQ(customers, static_cast<std::int64_t>(report.customers.rows()));
    const ReportTable moves =
        ComputeSegmentation(shop.Build(), shop.Calendar("2024-03-06"), options).value()[1].table;
    std::int64_t moved = 0;
    for (std::size_t row = 0; row < moves.rows(); ++row) {
      moved += moves.Integer(row, "customers");
    }
    EXPECT_EQ(moved, customers);
    EXPECT_EQ(orders, 500);
    EXPECT_NEAR(share, 1, 1e-12);
    ShopTablesFixture shuffled = shop;
    const Report again = Compute(shuffled.Shuffle(4).Build(), shop.Calendar("2024-03-06"), options);
    EXPECT_EQ(PrintCustomers(again.customers), PrintCustomers(report.customers));
  }
}

TEST(SegmentationReferenceTest, ReproducesTheClassicTenOfThePackage) {
  const std::optional<ShopTables> tables = testing::LoadRfmOrders();
  if (!tables) {
    GTEST_SKIP() << "the rfm set is not in " << testing::DataFolder();
  }
  SegmentationOptions options;
  options.map = "classic10";
  options.scheme = "rfm_package";
  const Report report = Compute(*tables, testing::RfmOrdersCalendar(), options);
  struct Row {
    std::string_view name;
    std::int64_t customers, orders, revenue;
  };
  constexpr std::array<Row, 11> kRows = {{{"Champions", 158, 1234, 120178},
                                          {"Loyal Customers", 278, 1708, 166712},
                                          {"Potential Loyalist", 229, 801, 65873},
                                          {"New Customers", 0, 0, 0},
                                          {"Promising", 0, 0, 0},
                                          {"Need Attention", 35, 144, 13287},
                                          {"About To Sleep", 50, 127, 10914},
                                          {"At Risk", 86, 438, 44178},
                                          {"Can't Lose Them", 0, 0, 0},
                                          {"Lost", 111, 244, 20955},
                                          {"Others", 48, 210, 22061}}};
  ASSERT_EQ(report.table.rows(), kRows.size());
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    EXPECT_EQ(report.table.Text(row, "segment"), kRows[row].name);
    EXPECT_EQ(report.table.Integer(row, "customers"), kRows[row].customers) << kRows[row].name;
    EXPECT_EQ(report.table.Integer(row, "orders"), kRows[row].orders) << kRows[row].name;
    EXPECT_EQ(report.table.Amount(row, "net_revenue").minor, kRows[row].revenue * 100)
        << kRows[row].name;
  }
}

}  // namespace
}  // namespace cartwright
