#include "analyses/tables/dictionary.h"

#include <algorithm>
#include <numeric>

namespace cartwright {

Dictionary::Dictionary(const Dictionary& other) { *this = other; }

// The keys of codes_ view the texts of their own dictionary, so a copy numbers its own.
Dictionary& Dictionary::operator=(const Dictionary& other) {
  if (this != &other) {
    texts_ = other.texts_;
    codes_.clear();
    codes_.reserve(texts_.size());
    for (const std::string& text : texts_) {
      codes_.emplace(text, static_cast<std::uint32_t>(codes_.size()));
    }
  }
  return *this;
}

std::uint32_t Dictionary::Code(std::string_view text) {
  const auto found = codes_.find(text);
  if (found != codes_.end()) {
    return found->second;
  }
  const auto code = static_cast<std::uint32_t>(texts_.size());
  codes_.emplace(texts_.emplace_back(text), code);
  return code;
}

std::uint32_t Dictionary::Find(std::string_view text) const {
  const auto found = codes_.find(text);
  return found == codes_.end() ? kNoCode : found->second;
}

std::vector<std::uint32_t> Dictionary::Sort() {
  std::vector<std::uint32_t> order(texts_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [this](std::uint32_t a, std::uint32_t b) { return texts_[a] < texts_[b]; });
  std::vector<std::uint32_t> renumbered(texts_.size());
  std::deque<std::string> sorted;
  codes_.clear();
  for (const std::uint32_t old_code : order) {
    const auto code = static_cast<std::uint32_t>(sorted.size());
    renumbered[old_code] = code;
    codes_.emplace(sorted.emplace_back(std::move(texts_[old_code])), code);
  }
  texts_ = std::move(sorted);
  return renumbered;
}

}  // namespace cartwright
