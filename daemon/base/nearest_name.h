#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace cartwright {

/// Least number of inserted, deleted, replaced and swapped neighbouring bytes between two texts
/// (optimal string alignment; a swap counts once). O(|a| × |b|).
std::size_t EditDistance(std::string_view a, std::string_view b);

/// The name that `written` most likely meant: the nearest by edit distance, the first of equals.
///
/// Nothing when the nearest is further than a third of the longer text (but one edit is always near
/// for names of three bytes and more). The result views into `names`.
std::optional<std::string_view> NearestName(std::string_view written,
                                            std::span<const std::string_view> names);

}  // namespace cartwright
