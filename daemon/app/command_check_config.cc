#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/environment.h"
#include "daemon/app/index_plan.h"
#include "daemon/app/server_check.h"
#include "daemon/config/config_file.h"
#include "daemon/publish/terminal_text.h"

namespace cartwright {
namespace {

/// What the server says about a valid configuration.
struct OnlineFindings {
  ServerCheck check;
  std::vector<std::string> notes;  ///< Indices that are missing or differ.
  bool differs = false;            ///< A load would be refused.
};

Result<OnlineFindings> AskServer(const CommonOptions& common) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(const std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic("check-config")));
  OnlineFindings found;
  CARTWRIGHT_ASSIGN(found.check, CheckServer(shop, *transport));
  CARTWRIGHT_ASSIGN(const std::vector<IndexAction> plan,
                    PlanIndices(shop, *transport, SystemClock().Now()));
  for (const IndexAction& action : plan) {
    if (action.kind == IndexAction::Kind::kCreate) {
      found.notes.push_back(action.index.alias +
                            " does not exist yet: cartwright setup creates it");
    }
    found.differs = found.differs || !action.differences.empty();
    for (const std::string& difference : action.differences) {
      found.notes.push_back(
          fmt::format("{}: {} — run cartwright {}", action.index.alias, difference,
                      action.kind == IndexAction::Kind::kRebuild ? "reindex" : "setup"));
    }
  }
  return found;
}

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

void PrintText(const LoadedConfig& loaded, const CommonOptions& common, bool print_effective) {
  for (const ConfigFinding& finding : loaded.findings) {
    fmt::print("{}\n", finding.Format(common.config));
  }
  if (print_effective) {
    for (const EffectiveValue& value : loaded.effective) {
      fmt::print("{:<44} {:<32} {}\n", value.path, EscapeForTerminal(value.value), value.origin);
    }
  }
  if (loaded.config && !common.quiet) {
    fmt::print("{}: valid; sources: {}, jobs: {}\n", common.config, loaded.config->sources.size(),
               loaded.config->schedule.size());
  }
}

void PrintOnline(const OnlineFindings& online) {
  fmt::print("server: {} {}\n", online.check.server.distribution, online.check.server.version);
  for (const std::string& warning : online.check.warnings) {
    fmt::print("warning: {}\n", warning);
  }
  for (const std::string& note : online.notes) {
    fmt::print("{}\n", note);
  }
}

}  // namespace

Result<int> CheckConfigCommand(const CommonOptions& common, const CheckConfigOptions& options) {
  CARTWRIGHT_ASSIGN(const std::string text, ReadConfigFile(common.config));
  const SystemSecrets secrets;
  const LoadedConfig loaded = CheckConfiguration(text, common.config, secrets);
  int code = loaded.config ? 0 : ExitCode(ErrorKind::kConfig);
  OnlineFindings online;
  if (options.online && loaded.config) {
    CARTWRIGHT_ASSIGN(online, AskServer(common));
    code = online.differs ? 1 : 0;
  }
  if (common.json) {
    nlohmann::json json = ToJson(loaded, common.config, options.print_effective);
    if (options.online && loaded.config) {
      json["server"] = {{"distribution", online.check.server.distribution},
                        {"version", online.check.server.version},
                        {"warnings", online.check.warnings},
                        {"indices", online.notes}};
    }
    fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return code;
  }
  PrintText(loaded, common, options.print_effective);
  if (options.online && loaded.config) {
    PrintOnline(online);
  }
  return code;
}

}  // namespace cartwright
