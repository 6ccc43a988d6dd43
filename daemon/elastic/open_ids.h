#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/elastic/bulk_writer.h"

namespace cartwright {

/// Which open body holds an id, by the hash of index and id. Two ids with one hash cost a wait, no
/// more. Bodies are told apart by their number modulo kBodies - 1: so many are never open at once.
///
/// A flat table with linear probing: one node a document was a quarter of the writer's time. Eight
/// bytes a slot: most of the cost is waiting for memory.
class OpenIds {
 public:
  std::uint64_t HashOf(const BulkDocument& document) {
    const std::hash<std::string_view> hash;
    if (document.index != index_) {
      constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // Equal index and id do not cancel.
      index_ = document.index;
      index_hash_ = hash(document.index) * kOdd;
    }
    return hash(document.id) ^ index_hash_;
  }

  /// Fetches what the next call about this id reads: most of the cost is waiting for that.
  void Prefetch(std::uint64_t id_hash) const {
    if (!slots_.empty()) {
      __builtin_prefetch(&slots_[Home(id_hash)]);
    }
  }

  /// True when `body` (not 0) holds the id from now on; false while another one does.
  bool Take(std::uint64_t id_hash, std::uint64_t body) {
    if (2 * (held_ + 1) > slots_.size()) {
      Grow();
    }
    std::uint64_t& slot = slots_[Find(id_hash)];
    if (slot == kFree) {
      slot = Held(id_hash, body);
      ++held_;
    }
    return slot == Held(id_hash, body);
  }

  void Release(std::uint64_t id_hash, std::uint64_t body) {
    if (slots_.empty()) {
      return;
    }
    const std::size_t at = Find(id_hash);
    if (slots_[at] == Held(id_hash, body)) {
      Empty(at);
      --held_;
    }
  }

 private:
  // A slot: the upper bits of the hash, and a number of the body in the lower ones.
  static constexpr std::uint64_t kBodies = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kFree = 0;

  static std::uint64_t HashIn(std::uint64_t slot) { return slot & ~(kBodies - 1); }
  static std::uint64_t Held(std::uint64_t id_hash, std::uint64_t body) {
    return HashIn(id_hash) | (body % (kBodies - 1) + 1);
  }

  // The bits from the first that a slot keeps: so a table can grow without the hashes themselves.
  std::size_t Home(std::uint64_t id_hash) const {
    return (id_hash / kBodies) & (slots_.size() - 1);
  }
  std::size_t After(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  // The slot of the id, or the free one where it belongs.
  std::size_t Find(std::uint64_t id_hash) const {
    std::size_t at = Home(id_hash);
    while (slots_[at] != kFree && HashIn(slots_[at]) != HashIn(id_hash)) {
      at = After(at);
    }
    return at;
  }

  // Moves later ids of the same run up, so that no search ends before them.
  void Empty(std::size_t hole) {
    for (std::size_t at = After(hole); slots_[at] != kFree; at = After(at)) {
      const std::size_t from_home = at - Home(slots_[at]);
      const std::size_t from_hole = at - hole;
      const std::size_t mask = slots_.size() - 1;
      if ((from_home & mask) >= (from_hole & mask)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole] = kFree;
  }

  void Grow() {
    constexpr std::size_t kFirst = 1024;  // A power of two, as every size after it.
    std::vector<std::uint64_t> old(slots_.empty() ? kFirst : 2 * slots_.size(), kFree);
    old.swap(slots_);
    for (const std::uint64_t slot : old) {
      if (slot != kFree) {
        slots_[Find(slot)] = slot;
      }
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t held_ = 0;
  std::string index_;
  std::uint64_t index_hash_ = 0;
};

}  // namespace cartwright
