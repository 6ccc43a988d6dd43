#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/config.h"

namespace cartwright {

/// Variables and files as a test sets them.
class FixedSecrets final : public SecretSource {
 public:
  std::optional<std::string> Environment(std::string_view name) const override {
    const auto found = variables.find(std::string(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::string> File(std::string_view path) const override {
    const auto found = files.find(std::string(path));
    if (found == files.end()) {
      return Error{ErrorKind::kConfig, "no such file: " + std::string(path)};
    }
    return found->second;
  }

  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
};

}  // namespace cartwright
