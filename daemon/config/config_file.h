#pragma once

#include <string>

#include "daemon/base/result.h"

namespace cartwright {

/// The text of a configuration file: of a larger one as much as shows that it is too large.
/// Errors: kConfig for what is not a regular file or cannot be read.
Result<std::string> ReadConfigFile(const std::string& file);

}  // namespace cartwright
