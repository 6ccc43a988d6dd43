#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "daemon/base/fields.h"
#include "daemon/config/finding.h"
#include "daemon/config/node.h"

namespace cartwright {

/// Collects what decoding says: findings, and the effective values with their origin.
class DecodeContext {
 public:
  /// `file` as it shall stand in origins.
  explicit DecodeContext(std::string file) : file_(std::move(file)) {}

  /// An error at the place of a value.
  void Refuse(const ConfigNode& at, std::string message);
  /// An error at the place of the key that leads to a value.
  void RefuseKey(const ConfigNode& at, std::string message);
  void Warn(const ConfigNode& at, std::string message);
  /// Records the effective value of the member `name` of `parent`, present in the file or not.
  void Record(const ConfigNode& parent, std::string_view name, std::string value);

  /// No error so far.
  bool ok() const;
  /// In file order.
  std::vector<ConfigFinding> TakeFindings();
  /// In the order of recording.
  std::vector<EffectiveValue> TakeEffective() { return std::move(effective_); }

 private:
  std::string file_;
  std::vector<ConfigFinding> findings_;
  std::vector<EffectiveValue> effective_;
};

/// What a field of the table asks of a value, without the struct it belongs to.
struct FieldRules {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::span<const std::string_view> choices = {};
  bool required = false;
};

/// The value of a node by the rules of its type, or nothing after an error was added to `context`.
///
/// bool: true or false. std::int64_t: decimal digits without leading zeros. double: also a fraction
/// and an exponent. std::string: any scalar as written. std::vector<std::string>: a list of those.
/// Quoted scalars are texts only.
template <class V>
std::optional<V> ReadValue(const ConfigNode& node, const FieldRules& rules, DecodeContext& context);
template <>
std::optional<bool> ReadValue(const ConfigNode&, const FieldRules&, DecodeContext&);
template <>
std::optional<std::int64_t> ReadValue(const ConfigNode&, const FieldRules&, DecodeContext&);
template <>
std::optional<double> ReadValue(const ConfigNode&, const FieldRules&, DecodeContext&);
template <>
std::optional<std::string> ReadValue(const ConfigNode&, const FieldRules&, DecodeContext&);
template <>
std::optional<std::vector<std::string>> ReadValue(const ConfigNode&, const FieldRules&,
                                                  DecodeContext&);

/// Seconds of a duration such as 90s, 15m, 1h or 7d; nothing after an error was added.
std::optional<std::int64_t> ReadDurationSeconds(const ConfigNode& node, DecodeContext& context);

/// Whether the node is a map (or absent, or empty: then all defaults). Refuses anything else, and
/// every key that is not in `names`, with the nearest name.
bool CheckMap(const ConfigNode& node, std::span<const std::string_view> names,
              DecodeContext& context);

/// `found "x"`, cut and escaped for a message; says the kind where there is no scalar.
std::string DescribeFound(const ConfigNode& node);
/// `; did you mean "x"?` or, when nothing is near, `; known: a, b, c`.
std::string SuggestName(std::string_view written, std::span<const std::string_view> names);

std::string FormatValue(bool value);
std::string FormatValue(std::int64_t value);
std::string FormatValue(double value);
std::string FormatValue(const std::string& value);
std::string FormatValue(const std::vector<std::string>& value);
template <class V>
std::string FormatValue(const std::optional<V>& value) {
  return value ? FormatValue(*value) : "null";
}

template <class V>
struct IsOptional : std::false_type {};
template <class V>
struct IsOptional<std::optional<V>> : std::true_type {};

/// Decodes one field of a table into its member; without the key the default stays.
template <class T>
void DecodeField(const ConfigNode& node, const Field<T>& field, T& target, DecodeContext& context) {
  const ConfigNode* child = node.Find(field.name);
  if (child == nullptr && field.required) {
    context.RefuseKey(node, "the key \"" + std::string(field.name) + "\" is missing");
  }
  const FieldRules rules{field.min, field.max, field.choices, field.required};
  std::visit(
      [&](auto member) {
        using V = std::remove_reference_t<decltype(target.*member)>;
        if (child != nullptr) {
          if constexpr (IsOptional<V>::value) {
            if (child->kind == ConfigNode::Kind::kNull) {
              (target.*member).reset();
            } else if (auto value = ReadValue<typename V::value_type>(*child, rules, context)) {
              target.*member = std::move(value);
            }
          } else if (auto value = ReadValue<V>(*child, rules, context)) {
            target.*member = std::move(*value);
          }
        }
        context.Record(node, field.name, FormatValue(target.*member));
      },
      field.member);
}

/// Decodes a map by its field table, the single source for names, types, ranges and choices.
///
/// Adds every finding to `context` and leaves the default where a value was refused. `other_keys`
/// are keys of the same map that the caller decodes itself. `node` may be missing: all defaults.
template <class T>
void DecodeFields(const ConfigNode& node, std::type_identity_t<std::span<const Field<T>>> fields,
                  T& target, DecodeContext& context, std::span<const std::string_view> other_keys) {
  std::vector<std::string_view> names;
  names.reserve(fields.size() + other_keys.size());
  for (const Field<T>& field : fields) {
    names.push_back(field.name);
  }
  names.insert(names.end(), other_keys.begin(), other_keys.end());
  if (!CheckMap(node, names, context)) {
    return;
  }
  for (const Field<T>& field : fields) {
    DecodeField(node, field, target, context);
  }
}

/// The same for a map that has no other keys.
template <class T>
void DecodeFields(const ConfigNode& node, std::type_identity_t<std::span<const Field<T>>> fields,
                  T& target, DecodeContext& context) {
  DecodeFields<T>(node, fields, target, context, {});
}

}  // namespace cartwright
