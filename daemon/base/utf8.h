#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace cartwright {

/// Offset of the first byte that is not part of valid UTF-8, or nothing when all of it is valid.
///
/// Strict (RFC 3629): overlong forms, surrogates, code points above U+10FFFF and a sequence cut off
/// at the end are refused; the offset is that of the sequence's first byte. NUL is valid. O(n),
/// eight bytes a step over ASCII.
std::optional<std::size_t> FindInvalidUtf8(std::string_view text);

/// Whether the whole text is valid UTF-8, as FindInvalidUtf8 judges.
inline bool IsValidUtf8(std::string_view text) { return !FindInvalidUtf8(text).has_value(); }

}  // namespace cartwright
