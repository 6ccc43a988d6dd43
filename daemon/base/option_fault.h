#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"

namespace cartwright {

/// An option that its field accepts but that cannot be used, found without looking at any data.
struct OptionFault {
  std::string option;               ///< Name of the field.
  std::optional<std::size_t> item;  ///< Of a list: the entry, from 0; nothing: the whole value.
  std::string message;              ///< What was expected, what was found, what to do.
};

/// `expected one of a, b, found "x"`, and the nearest name where one is near.
std::string ExpectedOneOf(std::span<const std::string_view> choices, std::string_view found);

/// The first fault of `analyses.<analysis>` as an error. Errors: kConfig.
Status FirstFault(std::string_view analysis, const std::vector<OptionFault>& faults);

}  // namespace cartwright
