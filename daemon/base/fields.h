#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cartwright {

/// One field of an options struct: the single source for decoding, range checks, defaults and help.
///
/// The default is the member's initial value in `T{}`. `min` and `max` bound numbers (inclusive);
/// `choices` bounds texts. Units stand in the name (`window_hours`, `batch_bytes`).
template <class T>
struct Field {
  using Member = std::variant<bool T::*, std::int64_t T::*, double T::*, std::string T::*,
                              std::optional<std::int64_t> T::*, std::optional<double> T::*,
                              std::optional<std::string> T::*, std::vector<std::string> T::*>;

  std::string_view name;  ///< The YAML key, snake_case.
  Member member;
  std::string_view sentence;  ///< What it does, one sentence.
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::span<const std::string_view> choices = {};
  bool required = false;
};

}  // namespace cartwright
