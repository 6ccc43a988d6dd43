#include "daemon/config/config_file.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "daemon/config/yaml.h"

namespace cartwright {

Result<std::string> ReadConfigFile(const std::string& file) {
  std::error_code not_there;
  if (!std::filesystem::is_regular_file(file, not_there)) {
    return Error{
        ErrorKind::kConfig,
        fmt::format("{}: the configuration cannot be read: {}; give its path with --config", file,
                    not_there ? not_there.message() : "not a regular file")};
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMaxConfigBytes + 1, '\0');  // One byte more shows that the file is too long.
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) {
    return Error{ErrorKind::kConfig, fmt::format("{}: the configuration cannot be read", file)};
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace cartwright
