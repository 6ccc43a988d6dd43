#pragma once

#include <optional>
#include <string_view>

#include "daemon/base/calendar.h"
#include "daemon/base/result.h"

namespace cartwright {

/// A wall-clock reading as it was written.
struct WrittenDate {
  CivilDate date;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  bool has_time = false;
  std::optional<int> offset_minutes;  ///< East of UTC.
};

/// Reads the ISO 8601 forms that DateReader names. Nothing when the text has another shape; the
/// values are not checked against the calendar.
std::optional<WrittenDate> ReadIso8601(std::string_view text);

/// Reads a text by a pattern that CheckDatePattern accepted, as ReadIso8601 does.
std::optional<WrittenDate> ReadDatePattern(std::string_view pattern, std::string_view text);

/// Errors: kConfig for an unknown directive or a pattern without %Y, %m or %d.
Status CheckDatePattern(std::string_view pattern);

}  // namespace cartwright
