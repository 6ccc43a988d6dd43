#include "analyses/tables/dictionary.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace cartwright {
namespace {

constexpr std::size_t kFirstSlots = 16;

std::uint32_t HashOf(std::string_view text) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
}

}  // namespace

std::size_t Dictionary::SlotOf(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].code != kNoCode &&
         (slots_[at].hash != hash || texts_[slots_[at].code] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

void Dictionary::Grow() {
  std::vector<Slot> old(std::max(kFirstSlots, slots_.size() * 2));
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.code != kNoCode) {
      std::size_t at = slot.hash & mask;
      while (slots_[at].code != kNoCode) {
        at = (at + 1) & mask;
      }
      slots_[at] = slot;
    }
  }
}

std::uint32_t Dictionary::Code(std::string_view text) {
  if (texts_.size() * 2 >= slots_.size()) {
    Grow();
  }
  const std::uint32_t hash = HashOf(text);
  Slot& slot = slots_[SlotOf(text, hash)];
  if (slot.code == kNoCode) {
    slot = {hash, size()};
    texts_.emplace_back(text);
  }
  return slot.code;
}

std::uint32_t Dictionary::Find(std::string_view text) const {
  return slots_.empty() ? kNoCode : slots_[SlotOf(text, HashOf(text))].code;
}

std::vector<std::uint32_t> Dictionary::Sort() {
  std::vector<std::uint32_t> order(texts_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [this](std::uint32_t a, std::uint32_t b) { return texts_[a] < texts_[b]; });
  std::vector<std::uint32_t> renumbered(texts_.size());
  std::deque<std::string> sorted;
  for (const std::uint32_t old_code : order) {
    renumbered[old_code] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(std::move(texts_[old_code]));
  }
  texts_ = std::move(sorted);
  for (Slot& slot : slots_) {
    slot.code = slot.code == kNoCode ? kNoCode : renumbered[slot.code];
  }
  return renumbered;
}

}  // namespace cartwright
