#include "indexers/shape/written_date.h"

#include <fmt/core.h>

#include <cstddef>
#include <string>

namespace cartwright {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Reads a text from left to right; once something did not fit, nothing fits any more.
class Walker {
 public:
  explicit Walker(std::string_view text) : rest_(text) {}

  bool fits() const { return fits_; }
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }

  void Character(char expected) {
    fits_ = fits_ && peek() == expected && !at_end();
    if (fits_) {
      rest_.remove_prefix(1);
    }
  }

  /// A number of `least` to `most` digits.
  int Number(std::size_t least, std::size_t most) {
    int value = 0;
    std::size_t count = 0;
    for (; count < most && count < rest_.size() && IsDigit(rest_[count]); ++count) {
      value = value * 10 + (rest_[count] - '0');
    }
    fits_ = fits_ && count >= least;
    rest_.remove_prefix(count);
    return value;
  }

  /// One to nine digits behind a decimal point; what is finer than a microsecond is cut off.
  int Micros() {
    int value = 0;
    std::size_t count = 0;
    for (; count < 9 && count < rest_.size() && IsDigit(rest_[count]); ++count) {
      value = count < 6 ? value * 10 + (rest_[count] - '0') : value;
    }
    fits_ = fits_ && count > 0;
    rest_.remove_prefix(count);
    for (; count < 6; ++count) {
      value *= 10;
    }
    return value;
  }

 private:
  std::string_view rest_;
  bool fits_ = true;
};

void ReadOffset(Walker& walker, WrittenDate& written) {
  if (walker.peek() == 'Z') {
    walker.Character('Z');
    written.offset_minutes = 0;
    return;
  }
  const char sign = walker.peek();
  if (sign != '+' && sign != '-') {
    return;
  }
  walker.Character(sign);
  const int hours = walker.Number(2, 2);
  int minutes = 0;
  if (!walker.at_end()) {
    if (walker.peek() == ':') {
      walker.Character(':');
    }
    minutes = walker.Number(2, 2);
  }
  constexpr int kMostMinutes = 18 * 60;
  const int total = hours * 60 + minutes;
  if (minutes >= 60 || total > kMostMinutes) {
    walker.Character('\0');  // Never fits: there is no such offset.
    return;
  }
  written.offset_minutes = sign == '-' ? -total : total;
}

/// Whether a directive may be written with one digit: no other one touches it.
bool MayBeShort(bool follows_directive, std::string_view behind) {
  return !follows_directive && (behind.empty() || behind[0] != '%');
}

void ReadDirective(char directive, bool may_be_short, Walker& walker, WrittenDate& written) {
  const std::size_t least = may_be_short ? 1 : 2;
  switch (directive) {
    case 'Y':
      written.date.year = walker.Number(4, 4);
      break;
    case 'm':
      written.date.month = static_cast<unsigned>(walker.Number(least, 2));
      break;
    case 'd':
      written.date.day = static_cast<unsigned>(walker.Number(least, 2));
      break;
    case 'H':
      written.hour = walker.Number(least, 2);
      written.has_time = true;
      break;
    case 'M':
      written.minute = walker.Number(least, 2);
      written.has_time = true;
      break;
    case 'S':
      written.second = walker.Number(least, 2);
      written.has_time = true;
      break;
    case 'f':
      written.micros = walker.Micros();
      written.has_time = true;
      break;
    default:
      walker.Character(directive);
  }
}

}  // namespace

std::optional<WrittenDate> ReadIso8601(std::string_view text) {
  Walker walker(text);
  WrittenDate written;
  written.date.year = walker.Number(4, 4);
  walker.Character('-');
  written.date.month = static_cast<unsigned>(walker.Number(2, 2));
  walker.Character('-');
  written.date.day = static_cast<unsigned>(walker.Number(2, 2));
  if (!walker.at_end()) {
    walker.Character(walker.peek() == ' ' ? ' ' : 'T');
    written.has_time = true;
    written.hour = walker.Number(2, 2);
    walker.Character(':');
    written.minute = walker.Number(2, 2);
    if (walker.peek() == ':') {
      walker.Character(':');
      written.second = walker.Number(2, 2);
      if (walker.peek() == '.') {
        walker.Character('.');
        written.micros = walker.Micros();
      }
    }
    ReadOffset(walker, written);
  }
  return walker.fits() && walker.at_end() ? std::optional(written) : std::nullopt;
}

std::optional<WrittenDate> ReadDatePattern(std::string_view pattern, std::string_view text) {
  Walker walker(text);
  WrittenDate written;
  bool follows_directive = false;
  for (std::size_t i = 0; i < pattern.size() && walker.fits(); ++i) {
    if (pattern[i] != '%') {
      walker.Character(pattern[i]);
      follows_directive = false;
      continue;
    }
    ++i;
    const bool may_be_short = MayBeShort(follows_directive, pattern.substr(i + 1));
    ReadDirective(pattern[i], may_be_short, walker, written);
    follows_directive = true;
  }
  return walker.fits() && walker.at_end() ? std::optional(written) : std::nullopt;
}

Status CheckDatePattern(std::string_view pattern) {
  constexpr std::string_view kDirectives = "YmdHMSf%";
  std::string seen;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      continue;
    }
    ++i;
    if (i == pattern.size() || kDirectives.find(pattern[i]) == std::string_view::npos) {
      return Error{
          ErrorKind::kConfig,
          fmt::format("dates.format: knows %Y %m %d %H %M %S %f and %% (value \"{}\")", pattern)};
    }
    seen.push_back(pattern[i]);
  }
  for (const char needed : std::string_view("Ymd")) {
    if (seen.find(needed) == std::string::npos) {
      return Error{ErrorKind::kConfig,
                   fmt::format("dates.format: must be iso8601, epoch_seconds, epoch_milliseconds "
                               "or a pattern with %Y, %m and %d (value \"{}\")",
                               pattern)};
    }
  }
  return {};
}

}  // namespace cartwright
