#include "daemon/config/decode.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "daemon/base/nearest_name.h"

namespace cartwright {
namespace {

constexpr std::size_t kLongestShown = 80;

// Texts that YAML readers elsewhere take for booleans.
constexpr std::string_view kOtherBooleans[] = {"yes",  "no",    "on",   "off",   "Yes", "No",
                                               "On",   "Off",   "YES",  "NO",    "ON",  "OFF",
                                               "True", "False", "TRUE", "FALSE", "y",   "n"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits without a leading zero, up to `at`; npos when there are none.
std::size_t SkipWhole(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && IsDigit(text[at])) {
    ++at;
  }
  const bool leading_zero = at > 1 && text[0] == '0';
  return at == 0 || leading_zero ? std::string_view::npos : at;
}

bool IsInteger(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  return SkipWhole(text) == text.size();
}

bool IsReal(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const std::size_t whole = SkipWhole(text);
  return whole != std::string_view::npos &&
         text.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
         (whole == text.size() || text[whole] == '.' || text[whole] == 'e' || text[whole] == 'E');
}

std::string FormatBound(double bound) {
  const bool whole = bound == std::floor(bound) && std::abs(bound) < 1e15;
  return whole ? fmt::format("{:.0f}", bound) : fmt::format("{}", bound);
}

std::string DescribeRange(const FieldRules& rules) {
  const bool has_min = std::isfinite(rules.min);
  const bool has_max = std::isfinite(rules.max);
  if (has_min && has_max) {
    return fmt::format(" from {} to {}", FormatBound(rules.min), FormatBound(rules.max));
  }
  if (has_min) {
    return fmt::format(" of at least {}", FormatBound(rules.min));
  }
  return has_max ? fmt::format(" of at most {}", FormatBound(rules.max)) : "";
}

void RefuseExpected(const ConfigNode& node, std::string_view expected, std::string_view hint,
                    DecodeContext& context) {
  context.Refuse(node, fmt::format("expected {}, {}{}", expected, DescribeFound(node), hint));
}

std::string_view NumberHint(const ConfigNode& node) {
  const bool numeric = IsReal(node.scalar);
  if (node.quoted && numeric) {
    return "; remove the quotes";
  }
  if (node.scalar.size() > 1 && node.scalar[0] == '0' && IsDigit(node.scalar[1])) {
    return "; write it without leading zeros";
  }
  return "";
}

template <class V>
std::optional<V> ParseNumber(const std::string& text) {
  V value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional<V>(value) : std::nullopt;
}

// A number of either type: `shaped` says whether the text is one at all.
template <class V>
std::optional<V> ReadNumber(const ConfigNode& node, const FieldRules& rules, bool shaped,
                            DecodeContext& context) {
  const std::string_view noun = std::is_integral_v<V> ? "a whole number" : "a number";
  const std::string expected = fmt::format("{}{}", noun, DescribeRange(rules));
  const bool plain = node.kind == ConfigNode::Kind::kScalar && !node.quoted;
  const std::optional<V> value = plain && shaped ? ParseNumber<V>(node.scalar) : std::nullopt;
  if (!value) {
    RefuseExpected(node, expected, NumberHint(node), context);
    return std::nullopt;
  }
  const auto real = static_cast<double>(*value);
  if (real < rules.min || real > rules.max || !std::isfinite(real)) {
    RefuseExpected(node, expected, "", context);
    return std::nullopt;
  }
  return value;
}

bool IsBefore(const ConfigFinding& a, const ConfigFinding& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

}  // namespace

std::string ConfigFinding::Format(std::string_view file) const {
  std::string text(file);
  if (line > 0) {
    text += fmt::format(":{}:{}", line, column);
  }
  text += is_warning ? ": warning: " : ": ";
  return text + (path.empty() ? message : fmt::format("{}: {}", path, message));
}

void DecodeContext::Refuse(const ConfigNode& at, std::string message) {
  findings_.push_back({false, at.line, at.column, at.path, std::move(message)});
}

void DecodeContext::RefuseKey(const ConfigNode& at, std::string message) {
  findings_.push_back({false, at.key_line, at.key_column, at.path, std::move(message)});
}

void DecodeContext::Warn(const ConfigNode& at, std::string message) {
  findings_.push_back({true, at.line, at.column, at.path, std::move(message)});
}

void DecodeContext::Record(const ConfigNode& parent, std::string_view name, std::string value) {
  const ConfigNode* child = parent.Find(name);
  std::string origin = child == nullptr ? "default" : fmt::format("{}:{}", file_, child->key_line);
  effective_.push_back({parent.ChildPath(name), std::move(value), std::move(origin)});
}

bool DecodeContext::ok() const {
  return std::all_of(findings_.begin(), findings_.end(),
                     [](const ConfigFinding& finding) { return finding.is_warning; });
}

std::vector<ConfigFinding> DecodeContext::TakeFindings() {
  std::stable_sort(findings_.begin(), findings_.end(), IsBefore);
  return std::move(findings_);
}

std::string DescribeFound(const ConfigNode& node) {
  switch (node.kind) {
    case ConfigNode::Kind::kMissing:
      return "found nothing";
    case ConfigNode::Kind::kNull:
      return "found no value";
    case ConfigNode::Kind::kSequence:
      return "found a list";
    case ConfigNode::Kind::kMap:
      return "found a map";
    case ConfigNode::Kind::kScalar:
      break;
  }
  const std::size_t scheme = node.scalar.find("://");
  if (scheme != std::string::npos && node.scalar.find('@', scheme) != std::string::npos) {
    return "found an address with credentials";  // Never shown.
  }
  std::string shown;
  for (const char c : node.scalar.substr(0, kLongestShown)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte == 0x7F ? fmt::format("\\x{:02X}", byte) : std::string(1, c);
  }
  const bool cut = node.scalar.size() > kLongestShown;
  while (cut && !shown.empty() && (static_cast<unsigned char>(shown.back()) & 0x80U) != 0) {
    shown.pop_back();  // Never half a character.
  }
  return fmt::format("found {}\"{}{}\"", node.quoted ? "the quoted text " : "", shown,
                     cut ? "…" : "");
}

std::string SuggestName(std::string_view written, std::span<const std::string_view> names) {
  if (const auto nearest = NearestName(written, names)) {
    return fmt::format("; did you mean \"{}\"?", *nearest);
  }
  return names.empty() ? "" : fmt::format("; known: {}", fmt::join(names, ", "));
}

bool CheckMap(const ConfigNode& node, std::span<const std::string_view> names,
              DecodeContext& context) {
  if (!node.present()) {
    return true;
  }
  if (node.kind != ConfigNode::Kind::kMap) {
    RefuseExpected(node, fmt::format("a map of {}", fmt::join(names, ", ")), "", context);
    return false;
  }
  for (const auto& [key, value] : node.members) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      context.RefuseKey(value, fmt::format("unknown key \"{}\"{}", key, SuggestName(key, names)));
    }
  }
  return true;
}

template <>
std::optional<bool> ReadValue(const ConfigNode& node, const FieldRules&, DecodeContext& context) {
  const bool plain = node.kind == ConfigNode::Kind::kScalar && !node.quoted;
  if (plain && (node.scalar == "true" || node.scalar == "false")) {
    return node.scalar == "true";
  }
  const bool other = std::find(std::begin(kOtherBooleans), std::end(kOtherBooleans), node.scalar) !=
                     std::end(kOtherBooleans);
  const bool quoted = node.quoted && (node.scalar == "true" || node.scalar == "false");
  RefuseExpected(
      node, "true or false",
      quoted ? "; remove the quotes" : (other ? "; only true and false are booleans here" : ""),
      context);
  return std::nullopt;
}

template <>
std::optional<std::int64_t> ReadValue(const ConfigNode& node, const FieldRules& rules,
                                      DecodeContext& context) {
  return ReadNumber<std::int64_t>(node, rules, IsInteger(node.scalar), context);
}

template <>
std::optional<double> ReadValue(const ConfigNode& node, const FieldRules& rules,
                                DecodeContext& context) {
  return ReadNumber<double>(node, rules, IsReal(node.scalar), context);
}

template <>
std::optional<std::string> ReadValue(const ConfigNode& node, const FieldRules& rules,
                                     DecodeContext& context) {
  const bool known = rules.choices.empty() || std::find(rules.choices.begin(), rules.choices.end(),
                                                        node.scalar) != rules.choices.end();
  if (node.kind == ConfigNode::Kind::kScalar && !known) {
    const auto nearest = NearestName(node.scalar, rules.choices);
    RefuseExpected(node, fmt::format("one of {}", fmt::join(rules.choices, ", ")),
                   nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "", context);
    return std::nullopt;
  }
  if (node.kind != ConfigNode::Kind::kScalar || (rules.required && node.scalar.empty())) {
    const std::string expected =
        rules.choices.empty() ? "a text" : fmt::format("one of {}", fmt::join(rules.choices, ", "));
    RefuseExpected(node, expected,
                   node.kind == ConfigNode::Kind::kNull ? "; write one or remove the key" : "",
                   context);
    return std::nullopt;
  }
  return node.scalar;
}

template <>
std::optional<std::vector<std::string>> ReadValue(const ConfigNode& node, const FieldRules& rules,
                                                  DecodeContext& context) {
  if (node.kind != ConfigNode::Kind::kSequence) {
    RefuseExpected(node, "a list of texts",
                   node.kind == ConfigNode::Kind::kScalar ? "; write it as [value]" : "", context);
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const ConfigNode& item : node.items) {
    auto text = ReadValue<std::string>(item, {.choices = rules.choices}, context);
    if (!text) {
      return std::nullopt;
    }
    texts.push_back(std::move(*text));
  }
  if (rules.required && texts.empty()) {
    context.Refuse(node, "the list is empty; name at least one");
    return std::nullopt;
  }
  return texts;
}

std::optional<std::int64_t> ReadDurationSeconds(const ConfigNode& node, DecodeContext& context) {
  const std::string& text = node.scalar;
  const auto is_plain = node.kind == ConfigNode::Kind::kScalar && !node.quoted;
  std::int64_t unit_seconds = 0;
  if (is_plain && !text.empty()) {
    constexpr std::pair<char, std::int64_t> kUnits[] = {
        {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}};
    for (const auto& [unit, seconds] : kUnits) {
      unit_seconds = text.back() == unit ? seconds : unit_seconds;
    }
  }
  const std::string number = unit_seconds == 0 ? text : text.substr(0, text.size() - 1);
  const auto count = IsInteger(number) ? ParseNumber<std::int64_t>(number) : std::nullopt;
  constexpr std::int64_t kLongest = 366 * std::int64_t{86'400};
  if (unit_seconds == 0 || !count || *count < 1 || *count > kLongest / unit_seconds) {
    const bool needs_unit = is_plain && unit_seconds == 0 && count;
    RefuseExpected(node, "a duration such as 30s, 15m, 1h or 1d (1s to 366d)",
                   needs_unit ? "; the number needs a unit" : "", context);
    return std::nullopt;
  }
  return *count * unit_seconds;
}

std::string FormatValue(bool value) { return value ? "true" : "false"; }
std::string FormatValue(std::int64_t value) { return fmt::format("{}", value); }
std::string FormatValue(double value) { return fmt::format("{}", value); }
std::string FormatValue(const std::string& value) { return fmt::format("\"{}\"", value); }
std::string FormatValue(const std::vector<std::string>& value) {
  std::string text = "[";
  for (const std::string& item : value) {
    text += (text.size() > 1 ? ", " : "") + FormatValue(item);
  }
  return text + "]";
}

}  // namespace cartwright
