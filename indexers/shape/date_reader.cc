#include "indexers/shape/date_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "daemon/base/money.h"
#include "indexers/shape/plain_instant.h"
#include "indexers/shape/written_date.h"

namespace cartwright {
namespace {

constexpr std::int64_t kMicrosPerMilli = 1000;
constexpr std::int64_t kMicrosPerMinute = 60'000'000;
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

FieldFault OutOfRange() {
  return {"out_of_range", fmt::format("outside the years {} to {}", kFirstYear, kLastYear),
          "check the year and the declared dates.format"};
}

bool IsPossible(const WrittenDate& written) {
  return IsValidCivil(written.date) && written.hour < 24 && written.minute < 60 &&
         written.second < 60;
}

LocalTime ToLocalTime(const WrittenDate& written) {
  const int seconds = (written.hour * 60 + written.minute) * 60 + written.second;
  return {DayFromCivil(written.date), seconds * 1000 + written.micros / 1000};
}

bool OneOf(std::string_view text, std::initializer_list<std::string_view> choices) {
  return std::find(choices.begin(), choices.end(), text) != choices.end();
}

}  // namespace

DateReader::DateReader(Format format, DateConfig config, TimeZone zone)
    : format_(format), config_(std::move(config)), zone_(std::move(zone)) {}

Result<DateReader> DateReader::Make(const DateConfig& config, std::string_view shop_time_zone) {
  const std::string_view zone_name =
      config.time_zone.empty() ? shop_time_zone : std::string_view(config.time_zone);
  CARTWRIGHT_ASSIGN(TimeZone zone, TimeZone::Find(zone_name));
  if (!OneOf(config.in_gap, {"reject", "shift"}) ||
      !OneOf(config.in_overlap, {"reject", "earliest", "latest"})) {
    return Error{ErrorKind::kConfig,
                 fmt::format("dates: in_gap is reject or shift, in_overlap is reject, earliest or "
                             "latest (values \"{}\", \"{}\")",
                             config.in_gap, config.in_overlap)};
  }
  Format format = Format::kPattern;
  if (config.format == "iso8601") {
    format = Format::kIso8601;
  } else if (config.format == "epoch_seconds") {
    format = Format::kEpochSeconds;
  } else if (config.format == "epoch_milliseconds") {
    format = Format::kEpochMilliseconds;
  } else {
    CARTWRIGHT_TRY(CheckDatePattern(config.format));
  }
  return DateReader(format, config, std::move(zone));
}

FieldValue<std::int64_t> DateReader::Read(std::string_view text) const {
  if (format_ == Format::kEpochSeconds || format_ == Format::kEpochMilliseconds) {
    return ReadEpoch(text);
  }
  if (format_ == Format::kIso8601) {
    if (const std::optional<std::int64_t> instant = ReadPlainInstant(text)) {
      return *instant;
    }
  }
  const std::optional<WrittenDate> written =
      format_ == Format::kIso8601 ? ReadIso8601(text) : ReadDatePattern(config_.format, text);
  if (!written.has_value()) {
    return WrongFormat();
  }
  if (!IsPossible(*written)) {
    return FieldFault{"impossible_date", "there is no such date or time of day",
                      "check year, month, day, hour, minute and second"};
  }
  if (written->date.year < kFirstYear || written->date.year > kLastYear) {
    return OutOfRange();
  }
  return ToInstant(*written);
}

FieldValue<std::int64_t> DateReader::ReadEpoch(std::string_view text) const {
  const int decimals = format_ == Format::kEpochSeconds ? 6 : 3;
  const ParsedDecimal parsed = ParseDecimal(text, decimals);
  if (parsed.fault == DecimalFault::kOutOfRange) {
    return OutOfRange();
  }
  if (parsed.fault != DecimalFault::kNone) {
    return WrongFormat();
  }
  constexpr std::int64_t kMicrosPerDay = std::int64_t{24} * 60 * kMicrosPerMinute;
  const std::int64_t first = DayFromCivil({kFirstYear, 1, 1}) * kMicrosPerDay;
  const std::int64_t behind = DayFromCivil({kLastYear + 1, 1, 1}) * kMicrosPerDay;
  if (parsed.scaled < first || parsed.scaled >= behind) {
    return OutOfRange();
  }
  return parsed.scaled;
}

FieldValue<std::int64_t> DateReader::ToInstant(const WrittenDate& written) const {
  if (!written.has_time) {
    return zone_.StartOfDay(DayFromCivil(written.date)) * kMicrosPerMilli;
  }
  if (!written.offset_minutes.has_value()) {
    return FromLocal(written);
  }
  constexpr std::int64_t kMillisPerDay = 86'400'000;
  const LocalTime local = ToLocalTime(written);
  const std::int64_t millis = local.day * kMillisPerDay + local.millis_of_day;
  return millis * kMicrosPerMilli + written.micros % 1000 -
         *written.offset_minutes * kMicrosPerMinute;
}

FieldValue<std::int64_t> DateReader::FromLocal(const WrittenDate& written) const {
  const UtcReading utc = zone_.ToUtc(ToLocalTime(written));
  if (utc.kind == LocalKind::kGap && config_.in_gap == "reject") {
    return FieldFault{"local_time_gap",
                      fmt::format("the clocks of {} skipped this time", zone_.name()),
                      "write it with an offset, or set dates.in_gap: shift"};
  }
  if (utc.kind == LocalKind::kOverlap && config_.in_overlap == "reject") {
    return FieldFault{"local_time_overlap",
                      fmt::format("the clocks of {} showed this time twice", zone_.name()),
                      "write it with an offset, or set dates.in_overlap: earliest or latest"};
  }
  const bool is_gap = utc.kind == LocalKind::kGap;
  const EpochMillis instant = config_.in_overlap == "latest" ? utc.latest : utc.earliest;
  return instant * kMicrosPerMilli + (is_gap ? 0 : written.micros % 1000);
}

FieldFault DateReader::WrongFormat() const {
  return {"date_format", fmt::format("not a date as dates.format {} declares", config_.format),
          "write it so, or declare the format that the source uses"};
}

}  // namespace cartwright
