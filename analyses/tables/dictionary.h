#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cartwright {

/// The code that stands for "no value".
inline constexpr std::uint32_t kNoCode = 0xffffffffU;

/// Texts numbered from 0. After Sort() codes are in byte order of the texts.
///
/// A copy costs a pointer: copies share their texts until one of them is changed. What changes a
/// dictionary ends the life of the texts that it has given out.
class Dictionary {
 public:
  std::uint32_t Code(std::string_view text);        ///< Adds the text when it is new.
  std::uint32_t Find(std::string_view text) const;  ///< kNoCode when it is not there.
  std::string_view Text(std::uint32_t code) const;
  std::uint32_t size() const;

  /// As Code() for each text, and several times faster where most texts are out of the caches.
  void Codes(std::span<const std::string_view> texts, std::span<std::uint32_t> codes);

  /// Renumbers in byte order; returns old code → new code. Texts that come after this cost what the
  /// first one cost.
  std::vector<std::uint32_t> Sort();

  /// The texts of some codes, given ascending: code i of the result is codes[i] of this one. It
  /// shares the texts. This one must be sorted and whole.
  Dictionary Subset(std::vector<std::uint32_t> codes) const;

  /// Bytes that the texts and what finds them take, those shared with copies included.
  std::size_t memory_bytes() const;

 private:
  /// A text of up to 15 bytes as it is, or where a longer one stands: one look at memory instead of
  /// two for the ids that shops use.
  struct Key {
    static constexpr std::size_t kInlineBytes = 15;
    std::array<char, kInlineBytes> bytes{};
    std::uint8_t size = 0;  ///< kLong: `bytes` holds begin and size within `long_texts`.
  };
  /// Where a text's code stands. Most texts that differ differ in their hashes already, so that a
  /// look-up reads the text itself only once.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t code = kNoCode;  ///< kNoCode: free.
  };
  struct Texts {
    std::vector<Key> keys;
    std::string long_texts;  ///< End to end.
    /// A power of two, at most half of them taken; linear probing. Empty once sorted.
    std::vector<Slot> slots;
    bool sorted = false;

    std::uint32_t size() const { return static_cast<std::uint32_t>(keys.size()); }
    std::string_view Text(std::uint32_t code) const;
    void Append(std::string_view text);
    /// The slot of the text, or the free one where it belongs. There must be a free slot.
    std::size_t SlotOf(std::string_view text, std::uint32_t hash) const;
    std::uint32_t FindSorted(std::string_view text) const;
    void Grow();
  };
  /// The texts, made this dictionary's own and ready for new ones.
  Texts& Own();
  std::uint32_t CodeOf(std::string_view text, std::uint32_t hash);

  // Shared because every dimension value has tables of its own over the same texts.
  std::shared_ptr<Texts> shared_;
  /// Which of the shared texts these are; nothing: all.
  std::shared_ptr<const std::vector<std::uint32_t>> subset_;
};

}  // namespace cartwright
