#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cartwright {

/// The code that stands for "no value".
inline constexpr std::uint32_t kNoCode = 0xffffffffU;

/// Texts numbered from 0. After Sort() codes are in byte order of the texts.
///
/// A copy costs a pointer: copies share their texts until one of them is changed.
class Dictionary {
 public:
  std::uint32_t Code(std::string_view text);        ///< Adds the text when it is new.
  std::uint32_t Find(std::string_view text) const;  ///< kNoCode when it is not there.
  std::string_view Text(std::uint32_t code) const { return shared_->texts[code]; }
  std::uint32_t size() const {
    return shared_ == nullptr ? 0 : static_cast<std::uint32_t>(shared_->texts.size());
  }

  /// Renumbers in byte order; returns old code → new code.
  std::vector<std::uint32_t> Sort();

 private:
  struct Texts {
    std::deque<std::string> texts;
    std::unordered_map<std::string_view, std::uint32_t> codes;  ///< Keys view `texts`.
    std::uint32_t Add(std::string text);
  };
  /// The texts, made this dictionary's own.
  Texts& Own();

  // Shared because every dimension value has tables of its own over the same texts.
  std::shared_ptr<Texts> shared_;
};

}  // namespace cartwright
