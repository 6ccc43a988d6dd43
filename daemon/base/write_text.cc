#include "daemon/base/write_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;

constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Writes a value below 100 as two digits. By hand, because dates are most of what a document is
// made of: format() took half the time of a bulk load.
char* WritePair(char* at, unsigned value) {
  std::memcpy(at, &kPairs[std::size_t{2} * value], 2);
  return at + 2;
}

}  // namespace

char* WriteInstant(char* at, EpochMillis instant) {
  const auto day =
      static_cast<DayNumber>(instant >= 0 ? instant / kDayMillis : (instant + 1) / kDayMillis - 1);
  const auto millis = static_cast<unsigned>(instant - day * kDayMillis);
  const CivilDate date = CivilFromDay(day);
  if (date.year < 0 || date.year > 9999) {
    at = fmt::format_to(at, "{:04}", date.year);
  } else {
    at = WritePair(at, static_cast<unsigned>(date.year) / 100);
    at = WritePair(at, static_cast<unsigned>(date.year) % 100);
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
  at = WritePair(at, millis % 100);
  *at++ = 'Z';
  return at;
}

char* WriteDecimal(char* at, std::int64_t scaled, int decimals) {
  std::uint64_t rest =
      scaled < 0 ? ~static_cast<std::uint64_t>(scaled) + 1 : static_cast<std::uint64_t>(scaled);
  std::array<char, kDecimalBytes> digits{};
  char* begin = digits.data() + digits.size();
  for (int i = 0; rest != 0 || i <= decimals; ++i) {
    if (i == decimals && decimals > 0) {
      *--begin = '.';
    }
    *--begin = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  if (scaled < 0) {
    *--begin = '-';
  }
  return std::copy(begin, digits.data() + digits.size(), at);
}

}  // namespace cartwright
