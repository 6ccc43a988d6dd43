#include "analyses/tables/dictionary.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cartwright {

std::uint32_t Dictionary::Texts::Add(std::string text) {
  const auto code = static_cast<std::uint32_t>(texts.size());
  codes.emplace(texts.emplace_back(std::move(text)), code);
  return code;
}

Dictionary::Texts& Dictionary::Own() {
  if (shared_ == nullptr) {
    shared_ = std::make_shared<Texts>();
  } else if (shared_.use_count() > 1) {
    auto own = std::make_shared<Texts>();
    for (const std::string& text : shared_->texts) {
      own->Add(text);
    }
    shared_ = std::move(own);
  }
  return *shared_;
}

std::uint32_t Dictionary::Code(std::string_view text) {
  const std::uint32_t known = Find(text);
  return known != kNoCode ? known : Own().Add(std::string(text));
}

std::uint32_t Dictionary::Find(std::string_view text) const {
  if (shared_ == nullptr) {
    return kNoCode;
  }
  const auto found = shared_->codes.find(text);
  return found == shared_->codes.end() ? kNoCode : found->second;
}

std::vector<std::uint32_t> Dictionary::Sort() {
  Texts& own = Own();
  std::vector<std::uint32_t> order(own.texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&own](std::uint32_t a, std::uint32_t b) { return own.texts[a] < own.texts[b]; });
  std::vector<std::uint32_t> renumbered(own.texts.size());
  Texts sorted;
  own.codes.clear();
  for (const std::uint32_t old_code : order) {
    renumbered[old_code] = sorted.Add(std::move(own.texts[old_code]));
  }
  own = std::move(sorted);
  return renumbered;
}

}  // namespace cartwright
