#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace cartwright {

/// Finds the bytes that structure a CSV row: the separator, quotes, line ends and NUL.
///
/// Looks at 64 bytes at a time and remembers the marks of the last block, so that short fields cost
/// one shift each. Reads up to kSlackBytes beyond the text: the buffer must own them.
class MarkScanner {
 public:
  static constexpr std::size_t kBlockBytes = 64;
  static constexpr std::size_t kSlackBytes = kBlockBytes;

  explicit MarkScanner(char separator) : separator_(separator) {}

  /// Forgets the remembered block; needed whenever the text was moved or added to.
  void Reset() { block_ = kNone; }

  /// Starts to watch for bytes outside ASCII anew.
  void WatchForHighBytes() { saw_high_ = block_ != kNone && block_has_high_; }

  /// Whether a byte outside ASCII may stand in what was scanned since WatchForHighBytes.
  bool saw_high() const { return saw_high_; }

  /// Offset of the first mark at or after `from`; `end` when there is none before it.
  std::size_t Find(const char* text, std::size_t from, std::size_t end) {
    while (from < end) {
      const std::size_t block = from / kBlockBytes;
      if (block != block_) {
        Load(text, block);
      }
      const std::uint64_t rest = marks_ >> (from % kBlockBytes);
      if (rest != 0) {
        const std::size_t found = from + static_cast<std::size_t>(std::countr_zero(rest));
        return found < end ? found : end;
      }
      from = (block + 1) * kBlockBytes;
    }
    return end;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

#ifdef __SSE2__
  void Load(const char* text, std::size_t block) {
    block_ = block;
    marks_ = 0;
    std::uint64_t high = 0;
    for (std::size_t part = 0; part < 4; ++part) {
      const char* at = text + block * kBlockBytes + part * 16;
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      __m128i hits = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator_));
      hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
      hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
      hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
      hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
      marks_ |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(hits))} << (part * 16);
      high |= static_cast<std::uint16_t>(_mm_movemask_epi8(bytes));
    }
    block_has_high_ = high != 0;
    saw_high_ = saw_high_ || block_has_high_;
  }
#else
  void Load(const char* text, std::size_t block) {
    block_ = block;
    marks_ = 0;
    block_has_high_ = false;
    for (unsigned i = 0; i < kBlockBytes; ++i) {
      const char byte = text[block * kBlockBytes + i];
      const bool mark =
          byte == separator_ || byte == '\n' || byte == '\r' || byte == '"' || byte == '\0';
      marks_ |= std::uint64_t{mark} << i;
      block_has_high_ = block_has_high_ || (byte & 0x80) != 0;
    }
    saw_high_ = saw_high_ || block_has_high_;
  }
#endif

  char separator_;
  std::size_t block_ = kNone;
  std::uint64_t marks_ = 0;
  bool block_has_high_ = false;
  bool saw_high_ = false;
};

}  // namespace cartwright
