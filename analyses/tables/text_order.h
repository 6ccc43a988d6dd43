#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace cartwright {

/// The numbers 0 .. count - 1 in byte order of their texts, equal texts by number. `text` is called
/// from several threads. Texts that are in order already cost one look at each.
std::vector<std::uint32_t> OrderOfTexts(std::uint32_t count,
                                        const std::function<std::string_view(std::uint32_t)>& text);

}  // namespace cartwright
