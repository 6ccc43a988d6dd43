#include "daemon/publish/terminal_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "daemon/base/utf8.h"

namespace cartwright {
namespace {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

constexpr std::array kZeroWidth{CodePointRange{0x300, 0x36F}, CodePointRange{0x1AB0, 0x1AFF},
                                CodePointRange{0x200B, 0x200D}, CodePointRange{0x20D0, 0x20FF},
                                CodePointRange{0xFE00, 0xFE0F}};
constexpr std::array kWide{CodePointRange{0x1100, 0x115F},   CodePointRange{0x2E80, 0xA4CF},
                           CodePointRange{0xAC00, 0xD7A3},   CodePointRange{0xF900, 0xFAFF},
                           CodePointRange{0xFE30, 0xFE6F},   CodePointRange{0xFF00, 0xFF60},
                           CodePointRange{0xFFE0, 0xFFE6},   CodePointRange{0x1F300, 0x1F64F},
                           CodePointRange{0x1F680, 0x1F6FF}, CodePointRange{0x1F900, 0x1F9FF},
                           CodePointRange{0x20000, 0x3FFFD}};
/// C1 controls, line separators and what turns the direction of text around.
constexpr std::array kUnsafe{CodePointRange{0x00, 0x1F}, CodePointRange{0x7F, 0x9F},
                             CodePointRange{0x200E, 0x200F}, CodePointRange{0x2028, 0x202E},
                             CodePointRange{0x2066, 0x2069}};

bool IsIn(std::span<const CodePointRange> ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [code](const CodePointRange& range) {
    return code >= range.first && code <= range.last;
  });
}

struct CodePoint {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = true;
};

std::size_t SequenceBytes(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xE0) {
    return 2;
  }
  return lead < 0xF0 ? 3 : 4;
}

/// The code point at the start of a text that is not empty.
CodePoint Decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = SequenceBytes(lead);
  if (bytes == 1) {
    return {lead, 1, true};
  }
  if (!IsValidUtf8(text.substr(0, bytes))) {
    return {lead, 1, false};
  }
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {code, bytes, true};
}

void AppendHex(std::string& out, char32_t code, int least_digits) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string digits;
  for (; code != 0 || static_cast<int>(digits.size()) < least_digits; code >>= 4) {
    digits.insert(digits.begin(), kHex[code & 15]);
  }
  out.append(digits);
}

void AppendEscape(std::string& out, const CodePoint& point) {
  if (point.valid && point.code == '\n') {
    out.append("\\n");
  } else if (point.valid && point.code == '\t') {
    out.append("\\t");
  } else if (!point.valid || point.code < 0x80) {
    out.append("\\x");
    AppendHex(out, point.code, 2);
  } else {
    out.append("\\u{");
    AppendHex(out, point.code, 1);
    out.push_back('}');
  }
}

std::size_t Width(char32_t code) {
  if (code < 0x300) {
    return 1;
  }
  if (IsIn(kZeroWidth, code)) {
    return 0;
  }
  return IsIn(kWide, code) ? 2 : 1;
}

}  // namespace

std::string EscapeForTerminal(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    if (!point.valid || IsIn(kUnsafe, point.code)) {
      AppendEscape(out, point);
    } else {
      out.append(text.substr(0, point.bytes));
    }
    text.remove_prefix(point.bytes);
  }
  return out;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    width += Width(point.code);
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string PadRight(std::string_view text, std::size_t width) {
  const std::size_t have = DisplayWidth(text);
  return std::string(text) + std::string(width > have ? width - have : 0, ' ');
}

std::string PadLeft(std::string_view text, std::size_t width) {
  const std::size_t have = DisplayWidth(text);
  return std::string(width > have ? width - have : 0, ' ') + std::string(text);
}

std::string Clip(std::string_view text, std::size_t width) {
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    used += Width(point.code);
    if (used + 1 > width) {
      break;
    }
    out.append(text.substr(0, point.bytes));
    text.remove_prefix(point.bytes);
  }
  return out + "…";
}

std::string Bar(double share, std::size_t width) {
  constexpr std::array<std::string_view, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!(share > 0.0)) {
    return "";
  }
  const double columns = std::min(share, 1.0) * static_cast<double>(width);
  const auto eighths = static_cast<std::size_t>(std::max(1.0, std::round(columns * 8.0)));
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) {
    bar.append("█");
  }
  return bar.append(kEighths[eighths % 8]);
}

}  // namespace cartwright
