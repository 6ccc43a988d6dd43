#include "analyses/tables/dictionary.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace cartwright {
namespace {

constexpr std::size_t kFirstSlots = 16;

std::uint32_t HashOf(std::string_view text) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
}

}  // namespace

std::size_t Dictionary::Texts::SlotOf(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = hash & mask;
  while (slots[at].code != kNoCode && (slots[at].hash != hash || texts[slots[at].code] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

void Dictionary::Texts::Grow() {
  std::vector<Slot> old(std::max(kFirstSlots, slots.size() * 2));
  old.swap(slots);
  const std::size_t mask = slots.size() - 1;
  for (const Slot& slot : old) {
    if (slot.code != kNoCode) {
      std::size_t at = slot.hash & mask;
      while (slots[at].code != kNoCode) {
        at = (at + 1) & mask;
      }
      slots[at] = slot;
    }
  }
}

Dictionary::Texts& Dictionary::Own() {
  if (shared_ == nullptr) {
    shared_ = std::make_shared<Texts>();
  } else if (shared_.use_count() > 1) {
    shared_ = std::make_shared<Texts>(*shared_);
  }
  return *shared_;
}

std::uint32_t Dictionary::Code(std::string_view text) {
  const std::uint32_t hash = HashOf(text);
  if (shared_ != nullptr && !shared_->slots.empty()) {
    const std::uint32_t known = shared_->slots[shared_->SlotOf(text, hash)].code;
    if (known != kNoCode) {
      return known;
    }
  }
  Texts& own = Own();
  if (own.texts.size() * 2 >= own.slots.size()) {
    own.Grow();
  }
  const auto code = static_cast<std::uint32_t>(own.texts.size());
  own.slots[own.SlotOf(text, hash)] = {hash, code};
  own.texts.emplace_back(text);
  return code;
}

std::uint32_t Dictionary::Find(std::string_view text) const {
  return shared_ == nullptr || shared_->slots.empty()
             ? kNoCode
             : shared_->slots[shared_->SlotOf(text, HashOf(text))].code;
}

std::vector<std::uint32_t> Dictionary::Sort() {
  Texts& own = Own();
  std::vector<std::uint32_t> order(own.texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&own](std::uint32_t a, std::uint32_t b) { return own.texts[a] < own.texts[b]; });
  std::vector<std::uint32_t> renumbered(own.texts.size());
  std::deque<std::string> sorted;
  for (const std::uint32_t old_code : order) {
    renumbered[old_code] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(std::move(own.texts[old_code]));
  }
  own.texts = std::move(sorted);
  for (Slot& slot : own.slots) {
    slot.code = slot.code == kNoCode ? kNoCode : renumbered[slot.code];
  }
  return renumbered;
}

}  // namespace cartwright
