#include "daemon/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace cartwright {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080U;

std::size_t SkipAscii(std::string_view text, std::size_t at) {
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, text.data() + at, sizeof(chunk));
    if ((chunk & kHighBits) != 0) {
      break;
    }
    at += sizeof(chunk);
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) {
    ++at;
  }
  return at;
}

// What may follow a lead byte: RFC 3629, section 4. Only the second byte has a range of its own.
struct Sequence {
  std::size_t length = 0;  // 0: no lead byte at all.
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

Sequence SequenceOf(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) {
    return {2};
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned char min = lead == 0xE0 ? 0xA0 : 0x80;  // Below: overlong.
    const unsigned char max = lead == 0xED ? 0x9F : 0xBF;  // Above: surrogates.
    return {3, min, max};
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned char min = lead == 0xF0 ? 0x90 : 0x80;  // Below: overlong.
    const unsigned char max = lead == 0xF4 ? 0x8F : 0xBF;  // Above: beyond U+10FFFF.
    return {4, min, max};
  }
  return {};
}

// Length of the valid sequence of several bytes at `at`, 0 when there is none.
std::size_t ValidLength(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const Sequence sequence = SequenceOf(byte(at));
  if (sequence.length == 0 || text.size() - at < sequence.length) {
    return 0;
  }
  if (byte(at + 1) < sequence.second_min || byte(at + 1) > sequence.second_max) {
    return 0;
  }
  for (std::size_t next = 2; next < sequence.length; ++next) {
    if ((byte(at + next) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  return sequence.length;
}

}  // namespace

std::optional<std::size_t> FindInvalidUtf8(std::string_view text) {
  std::size_t at = SkipAscii(text, 0);
  while (at < text.size()) {
    const std::size_t length = ValidLength(text, at);
    if (length == 0) {
      return at;
    }
    at = SkipAscii(text, at + length);
  }
  return std::nullopt;
}

}  // namespace cartwright
