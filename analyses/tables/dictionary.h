#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cartwright {

/// The code that stands for "no value".
inline constexpr std::uint32_t kNoCode = 0xffffffffU;

/// Texts numbered from 0. After Sort() codes are in byte order of the texts.
class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(const Dictionary& other);
  Dictionary& operator=(const Dictionary& other);
  Dictionary(Dictionary&&) noexcept = default;
  Dictionary& operator=(Dictionary&&) noexcept = default;
  ~Dictionary() = default;

  std::uint32_t Code(std::string_view text);        ///< Adds the text when it is new.
  std::uint32_t Find(std::string_view text) const;  ///< kNoCode when it is not there.
  std::string_view Text(std::uint32_t code) const { return texts_[code]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }

  /// Renumbers in byte order; returns old code → new code.
  std::vector<std::uint32_t> Sort();

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> codes_;  ///< Keys view texts_.
};

}  // namespace cartwright
