#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "analyses/stats/stats.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using testing::Contains;
using testing::ElementsAre;

Report Changes(const ShopTables& tables, const ShopCalendar& calendar) {
  std::vector<Report> reports = ComputeStats(tables, calendar, {}).value();
  for (Report& report : reports) {
    if (report.key.type == "kpi_changes") {
      return std::move(report);
    }
  }
  ADD_FAILURE() << "no report kpi_changes";
  return {};
}

const std::vector<std::string> kFigures = {"window",
                                           "kpi",
                                           "kpi_value",
                                           "previous_value",
                                           "change_from_previous",
                                           "last_year_value",
                                           "change_from_last_year"};

TEST(KpiChangesTest, ComparesFullDaysWithThoseBeforeAndAYearOfWeeksAgo) {
  // 2024-03-11 is a Monday; 52 weeks before lies 2023-03-13.
  ShopTablesFixture shop;
  shop.Order("ann", "2023-03-13 09:00", 400).Order("bob", "2023-03-19 23:59", 600);
  shop.Order("ann", "2024-03-04 09:00", 1000).Visit("ann", "2024-03-10 09:00");
  shop.Order("ann", "2024-03-11 09:00", 2000).Order("cid", "2024-03-17 23:59", 1000);
  shop.Order("cid", "2024-03-18 10:00", 99'999);  // The day of as_of is not over.
  const Report report = Changes(shop.Build(), shop.Calendar("2024-03-18 12:00"));
  EXPECT_EQ(report.status, ReportStatus::kOk);
  const std::vector<std::string> rows = RowTexts(report.table, kFigures);
  EXPECT_THAT(rows, Contains("last_7_full_days orders 2.0000 1.0000 1.0000 2.0000 0.0000"));
  EXPECT_THAT(rows, Contains("last_7_full_days net_revenue 30.0000 10.0000 2.0000 10.0000 2.0000"));
  EXPECT_THAT(rows, Contains("last_7_full_days average_order_value 15.0000 10.0000 0.5000 5.0000 "
                             "2.0000"));
  EXPECT_THAT(rows,
              Contains("last_7_full_days conversion_rate 1.0000 0.5000 1.0000 1.0000 0.0000"));
  EXPECT_THAT(rows, Contains("last_7_full_days new_customers 1.0000 0.0000 - 2.0000 -0.5000"));
  EXPECT_EQ(RowTexts(report.table, {"window_from", "window_to"}).front(),
            "2024-03-10T23:00:00.000Z 2024-03-17T23:00:00.000Z");
  EXPECT_EQ(report.table.rows(), 3U * 16U);
}

TEST(KpiChangesTest, HasNoValueWhereTheRecordsBeginLater) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-01 09:00", 1000).Order("ann", "2024-03-12 09:00", 1000);
  const Report report = Changes(shop.Build(), shop.Calendar("2024-03-14"));
  EXPECT_EQ(report.table.rows(), 16U) << "13 days are over: no window of 28";
  EXPECT_THAT(RowTexts(report.table, kFigures), Contains("last_7_full_days orders 1.0000 - - - -"));
  // With a 14th day the window before is whole.
  const Report later = Changes(shop.Build(), shop.Calendar("2024-03-15"));
  EXPECT_THAT(RowTexts(later.table, kFigures),
              Contains("last_7_full_days orders 1.0000 1.0000 0.0000 - -"));
}

TEST(KpiChangesTest, SaysWhenNoWindowIsOver) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-01 09:00", 1000);
  const Report report = Changes(shop.Build(), shop.Calendar("2024-03-07 23:59"));
  EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
  EXPECT_EQ(report.status_reason, "fewer than 7 days of the records are over at as_of");
  EXPECT_EQ(Changes(shop.Build(), shop.Calendar("2024-03-08")).status, ReportStatus::kOk);
}

TEST(KpiChangesTest, LeavesOutWhatNoSourceRecords) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.visits = false;
  layout.recorded.lines = false;
  layout.recorded.promotions = false;
  layout.recorded.amounts = {true, false, false, false, false};
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Order("ann", "2024-03-01 09:00", 1000);
  const Report report = Changes(shop.Build(), shop.Calendar("2024-03-08"));
  EXPECT_THAT(
      RowTexts(report.table, {"kpi"}),
      ElementsAre("sessions", "orders", "customers", "new_customers", "gross_revenue",
                  "net_revenue", "average_order_value", "orders_per_customer", "repeat_rate"));
  EXPECT_THAT(report.warnings,
              ElementsAre("no source gives what these rest on; left out: units, returns, discount, "
                          "conversion_rate, units_per_order, average_selling_price, "
                          "promotion_share"));
}

// The plain way: every row of the table against the instants of every window.
TEST(KpiChangesTest, AgreesWithASecondWayOfCounting) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    ShopTablesFixture shop("America/New_York");
    for (int i = 0; i < 600; ++i) {
      const DayNumber day = ParseDay("2023-01-01").value() + static_cast<DayNumber>(random() % 460);
      const std::string local = FormatDay(day) + " 12:00";
      const std::string client = random() % 5 == 0 ? "" : "c" + std::to_string(random() % 30);
      random() % 2 == 0 ? shop.Order(client, local, random() % 9000) : shop.Visit(client, local);
    }
    const ShopTables tables = shop.Build();
    const ShopCalendar calendar = shop.Calendar("2024-03-20 15:30");
    const Report report = Changes(tables, calendar);
    ASSERT_EQ(report.table.rows(), 48U);
    const auto count = [&](EpochMillis from, EpochMillis to, std::string_view kpi) {
      std::set<std::uint32_t> buyers;
      double orders = 0;
      double cents = 0;
      for (std::size_t row = 0; row < tables.sessions.size(); ++row) {
        const EpochMillis start = tables.sessions.start[row];
        if (start >= from && start < to && tables.sessions.purchased(row)) {
          ++orders;
          cents += static_cast<double>(tables.sessions.AmountOrZero(row, AmountKind::kPayment));
          if (tables.sessions.client[row] != kNoCode) {
            buyers.insert(tables.sessions.client[row]);
          }
        }
      }
      return kpi == "orders"      ? orders
             : kpi == "customers" ? static_cast<double>(buyers.size())
                                  : cents / 100;
    };
    for (std::size_t row = 0; row < report.table.rows(); ++row) {
      const std::string_view kpi = report.table.Text(row, "kpi");
      if (kpi != "orders" && kpi != "customers" && kpi != "gross_revenue") {
        continue;
      }
      const std::string_view window = report.table.Text(row, "window");
      const DayNumber days = window == "last_7_full_days"    ? 7
                             : window == "last_28_full_days" ? 28
                                                             : 91;
      const DayNumber end = ParseDay("2024-03-20").value();
      const auto day = [&calendar](DayNumber number) { return calendar.zone.StartOfDay(number); };
      EXPECT_NEAR(report.table.Real(row, "kpi_value"), count(day(end - days), day(end), kpi), 1e-9);
      EXPECT_NEAR(report.table.Real(row, "previous_value"),
                  count(day(end - 2 * days), day(end - days), kpi), 1e-9);
      const std::size_t last_year = report.table.Find("last_year_value").value();
      if (!report.table.IsNull(row, last_year)) {
        EXPECT_NEAR(report.table.Real(row, "last_year_value"),
                    count(day(end - 364 - days), day(end - 364), kpi), 1e-9);
      }
    }
  }
}

}  // namespace
}  // namespace cartwright
