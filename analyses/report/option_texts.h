#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/base/fields.h"

namespace cartwright {

inline std::string OptionText(bool value) { return value ? "true" : "false"; }
inline std::string OptionText(const std::string& value) { return value; }
/// The shortest text that reads back as the same number.
template <class Number>
  requires(std::same_as<Number, std::int64_t> || std::same_as<Number, double>)
std::string OptionText(Number value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}
/// Joined by commas.
inline std::string OptionText(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    text.append(text.empty() ? "" : ",").append(value);
  }
  return text;
}
/// Empty when missing.
template <class T>
std::string OptionText(const std::optional<T>& value) {
  return value ? OptionText(*value) : std::string();
}

/// Report::params: every option of an analysis as text, in the order of its fields.
template <class T>
std::vector<std::pair<std::string, std::string>> OptionTexts(const T& options,
                                                             std::span<const Field<T>> fields) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Field<T>& field : fields) {
    texts.emplace_back(
        field.name,
        std::visit([&options](auto member) { return OptionText(options.*member); }, field.member));
  }
  return texts;
}

}  // namespace cartwright
