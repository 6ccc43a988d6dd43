#pragma once

#include <string_view>
#include <vector>

#include "daemon/config/finding.h"
#include "daemon/config/node.h"

namespace cartwright {

/// What a YAML text gave. With a finding in it the tree is not to be used.
struct ParsedYaml {
  ConfigNode root;
  std::vector<ConfigFinding> findings;  ///< In file order.
};

inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
inline constexpr int kMaxConfigDepth = 50;

/// Reads one YAML document whose root is a map into a tree with places and paths.
///
/// Stricter than YAML: duplicate keys, anchors, aliases, merge keys, tags, a second document, tabs
/// in indentation, NUL, invalid UTF-8, an empty file, nesting deeper than kMaxConfigDepth and texts
/// above kMaxConfigBytes are findings. Messages never repeat a value, which could be a secret.
ParsedYaml ParseYaml(std::string_view text);

}  // namespace cartwright
