#include "daemon/config/config.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "daemon/config/config_file.h"
#include "daemon/config/section_fields.h"
#include "daemon/config/sections.h"
#include "daemon/config/yaml.h"

namespace cartwright {
namespace {

using NamedColumns = std::vector<std::pair<std::string, std::string>>;

void AddNames(const NamedColumns& columns, std::vector<std::string>& names) {
  for (const auto& [name, column] : columns) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
}

Config DecodeConfig(const ConfigNode& root, const ConfigSurroundings& surroundings,
                    DecodeContext& context) {
  Config config;
  CheckMap(root, NamesOf(RootKeys()), context);
  config.shop = DecodeShop(root, context);
  config.elasticsearch = DecodeElasticsearch(root, surroundings, context);
  config.indices = DecodeIndices(root, context);
  config.sources = DecodeSources(root, surroundings, context);
  config.all_analyses = !root.Section("analyses").present();
  config.analyses = DecodeAnalyses(root, context);
  config.schedule = DecodeSchedule(root, context);
  config.limits = DecodeLimits(root, context);
  config.state = DecodeState(root, surroundings, context);
  config.reports = DecodeReports(root, context);
  return config;
}

}  // namespace

std::vector<std::string> Config::ActionNames() const {
  std::vector<std::string> names{"has_sessions", "has_basket", "order_screen", "purchased"};
  for (const SourceConfig& source : sources) {
    if (source.feeds == FeedKind::kSessions) {
      AddNames(source.actions, names);
    }
  }
  return names;
}

std::vector<std::string> Config::DimensionNames() const {
  std::vector<std::string> names;
  for (const SourceConfig& source : sources) {
    if (source.feeds != FeedKind::kCustomers) {
      AddNames(source.dimensions, names);
    }
  }
  return names;
}

std::vector<std::string> Config::CustomerDimensionNames() const {
  std::vector<std::string> names;
  for (const SourceConfig& source : sources) {
    if (source.feeds == FeedKind::kCustomers) {
      AddNames(source.dimensions, names);
    }
  }
  return names;
}

std::vector<std::string> Config::CustomerActionNames() const {
  std::vector<std::string> names;
  for (const SourceConfig& source : sources) {
    if (source.feeds == FeedKind::kCustomers) {
      AddNames(source.actions, names);
    }
  }
  return names;
}

LoadedConfig ParseConfig(std::string_view text, std::string_view file,
                         const SecretSource& secrets) {
  LoadedConfig loaded;
  ParsedYaml parsed = ParseYaml(text);
  if (!parsed.findings.empty()) {
    loaded.findings = std::move(parsed.findings);
    return loaded;
  }
  std::error_code no_folder;  // Of a deleted working folder; relative paths then stay relative.
  const ConfigSurroundings surroundings{
      secrets, std::filesystem::absolute(std::string(file), no_folder).parent_path()};
  DecodeContext context{std::string(file)};
  Config config = DecodeConfig(parsed.root, surroundings, context);
  config.file = std::string(file);
  ValidateConfig(config, parsed.root, context);
  const bool ok = context.ok();
  loaded.findings = context.TakeFindings();
  if (ok) {
    loaded.effective = context.TakeEffective();
    loaded.config = std::move(config);
  }
  return loaded;
}

Result<LoadedConfig> LoadConfig(const std::string& file, const SecretSource& secrets) {
  CARTWRIGHT_ASSIGN(const std::string text, ReadConfigFile(file));
  LoadedConfig loaded = ParseConfig(text, file, secrets);
  if (!loaded.config) {
    std::string message;
    for (const ConfigFinding& finding : loaded.findings) {
      message += (message.empty() ? "" : "\n") + finding.Format(file);
    }
    return Error{ErrorKind::kConfig, std::move(message)};
  }
  return loaded;
}

}  // namespace cartwright
