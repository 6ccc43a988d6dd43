#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/result.h"

namespace cartwright {

/// Reads an option that lists periods by name ("hourly", "daily", "weekly", "monthly"); the order
/// is kept. `path` names the option in the message. Errors: kConfig for a name that is not in
/// `allowed` or comes twice.
Result<std::vector<Period>> ReadPeriods(std::string_view path,
                                        const std::vector<std::string>& names,
                                        const std::vector<Period>& allowed);

}  // namespace cartwright
