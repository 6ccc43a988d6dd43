#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cartwright {

/// 128-bit XXH3 of the bytes as 32 lower-case hex digits: the same on every machine.
std::string HashHex(std::string_view bytes);

/// 64-bit XXH3 of the bytes; for tables in memory.
std::uint64_t Hash64(std::string_view bytes);

}  // namespace cartwright
