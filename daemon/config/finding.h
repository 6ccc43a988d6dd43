#pragma once

#include <string>
#include <string_view>

namespace cartwright {

/// One finding: `file:line:column: path: what (value), what to do`.
struct ConfigFinding {
  bool is_warning = false;
  int line = 0;  ///< From 1; 0 when the finding is about the whole file.
  int column = 0;
  std::string path;
  std::string message;
  std::string Format(std::string_view file) const;
};

/// One effective value for `--print-effective`.
struct EffectiveValue {
  std::string path;
  std::string value;   ///< Secrets as "***".
  std::string origin;  ///< "file:line" or "default".
};

}  // namespace cartwright
