#pragma once

#include <cstddef>
#include <cstdint>

namespace cartwright {

/// A session keeps its actions as bits of one 32-bit word.
inline constexpr std::size_t kMaxActions = 32;

/// The actions that every shop has, in the order of Config::ActionNames.
inline constexpr std::uint32_t kHasSessionsBit = 1U << 0;
inline constexpr std::uint32_t kHasBasketBit = 1U << 1;
inline constexpr std::uint32_t kOrderScreenBit = 1U << 2;
inline constexpr std::uint32_t kPurchasedBit = 1U << 3;

}  // namespace cartwright
