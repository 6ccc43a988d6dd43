#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/base/calendar.h"

namespace cartwright {

/// Reads `YYYY-MM-DDTHH:MM:SSZ`, also with a blank for the T: the form that most instants have.
/// Microseconds since 1970. Nothing for any other text, an impossible date and a year outside 1900
/// to 2199: those are for a reader that can say what is wrong.
inline std::optional<std::int64_t> ReadPlainInstant(std::string_view text) {
  constexpr std::size_t kLength = 20;
  if (text.size() != kLength || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z') {
    return std::nullopt;
  }
  bool digits = true;
  const auto pair = [&text, &digits](std::size_t at) {
    const unsigned tens = static_cast<unsigned char>(text[at]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
    digits = digits && tens < 10 && ones < 10;
    return tens * 10 + ones;
  };
  const CivilDate date{static_cast<int>(pair(0) * 100 + pair(2)), pair(5), pair(8)};
  const unsigned hour = pair(11);
  const unsigned minute = pair(14);
  const unsigned second = pair(17);
  if (!digits || date.year < 1900 || date.year > 2199 || !IsValidCivil(date) || hour >= 24 ||
      minute >= 60 || second >= 60) {
    return std::nullopt;
  }
  constexpr std::int64_t kSecondsPerDay = 86'400;
  constexpr std::int64_t kMicrosPerSecond = 1'000'000;
  const std::int64_t seconds =
      DayFromCivil(date) * kSecondsPerDay + (std::int64_t{hour} * 60 + minute) * 60 + second;
  return seconds * kMicrosPerSecond;
}

}  // namespace cartwright
