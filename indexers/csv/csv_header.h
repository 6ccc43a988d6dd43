#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/config/config.h"

namespace cartwright {

/// The byte that RowCutter parts fields by. Errors: kConfig for a separator that is not one usable
/// byte, `tab` or `whitespace`.
Result<char> SeparatorByte(const CsvConfig& config);

/// Refuses UTF-16 and UTF-32 by their marks. `head` is how the file starts. Errors: kData.
Status RefuseWideText(const std::string& path, std::string_view head);

/// Checks a header: valid UTF-8, no name twice, and not a single column that still holds what looks
/// like another separator. Empty names are allowed; they cannot be mapped. Errors: kData.
Status CheckHeader(const CsvConfig& config, const std::vector<std::string>& names);

}  // namespace cartwright
