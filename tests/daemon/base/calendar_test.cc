#include "daemon/base/calendar.h"

#include <gtest/gtest.h>

#include <string>

namespace cartwright {
namespace {

constexpr std::int32_t kHour = 3'600'000;

DayNumber Day(std::string_view text) { return *ParseDay(text); }
EpochMillis At(std::string_view text) { return *ParseInstant(text); }
TimeZone Zone(std::string_view name) { return *TimeZone::Find(name); }

std::string LocalText(const TimeZone& zone, std::string_view instant) {
  const LocalTime local = zone.ToLocal(At(instant));
  return FormatDay(local.day) + " " + std::to_string(local.millis_of_day / 60'000);
}

TEST(CalendarTest, CountsDays) {
  EXPECT_EQ(Day("1970-01-01"), 0);
  EXPECT_EQ(Day("1969-12-31"), -1);
  EXPECT_EQ(Day("2000-03-01") - Day("2000-02-28"), 2);
  EXPECT_EQ(Day("1900-03-01") - Day("1900-02-28"), 1);
  EXPECT_EQ(FormatDay(Day("2011-12-09")), "2011-12-09");
  for (DayNumber day = -800'000; day < 800'000; day += 997) {
    EXPECT_EQ(DayFromCivil(CivilFromDay(day)), day);
  }
}

TEST(CalendarTest, RefusesImpossibleDates) {
  for (const char* text : {"2011-02-29", "2011-13-01", "2011-00-10", "2011-01-32", "2011-1-1", "",
                           "2011/01/01", "2011-01-01 ", "-011-01-01", "2011-01-+1"}) {
    EXPECT_FALSE(ParseDay(text).has_value()) << text;
  }
}

TEST(CalendarTest, NumbersWeekdays) {
  EXPECT_EQ(IsoWeekday(Day("1970-01-01")), 4);
  EXPECT_EQ(IsoWeekday(Day("2024-02-26")), 1);
  EXPECT_EQ(IsoWeekday(Day("2024-03-03")), 7);
  EXPECT_EQ(IsoWeekday(Day("1969-12-28")), 7);
}

TEST(CalendarTest, WritesAndReadsInstants) {
  EXPECT_EQ(FormatInstant(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatInstant(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatInstant(1'323'435'000'123), "2011-12-09T12:50:00.123Z");
  EXPECT_EQ(FormatInstant(-62'167'219'200'001), "-001-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatInstant(253'402'300'800'000), "10000-01-01T00:00:00.000Z");
  for (const EpochMillis instant : {0LL, -1LL, 1'323'435'000'123LL, -2'000'000'000'001LL}) {
    EXPECT_EQ(At(FormatInstant(instant)), instant);
  }
  for (const char* text :
       {"2011-12-09T24:00:00.000Z", "2011-12-09T12:60:00.000Z", "2011-12-09T12:00:60.000Z",
        "2011-12-09 12:00:00.000Z", "2011-02-30T12:00:00.000Z", "2011-12-09T12:00:00Z"}) {
    EXPECT_FALSE(ParseInstant(text).has_value()) << text;
  }
}

TEST(CalendarTest, StartsWeeksOnTheShopsDay) {
  const DayNumber sunday = Day("2024-03-03");
  const auto first = [](DayNumber day, WeekStart start) {
    return FormatDay(
        FirstDayOfPeriod(PeriodIndex(day, Period::kWeek, start), Period::kWeek, start));
  };
  EXPECT_EQ(first(sunday, WeekStart::kMonday), "2024-02-26");
  EXPECT_EQ(first(sunday, WeekStart::kSunday), "2024-03-03");
  EXPECT_EQ(first(sunday + 1, WeekStart::kMonday), "2024-03-04");
  EXPECT_EQ(first(sunday + 1, WeekStart::kSunday), "2024-03-03");
  EXPECT_EQ(first(Day("1969-12-30"), WeekStart::kMonday), "1969-12-29");
}

TEST(CalendarTest, NumbersPeriodsWithoutHoles) {
  for (const WeekStart start : {WeekStart::kMonday, WeekStart::kSunday}) {
    for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
      std::int32_t before = PeriodIndex(Day("1968-12-01"), period, start);
      for (DayNumber day = Day("1968-12-01"); day < Day("1972-04-01"); ++day) {
        const std::int32_t index = PeriodIndex(day, period, start);
        const bool begins = FirstDayOfPeriod(index, period, start) == day;
        EXPECT_EQ(index, begins && day != Day("1968-12-01") ? before + 1 : before) << day;
        EXPECT_LE(FirstDayOfPeriod(index, period, start), day);
        EXPECT_GT(FirstDayOfPeriod(index + 1, period, start), day);
        before = index;
      }
    }
  }
}

TEST(CalendarTest, CountsMonthsFromYearZero) {
  EXPECT_EQ(PeriodIndex(Day("2011-12-09"), Period::kMonth, WeekStart::kMonday), 2011 * 12 + 11);
  EXPECT_EQ(FormatDay(FirstDayOfPeriod(2012 * 12, Period::kMonth, WeekStart::kMonday)),
            "2012-01-01");
  EXPECT_EQ(PeriodLabel(2011 * 12 + 11, Period::kMonth, WeekStart::kMonday), "2011-12");
  EXPECT_EQ(PeriodLabel(0, Period::kWeek, WeekStart::kMonday), "1969-12-29");
}

TEST(CalendarTest, NamesPeriods) {
  EXPECT_EQ(TimePeriodName(Period::kHour), "hourly");
  EXPECT_EQ(TimePeriodName(Period::kDay), "daily");
  EXPECT_EQ(TimePeriodName(Period::kWeek), "weekly");
  EXPECT_EQ(TimePeriodName(Period::kMonth), "monthly");
}

TEST(TimeZoneTest, RefusesUnknownNames) {
  for (const char* name : {"Europe/Berlinn", "", "../etc/passwd", "Mars/Olympus"}) {
    EXPECT_FALSE(TimeZone::Find(name).has_value()) << name;
  }
}

TEST(TimeZoneTest, ConvertsToLocalOverYearsAndOffsets) {
  EXPECT_EQ(LocalText(Zone("Europe/Berlin"), "2024-01-15T23:30:00.000Z"), "2024-01-16 30");
  EXPECT_EQ(LocalText(Zone("Europe/Berlin"), "2024-07-15T22:30:00.000Z"), "2024-07-16 30");
  EXPECT_EQ(LocalText(Zone("America/New_York"), "2024-01-15T03:00:00.000Z"), "2024-01-14 1320");
  EXPECT_EQ(LocalText(Zone("Asia/Kolkata"), "2024-01-15T00:00:00.000Z"), "2024-01-15 330");
  EXPECT_EQ(LocalText(Zone("Asia/Kathmandu"), "2024-01-15T00:00:00.000Z"), "2024-01-15 345");
  EXPECT_EQ(LocalText(Zone("Pacific/Kiritimati"), "2024-01-15T10:00:00.000Z"), "2024-01-16 0");
  EXPECT_EQ(LocalText(TimeZone::Utc(), "1969-12-31T23:59:00.000Z"), "1969-12-31 1439");
}

TEST(TimeZoneTest, SaysThatAReadingWasSkipped) {
  const UtcReading reading = Zone("Europe/Berlin").ToUtc({Day("2024-03-31"), 2 * kHour + 1});
  EXPECT_EQ(reading.kind, LocalKind::kGap);
  EXPECT_EQ(FormatInstant(reading.earliest), "2024-03-31T01:00:00.000Z");
  EXPECT_EQ(reading.latest, reading.earliest);
}

TEST(TimeZoneTest, KnowsTheEdgesOfAGap) {
  const TimeZone berlin = Zone("Europe/Berlin");
  const UtcReading before = berlin.ToUtc({Day("2024-03-31"), 2 * kHour - 1});
  EXPECT_EQ(before.kind, LocalKind::kUnique);
  EXPECT_EQ(FormatInstant(before.earliest), "2024-03-31T00:59:59.999Z");
  EXPECT_EQ(berlin.ToUtc({Day("2024-03-31"), 2 * kHour}).kind, LocalKind::kGap);
  const UtcReading after = berlin.ToUtc({Day("2024-03-31"), 3 * kHour});
  EXPECT_EQ(after.kind, LocalKind::kUnique);
  EXPECT_EQ(FormatInstant(after.earliest), "2024-03-31T01:00:00.000Z");
}

TEST(TimeZoneTest, GivesBothInstantsOfAReadingThatCameTwice) {
  const UtcReading reading = Zone("Europe/Berlin").ToUtc({Day("2024-10-27"), 2 * kHour});
  EXPECT_EQ(reading.kind, LocalKind::kOverlap);
  EXPECT_EQ(FormatInstant(reading.earliest), "2024-10-27T00:00:00.000Z");
  EXPECT_EQ(FormatInstant(reading.latest), "2024-10-27T01:00:00.000Z");
  EXPECT_EQ(Zone("Europe/Berlin").ToUtc({Day("2024-10-27"), 3 * kHour}).kind, LocalKind::kUnique);
}

TEST(TimeZoneTest, HandlesAHalfHourChange) {
  const TimeZone zone = Zone("Australia/Lord_Howe");  // Shifts by 30 minutes.
  EXPECT_EQ(zone.ToUtc({Day("2024-10-06"), 2 * kHour + kHour / 4}).kind, LocalKind::kGap);
  EXPECT_EQ(zone.ToUtc({Day("2024-10-06"), 2 * kHour + kHour / 2}).kind, LocalKind::kUnique);
  EXPECT_EQ(zone.ToUtc({Day("2024-04-07"), 2 * kHour - kHour / 4}).kind, LocalKind::kOverlap);
}

TEST(TimeZoneTest, StartsADayWithoutMidnightAtTheEndOfTheGap) {
  const TimeZone sao_paulo = Zone("America/Sao_Paulo");  // 00:00 became 01:00.
  EXPECT_EQ(sao_paulo.ToUtc({Day("2017-10-15"), 0}).kind, LocalKind::kGap);
  EXPECT_EQ(FormatInstant(sao_paulo.StartOfDay(Day("2017-10-15"))), "2017-10-15T03:00:00.000Z");
  EXPECT_EQ(sao_paulo.ToLocal(At("2017-10-15T03:00:00.000Z")).millis_of_day, kHour);
  const TimeZone beirut = Zone("Asia/Beirut");
  EXPECT_EQ(FormatInstant(beirut.StartOfDay(Day("2022-03-27"))), "2022-03-26T22:00:00.000Z");
  EXPECT_EQ(beirut.ToLocal(At("2022-03-26T22:00:00.000Z")).millis_of_day, kHour);
}

TEST(TimeZoneTest, StartsADayOnceWhereMidnightFallsBack) {
  const TimeZone sao_paulo = Zone("America/Sao_Paulo");  // 24:00 of the 17th became 23:00.
  EXPECT_EQ(FormatInstant(sao_paulo.StartOfDay(Day("2018-02-18"))), "2018-02-18T03:00:00.000Z");
  EXPECT_EQ(sao_paulo.ToUtc({Day("2018-02-17"), 23 * kHour}).kind, LocalKind::kOverlap);
}

TEST(TimeZoneTest, ReadsBackEveryInstant) {
  for (const char* name : {"Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Asia/Kolkata",
                           "Australia/Lord_Howe", "Pacific/Apia", "UTC"}) {
    const TimeZone zone = Zone(name);
    for (EpochMillis instant = At("2010-06-01T00:00:00.000Z");
         instant < At("2019-06-01T00:00:00.000Z"); instant += 41 * 60'000) {
      const UtcReading reading = zone.ToUtc(zone.ToLocal(instant));
      ASSERT_NE(reading.kind, LocalKind::kGap) << name << " " << FormatInstant(instant);
      ASSERT_TRUE(reading.earliest == instant || reading.latest == instant)
          << name << " " << FormatInstant(instant);
    }
  }
}

TEST(ShopCalendarTest, KnowsWhatIsComplete) {
  ShopCalendar calendar{Zone("Europe/Berlin"), WeekStart::kMonday, At("2024-03-31T22:00:00.000Z")};
  EXPECT_EQ(FormatDay(calendar.AsOfDay()), "2024-03-31") << "as_of is the end of the day";
  const std::int32_t march = calendar.PeriodOf(Day("2024-03-31"), Period::kMonth);
  EXPECT_TRUE(calendar.IsComplete(march, Period::kMonth));
  EXPECT_FALSE(calendar.IsComplete(march + 1, Period::kMonth));
  EXPECT_EQ(FormatInstant(calendar.PeriodStart(march, Period::kMonth)), "2024-02-29T23:00:00.000Z");
  calendar.as_of -= 1;
  EXPECT_FALSE(calendar.IsComplete(march, Period::kMonth));
}

}  // namespace
}  // namespace cartwright
