#pragma once

#include <string>
#include <string_view>

namespace cartwright {

/// 128-bit XXH3 of the bytes as 32 lower-case hex digits: the same on every machine.
std::string HashHex(std::string_view bytes);

}  // namespace cartwright
