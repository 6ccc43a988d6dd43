#include "indexers/shape/set_aside.h"

#include <fmt/core.h>

#include <algorithm>

#include "daemon/base/base64.h"
#include "daemon/base/utf8.h"

namespace cartwright {
namespace {

constexpr std::size_t kShownBytes = 80;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Up to `most` bytes without cutting a character.
std::string_view CutAtCharacter(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return text;
  }
  std::size_t end = most;
  while (end > most - 3 && IsContinuation(text[end])) {
    --end;
  }
  return text.substr(0, end);
}

void AppendHex(std::string& out, char c) {
  out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
}

/// Bytes of the character at the start that would act on a terminal or reorder its line: C1
/// controls and the bidirectional marks U+202A..U+202E and U+2066..U+2069. 0 for any other.
std::size_t HiddenBytes(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() >= 2 && byte(0) == 0xC2 && byte(1) < 0xA0) {
    return 2;
  }
  if (text.size() < 3 || byte(0) != 0xE2) {
    return 0;
  }
  const bool embeds = byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE;
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return embeds || isolates ? 3 : 0;
}

void AppendEscapedText(std::string& out, std::string_view valid) {
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    hidden = std::max(hidden, HiddenBytes(valid.substr(i)));
    if (hidden > 0) {
      AppendHex(out, c);
      --hidden;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      AppendHex(out, c);
    } else if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

std::string EscapeBytes(std::string_view bytes) {
  std::string_view rest = bytes;
  std::string out;
  while (!rest.empty()) {
    const std::size_t bad = FindInvalidUtf8(rest).value_or(rest.size());
    AppendEscapedText(out, rest.substr(0, bad));
    rest.remove_prefix(bad);
    if (!rest.empty()) {
      AppendHex(out, rest[0]);
      rest.remove_prefix(1);
    }
  }
  return out;
}

std::string EscapeForMessage(std::string_view value) {
  const std::string_view shown = CutAtCharacter(value, kShownBytes);
  return shown.size() < value.size() ? EscapeBytes(shown) + "…" : EscapeBytes(shown);
}

void KeepRaw(SetAside& row, std::string_view bytes) {
  const std::string_view kept = CutAtCharacter(bytes, kMaxRawBytes);
  row.raw_is_cut = kept.size() < bytes.size();
  row.raw_is_base64 = !IsValidUtf8(kept);
  row.raw = row.raw_is_base64 ? EncodeBase64(kept) : std::string(kept);
}

std::string SetAside::Text() const {
  std::string text = fmt::format("{}:{}: ", file, position.line);
  if (!column.empty()) {
    text += EscapeForMessage(column) + ": ";
  }
  text += reason;
  if (!value.empty()) {
    text += fmt::format(" (value \"{}\")", value);
  }
  return remedy.empty() ? text : text + "; " + remedy;
}

}  // namespace cartwright
