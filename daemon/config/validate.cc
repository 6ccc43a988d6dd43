#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "daemon/base/action_bits.h"
#include "daemon/base/calendar.h"
#include "daemon/base/money.h"
#include "daemon/config/sections.h"

namespace cartwright {
namespace {

void CheckAsOf(const Config& config, const ConfigNode& shop, DecodeContext& context) {
  const std::string& as_of = config.shop.as_of;
  if (as_of != "now" && as_of != "latest_record" && !ParseDay(as_of)) {
    constexpr std::string_view kNames[] = {"now", "latest_record"};
    const ConfigNode node = shop.Section("as_of");
    context.Refuse(node, fmt::format("expected now, latest_record or a day YYYY-MM-DD, {}{}",
                                     DescribeFound(node), SuggestName(as_of, kNames)));
  }
}

void ValidateShop(const Config& config, const ConfigNode& root, DecodeContext& context) {
  const ConfigNode shop = root.Section("shop");
  if (const auto exponent = CurrencyExponent(config.shop.currency); !exponent) {
    context.Refuse(shop.Section("currency"), exponent.error().message);
  }
  if (const auto zone = TimeZone::Find(config.shop.time_zone); !zone) {
    context.Refuse(shop.Section("time_zone"), zone.error().message);
  }
  CheckAsOf(config, shop, context);
}

void ValidatePrefix(const Config& config, const ConfigNode& root, DecodeContext& context) {
  const std::string& prefix = config.indices.prefix;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const ConfigNode node = root.Section("indices").Section("prefix");
  if (!std::all_of(prefix.begin(), prefix.end(), allowed)) {
    context.Refuse(node, fmt::format("expected lower-case letters, digits, '.', '_' and '-', {}",
                                     DescribeFound(node)));
  } else if (!prefix.empty() && std::string_view("_-.").find(prefix[0]) != std::string_view::npos) {
    context.Refuse(node, fmt::format("an index name must not begin with '_', '-' or '.', {}",
                                     DescribeFound(node)));
  }
}

std::vector<std::string_view> SourceNames(const Config& config) {
  std::vector<std::string_view> names;
  for (const SourceConfig& source : config.sources) {
    if (!source.name.empty()) {
      names.push_back(source.name);
    }
  }
  return names;
}

std::vector<std::string_view> AnalysisNames(const Config& config) {
  std::vector<std::string_view> names;
  for (const AnalysisConfig& analysis : config.analyses) {
    if (std::find(names.begin(), names.end(), analysis.name) == names.end()) {
      names.push_back(analysis.name);
    }
  }
  return names;
}

void CheckReferences(const ConfigNode& list, std::string_view what,
                     std::span<const std::string_view> names, DecodeContext& context) {
  for (const ConfigNode& item : list.items) {
    if (std::find(names.begin(), names.end(), item.scalar) == names.end()) {
      context.Refuse(item, fmt::format("there is no {} named \"{}\"{}", what, item.scalar,
                                       SuggestName(item.scalar, names)));
    }
  }
}

void ValidateSchedule(const Config& config, const ConfigNode& root, DecodeContext& context) {
  const ConfigNode section = root.Section("schedule");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < config.schedule.size(); ++i) {
    const JobConfig& job = config.schedule[i];
    const ConfigNode& node = section.items[i];
    if (!job.name.empty() && !IsSimpleName(job.name)) {
      context.Refuse(node.Section("name"),
                     fmt::format("the name of a job is lower-case letters, digits and _, beginning "
                                 "with a letter, {}",
                                 DescribeFound(node.Section("name"))));
    } else if (!job.name.empty() && !seen.insert(job.name).second) {
      context.Refuse(node.Section("name"),
                     fmt::format("another job is named \"{}\" already", job.name));
    }
    CheckReferences(node.Section("load"), "source", SourceNames(config), context);
    if (!config.all_analyses) {  // Otherwise the registry knows the names.
      CheckReferences(node.Section("analyse"), "declared analysis", AnalysisNames(config), context);
    }
  }
}

}  // namespace

void ValidateConfig(const Config& config, const ConfigNode& root, DecodeContext& context) {
  ValidateShop(config, root, context);
  ValidatePrefix(config, root, context);
  ValidateSources(config, root, context);
  if (config.ActionNames().size() > kMaxActions) {
    context.RefuseKey(root.Section("sources"),
                      fmt::format("the sources name {} actions, has_sessions, has_basket, "
                                  "order_screen and purchased included; at most {} are possible",
                                  config.ActionNames().size(), kMaxActions));
  }
  ValidateSchedule(config, root, context);
  if (config.state.directory.empty()) {
    context.Refuse(root.Section("state").Section("directory"), "name a folder");
  }
}

}  // namespace cartwright
