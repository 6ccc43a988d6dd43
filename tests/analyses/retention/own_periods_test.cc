#include "analyses/retention/own_periods.h"

#include <gtest/gtest.h>

#include <string_view>

namespace cartwright {
namespace {

DayNumber Day(std::string_view text) { return ParseDay(text).value(); }

TEST(OwnPeriodsTest, MonthsKeepTheDayOrTakeTheLast) {
  EXPECT_EQ(FormatDay(AddMonths(Day("2023-01-31"), 1)), "2023-02-28");
  EXPECT_EQ(FormatDay(AddMonths(Day("2024-01-31"), 1)), "2024-02-29");
  EXPECT_EQ(FormatDay(AddMonths(Day("2024-01-31"), 2)), "2024-03-31");
  EXPECT_EQ(FormatDay(AddMonths(Day("2023-11-15"), 14)), "2025-01-15");
}

TEST(OwnPeriodsTest, OffsetsAreWholePeriodsSinceTheStart) {
  const DayNumber start = Day("2024-01-31");
  EXPECT_EQ(OwnOffset(start, start, Period::kMonth), 0);
  EXPECT_EQ(OwnOffset(start, Day("2024-02-28"), Period::kMonth), 0);
  EXPECT_EQ(OwnOffset(start, Day("2024-02-29"), Period::kMonth), 1);
  EXPECT_EQ(OwnOffset(start, Day("2024-03-30"), Period::kMonth), 1);
  EXPECT_EQ(OwnOffset(start, Day("2024-03-31"), Period::kMonth), 2);
  EXPECT_EQ(OwnOffset(start, start + 6, Period::kWeek), 0);
  EXPECT_EQ(OwnOffset(start, start + 7, Period::kWeek), 1);
  EXPECT_EQ(OwnOffset(start, start + 7, Period::kDay), 7);
}

// Every day is in exactly the own month whose first day is the last one not after it.
TEST(OwnPeriodsTest, MonthsPartTheDays) {
  for (DayNumber start = Day("2023-12-25"); start < Day("2024-02-05"); ++start) {
    for (DayNumber day = start; day < start + 800; ++day) {
      const std::int32_t offset = OwnOffset(start, day, Period::kMonth);
      ASSERT_LE(AddMonths(start, offset), day) << FormatDay(start);
      ASSERT_GT(AddMonths(start, offset + 1), day) << FormatDay(start);
    }
  }
}

TEST(OwnPeriodsTest, TheFirstOpenDayIsThatOfAsOfUntilItIsOver) {
  ShopCalendar calendar;
  calendar.zone = TimeZone::Find("Europe/Berlin").value();
  calendar.as_of = calendar.zone.StartOfDay(Day("2024-03-31"));
  EXPECT_EQ(FormatDay(FirstOpenDay(calendar)), "2024-03-31");
  calendar.as_of -= 1;
  EXPECT_EQ(FormatDay(FirstOpenDay(calendar)), "2024-03-30");
  calendar.as_of += 3'600'000;
  EXPECT_EQ(FormatDay(FirstOpenDay(calendar)), "2024-03-31");
}

}  // namespace
}  // namespace cartwright
