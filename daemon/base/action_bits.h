#pragma once

#include <cstddef>

namespace cartwright {

/// A session keeps its actions as bits of one 32-bit word.
inline constexpr std::size_t kMaxActions = 32;

}  // namespace cartwright
