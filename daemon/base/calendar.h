#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"

namespace cartwright {

/// Days since 1970-01-01 in the calendar of the shop's zone (proleptic Gregorian).
using DayNumber = std::int32_t;

enum class WeekStart { kMonday, kSunday };

/// The periods that series are cut into. Hours and days are local, weeks start on the shop's day.
enum class Period { kHour, kDay, kWeek, kMonth };

struct CivilDate {
  int year = 1970;
  unsigned month = 1;  ///< 1..12
  unsigned day = 1;    ///< 1..31
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

bool IsValidCivil(const CivilDate& date);
/// The date must be valid (IsValidCivil).
DayNumber DayFromCivil(const CivilDate& date);
CivilDate CivilFromDay(DayNumber day);

/// ISO weekday: 1 Monday .. 7 Sunday.
int IsoWeekday(DayNumber day);

/// "2011-12-09".
std::string FormatDay(DayNumber day);
/// Parses "YYYY-MM-DD". Errors: kData for any other text or an impossible date.
Result<DayNumber> ParseDay(std::string_view text);
/// "2011-12-09T12:50:00.000Z".
std::string FormatInstant(EpochMillis instant);
/// Appends the same.
void AppendInstant(std::string& out, EpochMillis instant);
/// Parses what FormatInstant writes. Errors: kData.
Result<EpochMillis> ParseInstant(std::string_view text);

/// "hourly", "daily", "weekly", "monthly": the names of report_types.time_period.
std::string_view TimePeriodName(Period period);

/// The running number of the day's period: the day itself, weeks since the week of 1970-01-01, or
/// year × 12 + month − 1. Consecutive periods have consecutive numbers. Not for kHour.
std::int32_t PeriodIndex(DayNumber day, Period period, WeekStart week_start);
/// The first local day of a period.
DayNumber FirstDayOfPeriod(std::int32_t index, Period period, WeekStart week_start);
/// "2011-12-09" for a day, the first day's date for a week, "2011-12" for a month.
std::string PeriodLabel(std::int32_t index, Period period, WeekStart week_start);

/// A local wall-clock reading.
struct LocalTime {
  DayNumber day = 0;
  std::int32_t millis_of_day = 0;  ///< 0 .. 86,399,999
  int hour() const { return millis_of_day / 3'600'000; }
};

enum class LocalKind { kUnique, kGap, kOverlap };

/// What a wall-clock reading means in UTC. In a gap both instants are the moment the clock jumped.
struct UtcReading {
  LocalKind kind = LocalKind::kUnique;
  EpochMillis earliest = 0;
  EpochMillis latest = 0;
};

/// An IANA zone as a table of offsets for 1900 to 2199. Immutable; any thread.
class TimeZone {
 public:
  /// Errors: kConfig for a name that the system's zone data does not have.
  static Result<TimeZone> Find(std::string_view iana_name);
  static TimeZone Utc();

  const std::string& name() const { return name_; }
  LocalTime ToLocal(EpochMillis instant) const;
  UtcReading ToUtc(const LocalTime& local) const;
  /// The first instant of a local day (midnight, or the end of a gap that swallows midnight).
  EpochMillis StartOfDay(DayNumber day) const;

 private:
  friend class LocalClock;
  struct Span {
    EpochMillis begin;    ///< First instant with this offset.
    std::int64_t offset;  ///< Local minus UTC, milliseconds.
  };
  std::string name_;
  std::vector<Span> spans_;  ///< Ordered by begin; the first begins before every instant.
};

/// Reads local times of one zone; faster than TimeZone::ToLocal where instants mostly lie in the
/// same half year as the one before. One thread.
class LocalClock {
 public:
  explicit LocalClock(TimeZone zone) : zone_(std::move(zone)) {}
  LocalTime ToLocal(EpochMillis instant) {
    if (instant < begin_ || instant >= end_) {
      Turn(instant);
    }
    return LocalOf(instant + offset_);
  }

 private:
  friend class TimeZone;
  static LocalTime LocalOf(std::int64_t wall);
  void Turn(EpochMillis instant);

  TimeZone zone_;
  EpochMillis begin_ = 0;  ///< Of the span with this offset; empty at first.
  EpochMillis end_ = 0;
  std::int64_t offset_ = 0;
};

/// How a shop counts time: its zone, its weeks, and the moment its reports speak of.
///
/// `as_of` is exclusive: a row belongs to the reports when it starts before it. A configured day
/// means the start of the next local day, the latest record its start plus one millisecond.
struct ShopCalendar {
  TimeZone zone = TimeZone::Utc();
  WeekStart week_start = WeekStart::kMonday;
  EpochMillis as_of = 0;

  /// The last local day that has a moment before as_of: the date of the reports.
  DayNumber AsOfDay() const { return zone.ToLocal(as_of - 1).day; }
  std::int32_t PeriodOf(DayNumber day, Period period) const {
    return PeriodIndex(day, period, week_start);
  }
  /// UTC instant at which a period (not kHour) starts.
  EpochMillis PeriodStart(std::int32_t index, Period period) const {
    return zone.StartOfDay(FirstDayOfPeriod(index, period, week_start));
  }
  /// Whether the whole period lies before as_of.
  bool IsComplete(std::int32_t index, Period period) const {
    return PeriodStart(index + 1, period) <= as_of;
  }
};

}  // namespace cartwright
