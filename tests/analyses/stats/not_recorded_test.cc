#include "analyses/stats/not_recorded.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "analyses/stats/stats.h"
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

TEST(NotRecordedTest, WhatNoSourceGivesIsNullAndWarnedOf) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts = {true, false, false, false, false};
  layout.recorded.visits = layout.recorded.lines = layout.recorded.promotions = false;
  ShopTablesFixture shop("UTC", layout);
  shop.Order("a", "2024-03-01", 1000).Order("b", "2024-03-02", 500);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-03"));
  const Report kpis = Find(reports, "kpis");
  for (const char* column : {"units", "lines", "discount", "returns", "promotion_share",
                             "conversion_rate", "units_per_order", "average_selling_price"}) {
    EXPECT_TRUE(kpis.table.IsNull(0, kpis.table.Find(column).value())) << column;
  }
  EXPECT_EQ(kpis.table.Amount(0, "net_revenue"), Money{1500});
  EXPECT_EQ(kpis.table.Real(0, "average_order_value"), 7.5);
  EXPECT_EQ(kpis.warnings.size(), 5U);
  EXPECT_EQ(kpis.warnings[0], "no source gives refunds; not available: returns");
  const ReportTable sessions = Find(reports, "weekly_average_session_per_user").table;
  EXPECT_TRUE(sessions.IsNull(0, sessions.Find("sessions_per_customer").value()));
  EXPECT_TRUE(Find(reports, "user_counts_per_order_seq").warnings.empty());
}

TEST(NotRecordedTest, WhatASourceGivesIsZeroWhereThereIsNone) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01");
  const ReportTable kpis = Find(Compute(shop.Build(), shop.Calendar("2024-03-03")), "kpis").table;
  EXPECT_EQ(kpis.Integer(0, "units"), 0);
  EXPECT_EQ(kpis.Amount(0, "discount"), Money{0});
  EXPECT_EQ(kpis.Real(0, "conversion_rate"), 0);
}

TEST(NotRecordedTest, WithoutPaymentsTheirDistributionIsNotAvailable) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.amounts.fill(false);
  ShopTablesFixture shop("UTC", layout);
  shop.Add({.client = "a", .local = "2024-03-01", .actions = "purchased"});
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-03"));
  EXPECT_EQ(Find(reports, "purchase_amount_quantiles").status, ReportStatus::kNotAvailable);
  const ReportTable kpis = Find(reports, "kpis").table;
  EXPECT_TRUE(kpis.IsNull(0, kpis.Find("net_revenue").value()));
}

}  // namespace
}  // namespace cartwright
