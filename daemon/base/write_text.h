#pragma once

#include <cstddef>
#include <cstdint>

#include "daemon/base/clock.h"

namespace cartwright {

/// The most bytes that WriteInstant() writes; 24 of them for the years 0 to 9999.
inline constexpr std::size_t kInstantBytes = 32;
/// Writes the text of FormatInstant() to memory of kInstantBytes. Returns its end.
char* WriteInstant(char* at, EpochMillis instant);

/// The most bytes that WriteDecimal() writes.
inline constexpr std::size_t kDecimalBytes = 48;
/// Writes `scaled` / 10^decimals, 0 <= decimals <= 20, as AppendDecimal() does, to memory of
/// kDecimalBytes. Returns its end.
char* WriteDecimal(char* at, std::int64_t scaled, int decimals);

}  // namespace cartwright
