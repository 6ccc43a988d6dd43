#include "analyses/stats/shop_days.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "analyses/stats/stats.h"
#include "analyses/tables/shop_part.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

std::vector<Report> Compute(const ShopTables& tables, const ShopCalendar& calendar) {
  return ComputeStats(tables, calendar, {}).value();
}

Report Find(const std::vector<Report>& reports, std::string_view type) {
  return FindReport(reports, type, "");
}

TEST(ShopDaysTest, ACustomerIsNewOnceInTheWholeShop) {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city"};
  ShopTablesFixture shop("UTC", layout);
  shop.Add({.client = "a",
            .local = "2024-03-01",
            .actions = "purchased",
            .payment = 0,
            .dimensions = {"Aachen"}});
  shop.Add({.client = "a",
            .local = "2024-03-02",
            .actions = "purchased",
            .payment = 100,
            .dimensions = {"Bonn"}});
  shop.Add({.client = "a",
            .local = "2024-03-03",
            .actions = "purchased",
            .payment = 100,
            .dimensions = {"Cologne"}});
  const ShopTables tables = shop.Build();
  const auto new_customers = [&shop](const ShopTables& part) {
    return Find(Compute(part, shop.Calendar("2024-03-04")), "kpis")
        .table.Integer(0, "new_customers");
  };
  EXPECT_EQ(new_customers(tables), 1);
  EXPECT_EQ(new_customers(KeepDimensionValue(tables, "city", "Aachen")), 1);
  EXPECT_EQ(new_customers(KeepDimensionValue(tables, "city", "Bonn")), 0);
  // Among paid orders the one in Bonn is the first.
  for (const auto& [city, expected] : {std::pair{"Bonn", 1}, std::pair{"Cologne", 0}}) {
    ShopTables part = KeepDimensionValue(tables, "city", city);
    part.sessions = KeepRows(part.sessions, {.positive_payment_only = true});
    EXPECT_EQ(new_customers(part), expected) << city;
  }
}

TEST(ShopDaysTest, AverageOrdersADayLeaveTheDayOutThatIsNotOver) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-03-01 10:00", 1).Order("b", "2024-03-03 10:00", 1);
  const ReportTable hours =
      Find(Compute(shop.Build(), shop.Calendar("2024-03-03 12:00")), "hourly_orders").table;
  EXPECT_EQ(hours.Integer(10, "orders"), 2);
  EXPECT_EQ(hours.Real(10, "orders_per_day"), 0.5) << "one order in the two days that are over";
  const ReportTable first =
      Find(Compute(shop.Build(), shop.Calendar("2024-03-01 12:00")), "hourly_orders").table;
  EXPECT_TRUE(first.IsNull(10, first.Find("orders_per_day").value()));
}

}  // namespace
}  // namespace cartwright
