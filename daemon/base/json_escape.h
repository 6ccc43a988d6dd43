#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cartwright {

/// Whether a byte cannot stand in a JSON string as it is: control bytes, quote and backslash.
inline bool NeedsJsonEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Whether one of the eight bytes of `word` needs an escape: the usual test for a byte below a
/// bound or equal to a constant in a word. One byte at a time this was a sixth of the time of a
/// bulk load.
inline bool AnyNeedsJsonEscape(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t found = ((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) |
                              ((backslash - kOnes) & ~backslash);
  return (found & kHighs) != 0;
}

/// Eight bytes as a word, in the order of this machine.
inline std::uint64_t LoadEight(const char* eight) {
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof(word));
  return word;
}

/// Whether no byte of a text needs an escape.
inline bool IsPlainJson(std::string_view text) {
  const char* const bytes = text.data();
  const std::size_t size = text.size();
  if (size < 8) {
    std::array<char, 8> padded{' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
    for (std::size_t i = 0; i < size; ++i) {
      padded[i] = bytes[i];
    }
    return !AnyNeedsJsonEscape(LoadEight(padded.data()));
  }
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    if (AnyNeedsJsonEscape(LoadEight(bytes + at))) {
      return false;
    }
  }
  return at == size || !AnyNeedsJsonEscape(LoadEight(bytes + size - 8));
}

}  // namespace cartwright
