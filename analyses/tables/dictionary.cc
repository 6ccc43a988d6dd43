#include "analyses/tables/dictionary.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "analyses/tables/text_order.h"
#include "daemon/base/check.h"
#include "daemon/base/hash.h"

namespace cartwright {
namespace {

constexpr std::size_t kFirstSlots = 16;
constexpr std::size_t kBatch = 64;
constexpr std::uint8_t kLong = 0xff;

/// Where a long text stands.
struct LongText {
  std::uint64_t begin = 0;
  std::uint32_t size = 0;
};

std::uint32_t HashOf(std::string_view text) { return static_cast<std::uint32_t>(Hash64(text)); }

}  // namespace

std::string_view Dictionary::Texts::Text(std::uint32_t code) const {
  const Key& key = keys[code];
  if (key.size != kLong) {
    return {key.bytes.data(), key.size};
  }
  LongText place;
  std::memcpy(&place.begin, key.bytes.data(), sizeof(place.begin));
  std::memcpy(&place.size, key.bytes.data() + sizeof(place.begin), sizeof(place.size));
  return std::string_view(long_texts).substr(place.begin, place.size);
}

void Dictionary::Texts::Append(std::string_view text) {
  Key key;
  if (text.size() <= Key::kInlineBytes) {
    std::copy(text.begin(), text.end(), key.bytes.begin());
    key.size = static_cast<std::uint8_t>(text.size());
  } else {
    const LongText place{long_texts.size(), static_cast<std::uint32_t>(text.size())};
    std::memcpy(key.bytes.data(), &place.begin, sizeof(place.begin));
    std::memcpy(key.bytes.data() + sizeof(place.begin), &place.size, sizeof(place.size));
    key.size = kLong;
    long_texts.append(text);
  }
  keys.push_back(key);
}

std::size_t Dictionary::Texts::SlotOf(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = hash & mask;
  while (slots[at].code != kNoCode && (slots[at].hash != hash || Text(slots[at].code) != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

std::uint32_t Dictionary::Texts::FindSorted(std::string_view text) const {
  std::uint32_t begin = 0;
  std::uint32_t end = size();
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (Text(middle) < text) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin < size() && Text(begin) == text ? begin : kNoCode;
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
  CARTWRIGHT_CHECK(subset_ == nullptr, "a part of a dictionary gets no new texts");
  if (shared_ == nullptr) {
    shared_ = std::make_shared<Texts>();
  } else if (shared_.use_count() > 1) {
    shared_ = std::make_shared<Texts>(*shared_);
  }
  Texts& own = *shared_;
  if (own.sorted) {
    own.sorted = false;
    while (own.keys.size() * 2 >= own.slots.size()) {
      own.Grow();
    }
    for (std::uint32_t code = 0; code < own.size(); ++code) {
      const std::uint32_t hash = HashOf(own.Text(code));
      own.slots[own.SlotOf(own.Text(code), hash)] = {hash, code};
    }
  }
  return own;
}

std::uint32_t Dictionary::CodeOf(std::string_view text, std::uint32_t hash) {
  if (shared_ != nullptr && !shared_->slots.empty()) {
    const std::uint32_t known = shared_->slots[shared_->SlotOf(text, hash)].code;
    if (known != kNoCode) {
      return known;
    }
  } else if (shared_ != nullptr && shared_->sorted) {
    const std::uint32_t known = Find(text);
    if (known != kNoCode) {
      return known;
    }
  }
  Texts& own = Own();
  if (own.keys.size() * 2 >= own.slots.size()) {
    own.Grow();
  }
  const std::uint32_t code = own.size();
  own.slots[own.SlotOf(text, hash)] = {hash, code};
  own.Append(text);
  return code;
}

std::uint32_t Dictionary::Code(std::string_view text) { return CodeOf(text, HashOf(text)); }

void Dictionary::Codes(std::span<const std::string_view> texts, std::span<std::uint32_t> codes) {
  CARTWRIGHT_CHECK(texts.size() == codes.size(), "a code for each text");
  std::array<std::uint32_t, kBatch> hashes{};
  for (std::size_t begin = 0; begin < texts.size(); begin += kBatch) {
    const std::size_t count = std::min(kBatch, texts.size() - begin);
    const Texts* known = shared_ != nullptr && !shared_->slots.empty() ? shared_.get() : nullptr;
    const std::size_t mask = known != nullptr ? known->slots.size() - 1 : 0;
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = HashOf(texts[begin + i]);
      if (known != nullptr) {
        __builtin_prefetch(&known->slots[hashes[i] & mask]);
      }
    }
    // The slot is there by now; what it most likely points to is asked for as well.
    for (std::size_t i = 0; known != nullptr && i < count; ++i) {
      const Slot& slot = known->slots[hashes[i] & mask];
      if (slot.code != kNoCode) {
        __builtin_prefetch(&known->keys[slot.code]);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      codes[begin + i] = CodeOf(texts[begin + i], hashes[i]);
    }
  }
}

std::uint32_t Dictionary::Find(std::string_view text) const {
  if (shared_ == nullptr) {
    return kNoCode;
  }
  const std::uint32_t code = shared_->sorted ? shared_->FindSorted(text)
                             : shared_->slots.empty()
                                 ? kNoCode
                                 : shared_->slots[shared_->SlotOf(text, HashOf(text))].code;
  if (subset_ == nullptr || code == kNoCode) {
    return code;
  }
  const auto found = std::lower_bound(subset_->begin(), subset_->end(), code);
  return found != subset_->end() && *found == code
             ? static_cast<std::uint32_t>(found - subset_->begin())
             : kNoCode;
}

std::string_view Dictionary::Text(std::uint32_t code) const {
  return shared_->Text(subset_ == nullptr ? code : (*subset_)[code]);
}

std::uint32_t Dictionary::size() const {
  if (subset_ != nullptr) {
    return static_cast<std::uint32_t>(subset_->size());
  }
  return shared_ == nullptr ? 0 : shared_->size();
}

std::vector<std::uint32_t> Dictionary::Sort() {
  Texts& own = Own();
  const std::vector<std::uint32_t> order =
      OrderOfTexts(own.size(), [&own](std::uint32_t code) { return own.Text(code); });
  std::vector<std::uint32_t> renumbered(own.size());
  std::vector<Key> sorted;
  sorted.reserve(own.size());
  for (const std::uint32_t old_code : order) {
    renumbered[old_code] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(own.keys[old_code]);
  }
  own.keys = std::move(sorted);
  std::vector<Slot>().swap(own.slots);
  own.sorted = true;
  return renumbered;
}

Dictionary Dictionary::Subset(std::vector<std::uint32_t> codes) const {
  CARTWRIGHT_CHECK(subset_ == nullptr && (shared_ == nullptr || shared_->sorted),
                   "a part is taken of a whole, sorted dictionary");
  Dictionary part;
  part.shared_ = shared_;
  part.subset_ = std::make_shared<const std::vector<std::uint32_t>>(std::move(codes));
  return part;
}

std::size_t Dictionary::memory_bytes() const {
  if (shared_ == nullptr) {
    return 0;
  }
  return shared_->keys.capacity() * sizeof(Key) + shared_->long_texts.capacity() +
         shared_->slots.capacity() * sizeof(Slot);
}

}  // namespace cartwright
