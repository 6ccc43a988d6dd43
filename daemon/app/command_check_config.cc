#include <fmt/core.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/app/commands.h"
#include "daemon/app/environment.h"

namespace cartwright {
namespace {

nlohmann::json ToJson(const LoadedConfig& loaded, const std::string& file, bool print_effective) {
  nlohmann::json json{{"file", file}, {"ok", loaded.config.has_value()}};
  json["findings"] = nlohmann::json::array();
  for (const ConfigFinding& finding : loaded.findings) {
    json["findings"].push_back({{"severity", finding.is_warning ? "warning" : "error"},
                                {"line", finding.line},
                                {"column", finding.column},
                                {"path", finding.path},
                                {"message", finding.message}});
  }
  if (print_effective) {
    json["effective"] = nlohmann::json::array();
    for (const EffectiveValue& value : loaded.effective) {
      json["effective"].push_back(
          {{"path", value.path}, {"value", value.value}, {"origin", value.origin}});
    }
  }
  return json;
}

}  // namespace

Result<int> CheckConfigCommand(const CommonOptions& common, bool print_effective) {
  std::ifstream stream(common.config, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return Error{ErrorKind::kConfig, fmt::format("cannot read the configuration {}; give its path "
                                                 "with --config",
                                                 common.config)};
  }
  const SystemSecrets secrets;
  const LoadedConfig loaded = CheckConfiguration(text.str(), common.config, secrets);
  const int code = loaded.config ? 0 : ExitCode(ErrorKind::kConfig);
  if (common.json) {
    fmt::print("{}\n", ToJson(loaded, common.config, print_effective)
                           .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return code;
  }
  for (const ConfigFinding& finding : loaded.findings) {
    fmt::print("{}{}\n", finding.is_warning ? "warning: " : "", finding.Format(common.config));
  }
  if (print_effective) {
    for (const EffectiveValue& value : loaded.effective) {
      fmt::print("{:<44} {:<32} {}\n", value.path, value.value, value.origin);
    }
  }
  if (loaded.config && !common.quiet) {
    fmt::print("{}: valid: {} sources, {} jobs\n", common.config, loaded.config->sources.size(),
               loaded.config->schedule.size());
  }
  return code;
}

}  // namespace cartwright
