#include "analyses/tables/day_range.h"

#include <gtest/gtest.h>

#include "tests/support/midnight_twice.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

TEST(DayRangeTest, RunsFromTheFirstRowToAsOf) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-03").Visit("a", "2024-03-01 23:59").Visit("a", "2024-03-09");
  const DayRange days = DaysOfRows(shop.Build().sessions, shop.Calendar("2024-03-05"));
  EXPECT_EQ(FormatDay(days.first()), "2024-03-01");
  EXPECT_EQ(FormatDay(days.last()), "2024-03-04") << "as_of is exclusive";
  EXPECT_EQ(days.size(), 4U);
}

TEST(DayRangeTest, ADayThatIsNotOverIsNotComplete) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-01");
  const auto complete = [&shop](std::string_view as_of) {
    const ShopCalendar calendar = shop.Calendar(as_of);
    return CompleteDays(DaysOfRows(shop.Build().sessions, calendar), calendar);
  };
  EXPECT_EQ(complete("2024-03-03 00:00"), 2U);
  EXPECT_EQ(complete("2024-03-03 00:01"), 2U);
  EXPECT_EQ(complete("2024-03-01 23:59"), 0U);
  EXPECT_EQ(complete("2024-02-01"), 0U) << "no row";
}

TEST(DayRangeTest, IsEmptyWithoutARowBeforeAsOf) {
  ShopTablesFixture shop;
  shop.Visit("a", "2024-03-03");
  const DayRange days = DaysOfRows(shop.Build().sessions, shop.Calendar("2024-03-03"));
  EXPECT_TRUE(days.empty());
  EXPECT_EQ(days.size(), 0U);
  EXPECT_EQ(FormatDay(days.last()), "2024-03-02");
}

TEST(DayRangeTest, HoldsARowOfTheDayThatTheClockWasSetBackFrom) {
  const MidnightTwice night;
  const DayRange days = DaysOfRows(night.shop.Build().sessions, night.calendar);
  EXPECT_EQ(FormatDay(night.calendar.AsOfDay()), "2010-11-06");
  EXPECT_EQ(FormatDay(days.first()), "2010-11-06");
  EXPECT_EQ(FormatDay(days.last()), "2010-11-07");
}

}  // namespace
}  // namespace cartwright
