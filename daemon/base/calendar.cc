#include "daemon/base/calendar.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <limits>

#include "daemon/base/check.h"
#include "daemon/base/write_text.h"

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
  std::array<char, kInstantBytes> text{};
  out.append(text.data(), WriteInstant(text.data(), instant));
}

std::string FormatInstant(EpochMillis instant) {
  std::string text;
  AppendInstant(text, instant);
  return text;
}

Result<EpochMillis> ParseInstant(std::string_view text) {
  bool shaped = text.size() == 24 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
                text[13] == ':' && text[16] == ':' && text[19] == '.' && text[23] == 'Z';
  // By hand: every document that is read back has some.
  const auto number = [&text, &shaped](std::size_t at, std::size_t length) {
    unsigned value = 0;
    for (std::size_t i = at; shaped && i < at + length; ++i) {
      const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
      shaped = digit < 10;
      value = value * 10 + digit;
    }
    return value;
  };
  const CivilDate date{static_cast<int>(number(0, 4)), number(5, 2), number(8, 2)};
  const unsigned hour = number(11, 2);
  const unsigned minute = number(14, 2);
  const unsigned second = number(17, 2);
  const unsigned millis = number(20, 3);
  if (!shaped || hour >= 24 || minute >= 60 || second >= 60 || !IsValidCivil(date)) {
    return Error{ErrorKind::kData,
                 fmt::format("not an instant of the form YYYY-MM-DDTHH:MM:SS.mmmZ: \"{}\"", text)};
  }
  return DayFromCivil(date) * kDayMillis +
         ((hour * 60 + minute) * 60 + second) * std::int64_t{1000} + millis;
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
