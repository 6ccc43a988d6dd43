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

Report Profile(const ShopTables& tables, const ShopCalendar& calendar, std::string_view type) {
  std::vector<Report> reports = ComputeStats(tables, calendar, {}).value();
  for (Report& report : reports) {
    if (report.key.type == type) {
      return std::move(report);
    }
  }
  ADD_FAILURE() << "no report " << type;
  return {};
}

TEST(HourProfilesTest, SpreadsOrdersOverTheHoursOfTheWeek) {
  // 2024-03-04 is a Monday. Two Mondays are over, the third day of as_of is not.
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-04 10:00", 100).Order("ann", "2024-03-11 10:59", 300);
  shop.Visit("bob", "2024-03-11 10:30").Order("bob", "2024-03-10 23:00", 50);
  shop.Credit("ann", "2024-03-11 10:05", 40).Order("bob", "2024-03-18 10:00", 700);
  const Report report = Profile(shop.Build(), shop.Calendar("2024-03-18 12:00"), "weekday_hours");
  ASSERT_EQ(report.table.rows(), 168U);
  const std::vector<std::string> rows =
      RowTexts(report.table, {"weekday", "hour", "sessions", "orders", "gross_revenue",
                              "net_revenue", "conversion_rate", "orders_per_day"});
  EXPECT_EQ(rows[10], "1 10 4 3 1100 1060 0.7500 1.0000") << "two orders on two full Mondays";
  EXPECT_EQ(rows[11], "1 11 0 0 0 0 - 0.0000");
  EXPECT_EQ(rows[167], "7 23 1 1 50 50 1.0000 0.5000");
}

TEST(HourProfilesTest, BeginsWithTheShopsWeek) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-04 10:00", 100);
  const Report report =
      Profile(shop.Build(), shop.Calendar("2024-03-05", WeekStart::kSunday), "weekday_hours");
  EXPECT_EQ(report.table.Integer(0, "weekday"), 7);
  EXPECT_EQ(report.table.Integer(24 + 10, "orders"), 1);
  EXPECT_TRUE(report.table.IsNull(0, report.table.Find("orders_per_day").value()))
      << "no Sunday is over";
}

TEST(HourProfilesTest, CountsACustomerOnceAnHour) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-04 10:00", 1).Order("ann", "2024-03-05 10:00", 1);
  shop.Order("ann", "2024-03-05 11:00", 1).Order("", "2024-03-05 10:00", 1);
  shop.Visit("bob", "2024-03-05 10:00");
  const Report report = Profile(shop.Build(), shop.Calendar("2024-03-06"), "hourly_orders");
  EXPECT_EQ(RowTexts(report.table, {"hour", "sessions", "orders", "customers"})[10], "10 4 3 1");
  EXPECT_EQ(RowTexts(report.table, {"hour", "sessions", "orders", "customers"})[11], "11 1 1 1");
}

TEST(HourProfilesTest, AgreesWithASecondWayOfCounting) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    ShopTablesFixture shop("Asia/Kolkata");
    for (int i = 0; i < 500; ++i) {
      const DayNumber day = ParseDay("2024-01-01").value() + static_cast<DayNumber>(random() % 40);
      const std::string hour = std::to_string(10 + random() % 14);
      const std::string client = random() % 5 == 0 ? "" : "c" + std::to_string(random() % 20);
      const std::string local = FormatDay(day) + " " + hour + ":15";
      random() % 3 == 0 ? shop.Order(client, local, random() % 900) : shop.Visit(client, local);
    }
    const ShopTables tables = shop.Build();
    const ShopCalendar calendar = shop.Calendar("2024-02-08 15:00");
    const SessionTable& table = tables.sessions;
    std::map<std::pair<std::int64_t, std::int64_t>, std::pair<std::int64_t, std::int64_t>> cells;
    std::map<std::int64_t, std::set<std::uint32_t>> buyers;
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (table.start[row] >= calendar.as_of) {
        continue;
      }
      const LocalTime local = calendar.zone.ToLocal(table.start[row]);
      auto& [sessions, net] = cells[{IsoWeekday(local.day), local.hour()}];
      ++sessions;
      net += table.Net(row);
      if (table.purchased(row) && table.client[row] != kNoCode) {
        buyers[local.hour()].insert(table.client[row]);
      }
    }
    const Report week = Profile(tables, calendar, "weekday_hours");
    for (std::size_t row = 0; row < week.table.rows(); ++row) {
      const auto [sessions, net] =
          cells[{week.table.Integer(row, "weekday"), week.table.Integer(row, "hour")}];
      EXPECT_EQ(week.table.Integer(row, "sessions"), sessions);
      EXPECT_EQ(week.table.Amount(row, "net_revenue").minor, net);
    }
    EXPECT_EQ(cells.size(), 168U) << "looking up an extra cell adds it";
    const Report hours = Profile(tables, calendar, "hourly_orders");
    for (std::size_t row = 0; row < hours.table.rows(); ++row) {
      EXPECT_EQ(hours.table.Integer(row, "customers"),
                std::ssize(buyers[hours.table.Integer(row, "hour")]));
    }
  }
}

}  // namespace
}  // namespace cartwright
