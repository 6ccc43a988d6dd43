#include "analyses/report/period_option.h"

#include <fmt/core.h>

#include <algorithm>

namespace cartwright {

Result<std::vector<Period>> ReadPeriods(std::string_view path,
                                        const std::vector<std::string>& names,
                                        const std::vector<Period>& allowed) {
  std::string choices;
  for (const Period period : allowed) {
    choices.append(choices.empty() ? "" : ", ").append(TimePeriodName(period));
  }
  std::vector<Period> periods;
  for (const std::string& name : names) {
    const auto found = std::find_if(allowed.begin(), allowed.end(), [&name](Period period) {
      return TimePeriodName(period) == name;
    });
    if (found == allowed.end()) {
      return Error{ErrorKind::kConfig,
                   fmt::format("{}: each is one of {}; one is \"{}\"", path, choices, name)};
    }
    if (std::find(periods.begin(), periods.end(), *found) != periods.end()) {
      return Error{ErrorKind::kConfig, fmt::format("{}: \"{}\" is there twice", path, name)};
    }
    periods.push_back(*found);
  }
  return periods;
}

}  // namespace cartwright
