#include "daemon/config/node.h"

namespace cartwright {

const ConfigNode* ConfigNode::Find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) {
      return &value;
    }
  }
  return nullptr;
}

ConfigNode ConfigNode::Section(std::string_view name) const {
  if (const ConfigNode* found = Find(name)) {
    return *found;
  }
  ConfigNode missing;
  missing.path = ChildPath(name);
  missing.line = missing.key_line = line;
  missing.column = missing.key_column = column;
  return missing;
}

std::string ConfigNode::ChildPath(std::string_view name) const {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

}  // namespace cartwright
