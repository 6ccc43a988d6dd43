#pragma once

#include <optional>
#include <string>
#include <utility>

namespace cartwright {

/// Why a field could not be used, in the words of a dead letter.
struct FieldFault {
  std::string code;
  std::string reason;
  std::string remedy;
};

/// A field's value, or why there is none.
template <class T>
struct FieldValue {
  T value{};
  std::optional<FieldFault> fault;

  FieldValue(T sound) : value(std::move(sound)) {}       // NOLINT(google-explicit-constructor)
  FieldValue(FieldFault bad) : fault(std::move(bad)) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace cartwright
