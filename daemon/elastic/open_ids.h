#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "daemon/elastic/bulk_writer.h"

namespace cartwright {

/// Which open body holds an id, by the hash of index and id. Two ids with one hash cost a wait, no
/// more.
class OpenIds {
 public:
  static std::uint64_t HashOf(const BulkDocument& document) {
    const std::hash<std::string_view> hash;
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // Keeps equal index and id from cancelling.
    return hash(document.id) ^ (hash(document.index) * kOdd);
  }

  /// True when `body` holds the id from now on; false while another one does.
  bool Take(std::uint64_t id_hash, std::uint64_t body) {
    return bodies_.try_emplace(id_hash, body).first->second == body;
  }

  void Release(std::uint64_t id_hash, std::uint64_t body) {
    const auto held = bodies_.find(id_hash);
    if (held != bodies_.end() && held->second == body) {
      bodies_.erase(held);
    }
  }

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> bodies_;
};

}  // namespace cartwright
