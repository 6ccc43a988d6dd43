#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/stats/stats.h"
#include "tests/support/online_retail.h"

namespace cartwright {
namespace {

const Report& Find(const std::vector<Report>& reports, std::string_view type) {
  for (const Report& report : reports) {
    if (report.key.type == type) {
      return report;
    }
  }
  ADD_FAILURE() << "no report " << type;
  return reports.front();
}

std::size_t RowOf(const ReportTable& table, std::string_view column, std::string_view text) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.Text(row, column) == text) {
      return row;
    }
  }
  ADD_FAILURE() << "no row with " << column << " " << text;
  return 0;
}

TEST(StatsReferenceTest, ReproducesOnlineRetail) {
  const std::optional<ShopTables> tables = testing::LoadOnlineRetailClean();
  if (!tables) {
    GTEST_SKIP() << "Online Retail is not in " << testing::DataFolder();
  }
  ShopCalendar calendar;
  calendar.zone = TimeZone::Find(testing::kOnlineRetailZone).value();
  calendar.as_of = calendar.zone.StartOfDay(ParseDay("2011-12-10").value());
  const auto reports = ComputeStats(*tables, calendar, {}).value();

  const ReportTable& kpis = Find(reports, "kpis").table;
  EXPECT_EQ(kpis.Integer(0, "lines"), 397884);
  EXPECT_EQ(kpis.Integer(0, "orders"), 18532);
  EXPECT_EQ(kpis.Integer(0, "customers"), 4338);
  EXPECT_EQ(kpis.Amount(0, "gross_revenue"), Money{891140790});
  EXPECT_EQ(kpis.Amount(0, "net_revenue"), Money{891140790});
  EXPECT_NEAR(kpis.Real(0, "average_order_value"), 480.8660, 5e-5);
  EXPECT_EQ(kpis.Integer(0, "one_time_buyers"), 1493);

  const ReportTable& days = Find(reports, "daily_revenue").table;
  ASSERT_EQ(days.rows(), 374U);
  std::size_t trading = 0;
  Money worst{days.Amount(0, "gross_revenue")};
  Money best{0};
  for (std::size_t day = 0; day < days.rows(); ++day) {
    const Money revenue = days.Amount(day, "gross_revenue");
    trading += revenue.minor > 0 ? 1 : 0;
    best = std::max(best, revenue);
    worst = revenue.minor > 0 ? std::min(worst, revenue) : worst;
  }
  EXPECT_EQ(trading, 305U);
  EXPECT_EQ(best, Money{18434928});
  EXPECT_EQ(worst, Money{345711});
  EXPECT_EQ(days.Amount(RowOf(days, "bucket_local", "2011-12-09"), "gross_revenue"), best);
  EXPECT_EQ(days.Amount(RowOf(days, "bucket_local", "2011-02-06"), "gross_revenue"), worst);

  struct Month {
    std::int64_t revenue, orders, customers;
  };
  constexpr std::array<Month, 13> kMonths = {{{57271389, 1400, 885},
                                              {56944504, 987, 741},
                                              {44713735, 997, 758},
                                              {59550076, 1321, 974},
                                              {46920036, 1149, 856},
                                              {67859456, 1555, 1056},
                                              {66121369, 1393, 991},
                                              {60009101, 1331, 949},
                                              {64534390, 1280, 935},
                                              {95283838, 1755, 1266},
                                              {103931879, 1929, 1364},
                                              {116181738, 2657, 1664},
                                              {51819279, 778, 615}}};
  const ReportTable& orders = Find(reports, "monthly_orders").table;
  const ReportTable& revenue = Find(reports, "monthly_revenue").table;
  ASSERT_EQ(orders.rows(), kMonths.size());
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    EXPECT_EQ(revenue.Amount(month, "gross_revenue").minor, kMonths[month].revenue) << month;
    EXPECT_EQ(orders.Integer(month, "orders"), kMonths[month].orders) << month;
    EXPECT_EQ(orders.Integer(month, "customers"), kMonths[month].customers) << month;
  }
  EXPECT_EQ(Find(reports, "order_count_distribution").table.Integer(0, "customers"), 1493);
}

}  // namespace
}  // namespace cartwright
