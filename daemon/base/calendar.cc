#include "daemon/base/calendar.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <limits>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;

std::int64_t FloorDivide(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

// 1970-01-01 was a Thursday: three days into a Monday week, four into a Sunday week.
int DaysIntoFirstWeek(WeekStart week_start) { return week_start == WeekStart::kMonday ? 3 : 4; }

bool ReadNumber(std::string_view text, std::size_t at, std::size_t length, int& out) {
  if (at + length > text.size()) {
    return false;
  }
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + length, out);
  return error == std::errc{} && end == begin + length && text[at] != '-';
}

// Writes the last two digits of `value`. By hand, because dates are most of what a document is made
// of: format() took half the time of a bulk load.
char* WritePair(char* at, unsigned value) {
  at[0] = static_cast<char>('0' + value / 10 % 10);
  at[1] = static_cast<char>('0' + value % 10);
  return at + 2;
}

}  // namespace

bool IsValidCivil(const CivilDate& date) {
  return std::chrono::year_month_day{std::chrono::year{date.year}, std::chrono::month{date.month},
                                     std::chrono::day{date.day}}
      .ok();
}

DayNumber DayFromCivil(const CivilDate& date) {
  const std::chrono::year_month_day ymd{std::chrono::year{date.year},
                                        std::chrono::month{date.month}, std::chrono::day{date.day}};
  return static_cast<DayNumber>(std::chrono::sys_days{ymd}.time_since_epoch().count());
}

CivilDate CivilFromDay(DayNumber day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{day}}};
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
          static_cast<unsigned>(ymd.day())};
}

int IsoWeekday(DayNumber day) {
  return static_cast<int>(day + 3 - 7 * FloorDivide(day + 3, 7)) + 1;
}

std::string FormatDay(DayNumber day) {
  const CivilDate date = CivilFromDay(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

Result<DayNumber> ParseDay(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      ReadNumber(text, 0, 4, year) && ReadNumber(text, 5, 2, month) &&
                      ReadNumber(text, 8, 2, day);
  const CivilDate date{year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
  if (!shaped || !IsValidCivil(date)) {
    return Error{ErrorKind::kData, fmt::format("not a date of the form YYYY-MM-DD: \"{}\"", text)};
  }
  return DayFromCivil(date);
}

void AppendInstant(std::string& out, EpochMillis instant) {
  const auto day = static_cast<DayNumber>(FloorDivide(instant, kDayMillis));
  const auto millis = static_cast<unsigned>(instant - day * kDayMillis);
  const CivilDate date = CivilFromDay(day);
  std::array<char, 24> text{};
  char* at = text.data();
  if (date.year < 0 || date.year > 9999) {
    fmt::format_to(std::back_inserter(out), "{:04}", date.year);
  } else {
    at = WritePair(at, static_cast<unsigned>(date.year) / 100);
    at = WritePair(at, static_cast<unsigned>(date.year));
  }
  *at++ = '-';
  at = WritePair(at, date.month);
  *at++ = '-';
  at = WritePair(at, date.day);
  *at++ = 'T';
  at = WritePair(at, millis / 3'600'000);
  *at++ = ':';
  at = WritePair(at, millis / 60'000 % 60);
  *at++ = ':';
  at = WritePair(at, millis / 1000 % 60);
  *at++ = '.';
  *at++ = static_cast<char>('0' + millis / 100 % 10);
  at = WritePair(at, millis);
  *at++ = 'Z';
  out.append(text.data(), at);
}

std::string FormatInstant(EpochMillis instant) {
  std::string text;
  AppendInstant(text, instant);
  return text;
}

Result<EpochMillis> ParseInstant(std::string_view text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millis = 0;
  const bool shaped = text.size() == 24 && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
                      text[19] == '.' && text[23] == 'Z' && ReadNumber(text, 11, 2, hour) &&
                      ReadNumber(text, 14, 2, minute) && ReadNumber(text, 17, 2, second) &&
                      ReadNumber(text, 20, 3, millis) && hour < 24 && minute < 60 && second < 60;
  if (!shaped) {
    return Error{ErrorKind::kData,
                 fmt::format("not an instant of the form YYYY-MM-DDTHH:MM:SS.mmmZ: \"{}\"", text)};
  }
  CARTWRIGHT_ASSIGN(const DayNumber day, ParseDay(text.substr(0, 10)));
  return day * kDayMillis + hour * std::int64_t{3'600'000} + minute * std::int64_t{60'000} +
         second * std::int64_t{1000} + millis;
}

std::string_view TimePeriodName(Period period) {
  switch (period) {
    case Period::kHour:
      return "hourly";
    case Period::kDay:
      return "daily";
    case Period::kWeek:
      return "weekly";
    case Period::kMonth:
      return "monthly";
  }
  return "";
}

std::int32_t PeriodIndex(DayNumber day, Period period, WeekStart week_start) {
  CARTWRIGHT_CHECK(period != Period::kHour, "hours are not numbered across days");
  if (period == Period::kDay) {
    return day;
  }
  if (period == Period::kWeek) {
    return static_cast<std::int32_t>(FloorDivide(day + DaysIntoFirstWeek(week_start), 7));
  }
  const CivilDate date = CivilFromDay(day);
  return date.year * 12 + static_cast<std::int32_t>(date.month) - 1;
}

DayNumber FirstDayOfPeriod(std::int32_t index, Period period, WeekStart week_start) {
  CARTWRIGHT_CHECK(period != Period::kHour, "hours are not numbered across days");
  if (period == Period::kDay) {
    return index;
  }
  if (period == Period::kWeek) {
    return index * 7 - DaysIntoFirstWeek(week_start);
  }
  const auto year = static_cast<int>(FloorDivide(index, 12));
  return DayFromCivil({year, static_cast<unsigned>(index - year * 12 + 1), 1});
}

std::string PeriodLabel(std::int32_t index, Period period, WeekStart week_start) {
  std::string label = FormatDay(FirstDayOfPeriod(index, period, week_start));
  if (period == Period::kMonth) {
    label.resize(7);
  }
  return label;
}

LocalTime TimeZone::ToLocal(EpochMillis instant) const {
  const auto after =
      std::upper_bound(spans_.begin() + 1, spans_.end(), instant,
                       [](EpochMillis value, const Span& span) { return value < span.begin; });
  return LocalClock::LocalOf(instant + std::prev(after)->offset);
}

LocalTime LocalClock::LocalOf(std::int64_t wall) {
  const std::int64_t day = FloorDivide(wall, kDayMillis);
  return {static_cast<DayNumber>(day), static_cast<std::int32_t>(wall - day * kDayMillis)};
}

void LocalClock::Turn(EpochMillis instant) {
  const auto after = std::upper_bound(
      zone_.spans_.begin() + 1, zone_.spans_.end(), instant,
      [](EpochMillis value, const TimeZone::Span& span) { return value < span.begin; });
  const TimeZone::Span& span = *std::prev(after);
  offset_ = span.offset;
  begin_ = span.begin;
  end_ = after == zone_.spans_.end() ? std::numeric_limits<EpochMillis>::max() : after->begin;
}

UtcReading TimeZone::ToUtc(const LocalTime& local) const {
  const std::int64_t wall = local.day * kDayMillis + local.millis_of_day;
  // A span is a candidate when the reading, taken with its offset, falls inside it. Readings are
  // ordered like spans up to one offset change, so the neighbours of the guess suffice.
  const auto guess =
      std::upper_bound(spans_.begin() + 1, spans_.end(), wall,
                       [](std::int64_t value, const Span& span) { return value < span.begin; });
  const auto around = guess - spans_.begin();
  int found = 0;
  EpochMillis earliest = 0;
  EpochMillis latest = 0;
  EpochMillis jump = 0;
  for (auto i = std::max<std::ptrdiff_t>(around - 3, 0);
       i < std::min<std::ptrdiff_t>(around + 2, std::ssize(spans_)); ++i) {
    const Span& span = spans_[static_cast<std::size_t>(i)];
    const bool last = i + 1 == std::ssize(spans_);
    const EpochMillis instant = wall - span.offset;
    const bool before_end = last || instant < spans_[static_cast<std::size_t>(i) + 1].begin;
    if ((i == 0 || instant >= span.begin) && before_end) {
      earliest = found == 0 ? instant : std::min(earliest, instant);
      latest = found == 0 ? instant : std::max(latest, instant);
      ++found;
    } else if (!before_end) {
      jump = spans_[static_cast<std::size_t>(i) + 1].begin;
    }
  }
  if (found == 0) {
    return {LocalKind::kGap, jump, jump};
  }
  return {found > 1 ? LocalKind::kOverlap : LocalKind::kUnique, earliest, latest};
}

EpochMillis TimeZone::StartOfDay(DayNumber day) const { return ToUtc({day, 0}).earliest; }

}  // namespace cartwright
