#include "daemon/base/hash.h"

#include <fmt/core.h>
#define XXH_INLINE_ALL  // A call would cost as much as hashing a short text does.
#include <xxhash.h>

namespace cartwright {

std::string HashHex(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::uint64_t Hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace cartwright
