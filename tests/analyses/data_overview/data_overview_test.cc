#include "analyses/data_overview/data_overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using testing::Contains;
using testing::ElementsAre;

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of) {
  return ComputeDataOverview(shop.Build(), shop.Calendar(as_of), {}).value();
}

ShopTablesFixture SmallShop(ShopTablesLayout layout = FixtureLayout()) {
  layout.dimensions = {"city"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add({.client = "ann",
            .local = "2024-03-01 10:00",
            .actions = "has_basket purchased",
            .payment = 1250,
            .promotions = {"spring"},
            .dimensions = {"Kiel"},
            .lines = {{"p1", 2, 6'250'000, "toys"}, {"p2", 1, std::nullopt}}});
  shop.Add({.client = "", .local = "2024-03-02", .actions = "purchased", .payment = 0});
  shop.Add({.client = "bob",
            .local = "2024-03-03",
            .actions = "purchased",
            .payment = 500,
            .refund = 500,
            .dimensions = {"Bonn"},
            .lines = {{"p1", -1, 5'000'000, "toys"}}});
  shop.Add({.client = "bob", .local = "2024-03-04", .actions = "has_basket", .lines = {{"p3"}}});
  shop.Credit("ann", "2024-03-05", 250).Visit("cid", "2024-03-09");
  shop.Customer("ann", "2024-02-01").Customer("dan", "");
  return shop;
}

TEST(DataOverviewTest, CountsWhatTheTablesHold) {
  const Report report = FindReport(Compute(SmallShop(), "2024-03-09"), "tables", "");
  EXPECT_THAT(RowTexts(report.table),
              ElementsAre("sessions all 6 1.0000", "sessions after_as_of 1 0.1667",
                          "sessions credits 1 0.1667", "sessions visits 1 0.1667",
                          "sessions orders 3 0.5000", "sessions guest_orders 1 0.1667",
                          "sessions unpaid_orders 1 0.1667", "sessions refunded_orders 1 0.1667",
                          "lines all 4 1.0000", "lines sold 2 0.5000", "lines returned 1 0.2500",
                          "lines in_baskets 1 0.2500", "lines without_price 2 0.5000",
                          "customers all 2 1.0000", "customers with_orders 1 0.5000",
                          "customers without_orders 1 0.5000"));
  EXPECT_EQ(report.rows_read, 8);
  EXPECT_EQ(report.rows_used, 8);
}

TEST(DataOverviewTest, SaysHowWellEachColumnIsFilled) {
  const Report report = FindReport(Compute(SmallShop(), "2024-03-09"), "columns", "");
  EXPECT_THAT(
      RowTexts(report.table, {"table_name", "column_name", "rows", "present", "missing",
                              "missing_share", "distinct_values", "lowest", "highest"}),
      ElementsAre(
          "sessions session_start_date 6 6 0 0.0000 - 2024-03-01T09:00:00.000Z "
          "2024-03-08T23:00:00.000Z",
          "sessions client 6 5 1 0.1667 3 ann cid",
          "sessions payment_amount 6 3 3 0.5000 - 0.00 12.50",
          "sessions discount_amount 6 0 6 1.0000 - - -", "sessions tax_amount 6 0 6 1.0000 - - -",
          "sessions shipping_amount 6 0 6 1.0000 - - -",
          "sessions refund_amount 6 2 4 0.6667 - 2.50 5.00",
          "sessions promotion_id 6 1 5 0.8333 1 spring spring",
          "sessions actions.has_sessions 6 6 0 0.0000 - - -",
          "sessions actions.has_basket 6 2 4 0.6667 - - -",
          "sessions actions.order_screen 6 0 6 1.0000 - - -",
          "sessions actions.purchased 6 3 3 0.5000 - - -",
          "sessions dimensions.city 6 2 4 0.6667 2 Bonn Kiel", "lines product 4 4 0 0.0000 3 p1 p3",
          "lines category 4 2 2 0.5000 1 toys toys", "lines price 4 2 2 0.5000 - 5.000000 6.250000",
          "lines quantity 4 4 0 0.0000 - -1 2", "customers client 2 2 0 0.0000 2 ann dan",
          "customers download_date 2 1 1 0.5000 - 2024-01-31T23:00:00.000Z "
          "2024-01-31T23:00:00.000Z",
          "customers signup_date 2 0 2 1.0000 - - -"));
}

TEST(DataOverviewTest, WhatNoSourceGivesIsNullAndNotMissing) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts = {true, false, false, false, false};
  layout.recorded.actions = 0b1001;
  layout.recorded.promotions = false;
  const Report report = FindReport(Compute(SmallShop(layout), "2024-03-09"), "columns", "");
  const std::vector<std::string> rows =
      RowTexts(report.table, {"column_name", "is_recorded", "rows", "present", "missing",
                              "missing_share", "distinct_values", "lowest", "highest"});
  EXPECT_THAT(rows, Contains("payment_amount true 6 3 3 0.5000 - 0.00 12.50"));
  for (const char* column :
       {"discount_amount", "refund_amount", "promotion_id", "actions.order_screen"}) {
    EXPECT_THAT(rows, Contains(std::string(column) + " false 6 - - - - - -"));
  }
}

TEST(DataOverviewTest, AnEmptyShopHasNoRecords) {
  for (const Report& report : Compute(ShopTablesFixture(), "2024-03-09")) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_EQ(report.status_reason, "there are no records");
  }
}

// The plain way: sets of texts, row by row, from rows that came in another order.
TEST(DataOverviewTest, AgreesWithANaiveTwin) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    ShopTablesFixture shop;
    std::multiset<std::string> clients;
    std::multiset<std::int64_t> payments;
    std::map<std::string, std::int64_t> kinds;
    for (int i = 0; i < 300; ++i) {
      FixtureSession session;
      session.client = random() % 4 == 0 ? "" : "c" + std::to_string(random() % 40);
      session.local = "2024-03-" + std::to_string(10 + random() % 20);
      session.actions = random() % 2 == 0 ? "purchased" : "has_basket";
      if (random() % 3 != 0) {
        session.payment = static_cast<std::int64_t>(random() % 1000);
        payments.insert(*session.payment);
      }
      if (!session.client.empty()) {
        clients.insert(session.client);
      }
      ++kinds[session.actions];
      shop.Add(session);
    }
    shop.Shuffle(seed);
    const std::vector<Report> reports = Compute(shop, "2024-04-01");
    const std::vector<std::string> tables =
        RowTexts(FindReport(reports, "tables", "").table, {"table_name", "measure", "rows"});
    EXPECT_THAT(tables, Contains("sessions orders " + std::to_string(kinds["purchased"])));
    EXPECT_THAT(tables, Contains("sessions visits " + std::to_string(kinds["has_basket"])));
    const std::vector<std::string> columns =
        RowTexts(FindReport(reports, "columns", "").table,
                 {"column_name", "present", "distinct_values", "lowest", "highest"});
    EXPECT_THAT(columns, Contains(fmt::format("client {} {} {} {}", clients.size(),
                                              std::set(clients.begin(), clients.end()).size(),
                                              *clients.begin(), *clients.rbegin())));
    EXPECT_THAT(columns, Contains(fmt::format("payment_amount {} - {:.2f} {:.2f}", payments.size(),
                                              static_cast<double>(*payments.begin()) / 100,
                                              static_cast<double>(*payments.rbegin()) / 100)));
  }
}

}  // namespace
}  // namespace cartwright
