#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/base/calendar.h"
#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/shape/field_fault.h"
#include "indexers/shape/written_date.h"

namespace cartwright {

/// Reads dates in the one format that a source declares. Immutable; any thread.
///
/// iso8601: `YYYY-MM-DD`, then optionally `T` or a blank, `HH:MM[:SS[.f]]`, and `Z`, `+HH`,
/// `+HHMM` or `+HH:MM`. epoch_seconds (up to six decimals) and epoch_milliseconds: numbers.
/// Anything else is a pattern of %Y %m %d %H %M %S %f %% and characters that stand for themselves;
/// parts of two digits may be written with one where no other part touches them. Readings without
/// an offset are local to the declared zone; a date without a time is the first instant of that
/// day.
class DateReader {
 public:
  /// Errors: kConfig for a pattern with an unknown directive or without %Y, %m and %d, and for an
  /// unknown zone or policy.
  static Result<DateReader> Make(const DateConfig& config, std::string_view shop_time_zone);

  /// Microseconds since 1970-01-01T00:00:00Z, within the years 1900 to 2199.
  /// Faults: date_format, impossible_date, local_time_gap, local_time_overlap, out_of_range.
  FieldValue<std::int64_t> Read(std::string_view text) const;

  bool is_iso8601() const { return format_ == Format::kIso8601; }

 private:
  enum class Format { kIso8601, kEpochSeconds, kEpochMilliseconds, kPattern };

  DateReader(Format format, DateConfig config, TimeZone zone);
  FieldValue<std::int64_t> ReadEpoch(std::string_view text) const;
  FieldValue<std::int64_t> ToInstant(const WrittenDate& written) const;
  FieldValue<std::int64_t> FromLocal(const WrittenDate& written) const;
  FieldFault WrongFormat() const;

  Format format_;
  DateConfig config_;
  TimeZone zone_;
};

}  // namespace cartwright
