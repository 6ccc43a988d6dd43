#include "daemon/base/option_fault.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "daemon/base/nearest_name.h"

namespace cartwright {

std::string ExpectedOneOf(std::span<const std::string_view> choices, std::string_view found) {
  const auto nearest = NearestName(found, choices);
  return fmt::format("expected one of {}, found \"{}\"{}", fmt::join(choices, ", "), found,
                     nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "");
}

Status FirstFault(std::string_view analysis, const std::vector<OptionFault>& faults) {
  if (faults.empty()) {
    return {};
  }
  return Error{ErrorKind::kConfig, fmt::format("analyses.{}.{}: {}", analysis,
                                               faults.front().option, faults.front().message)};
}

}  // namespace cartwright
