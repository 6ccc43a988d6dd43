#include "daemon/base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "daemon/base/calendar.h"
#include "daemon/base/check.h"
#include "daemon/base/json_escape.h"
#include "daemon/base/money.h"

namespace cartwright {
namespace {

// The first byte at or after `begin` that needs an escape.
std::size_t FindEscape(std::string_view text, std::size_t begin) {
  while (begin + 8 <= text.size() && !AnyNeedsJsonEscape(LoadEight(text.data() + begin))) {
    begin += 8;
  }
  while (begin < text.size() && !NeedsJsonEscape(text[begin])) {
    ++begin;
  }
  return begin;
}

void AppendEscape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      out.append("\\u00");
      out.push_back(kHex[static_cast<std::size_t>(c) >> 4]);
      out.push_back(kHex[static_cast<std::size_t>(c) & 15]);
  }
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  if (IsPlainJson(text)) {
    out.append(text);
    out.push_back('"');
    return;
  }
  std::size_t copied = 0;
  for (std::size_t at = 0; (at = FindEscape(text, copied)) < text.size(); copied = at + 1) {
    out.append(text, copied, at - copied);
    AppendEscape(out, text[at]);
  }
  out.append(text, copied);
  out.push_back('"');
}

void JsonWriter::Separate() {
  if (needs_comma_) {
    out_.push_back(',');
  }
  needs_comma_ = true;
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_.push_back(bracket);
  needs_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  out_.push_back(bracket);
  needs_comma_ = true;
}

void JsonWriter::Key(std::string_view name) {
  Separate();
  AppendJsonString(out_, name);
  out_.push_back(':');
  needs_comma_ = false;
}

void JsonWriter::String(std::string_view text) {
  Separate();
  AppendJsonString(out_, text);
}

void JsonWriter::Integer(std::int64_t value) {
  Separate();
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out_.append(digits.data(), end.ptr);
}

void JsonWriter::Real(double value) {
  CARTWRIGHT_CHECK(std::isfinite(value), "JSON has no number for infinity or NaN");
  Separate();
  // Left to itself to_chars prints 100000 as 1e+05; between these bounds plain digits read better.
  const double magnitude = std::abs(value);
  const bool plain = value == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  out_.append(digits.data(), end.ptr);
}

void JsonWriter::Decimal(std::int64_t scaled, int decimals) {
  Separate();
  AppendDecimal(out_, scaled, decimals);
}

void JsonWriter::Instant(EpochMillis value) {
  Separate();
  out_.push_back('"');
  AppendInstant(out_, value);
  out_.push_back('"');
}

void JsonWriter::Bool(bool value) {
  Separate();
  out_.append(value ? "true" : "false");
}

void JsonWriter::Null() {
  Separate();
  out_.append("null");
}

void JsonWriter::Raw(std::string_view json) {
  Separate();
  out_.append(json);
}

void JsonWriter::StringMember(std::string_view name, std::optional<std::string_view> text) {
  if (text) {
    Key(name);
    String(*text);
  }
}

void JsonWriter::IntegerMember(std::string_view name, std::optional<std::int64_t> value) {
  if (value) {
    Key(name);
    Integer(*value);
  }
}

void JsonWriter::RealMember(std::string_view name, std::optional<double> value) {
  if (value) {
    Key(name);
    Real(*value);
  }
}

void JsonWriter::NonEmptyMember(std::string_view name, std::string_view text) {
  if (!text.empty()) {
    Key(name);
    String(text);
  }
}

}  // namespace cartwright
