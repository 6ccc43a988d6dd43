#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cartwright {

struct ConfigMember;

/// A YAML value with its place, free of the YAML library: what a section decodes from. Values only;
/// aliases, duplicate keys and tags were refused before.
struct ConfigNode {
  enum class Kind { kMissing, kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kMissing;
  std::string scalar;
  bool quoted = false;  ///< The scalar was written in quotes: text, never a number or boolean.
  std::vector<ConfigNode> items;
  std::vector<ConfigMember> members;  ///< In file order.
  int line = 0;                       ///< From 1; of the value.
  int column = 0;
  int key_line = 0;  ///< Of the key that leads to this value.
  int key_column = 0;
  std::string path;  ///< "analyses.funnel.window_hours", "sources[0].key".

  const ConfigNode* Find(std::string_view name) const;
  /// A copy of the member, or a kMissing node that has the member's path and this node's place.
  ConfigNode Section(std::string_view name) const;
  /// "shop.currency" for the member `currency` of `shop`.
  std::string ChildPath(std::string_view name) const;
  bool present() const { return kind != Kind::kMissing && kind != Kind::kNull; }
};

/// One `name: value` of a map.
struct ConfigMember {
  std::string name;
  ConfigNode value;
};

}  // namespace cartwright
