#pragma once

#include <string_view>

namespace cartwright {

/// The JSON text of `mappings/<name>.json` as it was when the program was built. The name must be
/// one of those in mappings/CMakeLists.txt.
std::string_view MappingText(std::string_view name);

}  // namespace cartwright
