#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/option_fault.h"

namespace cartwright {

/// What is wrong with the option `name` that lists periods ("hourly", "daily", "weekly",
/// "monthly"): an entry that is not in `allowed` or comes twice.
std::vector<OptionFault> PeriodFaults(std::string_view name, const std::vector<std::string>& texts,
                                      const std::vector<Period>& allowed);

/// The periods of texts without faults, in their order.
std::vector<Period> ReadPeriods(const std::vector<std::string>& texts);

}  // namespace cartwright
