#include "daemon/app/index_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "daemon/base/check.h"
#include "daemon/elastic/index_dialect.h"
#include "mappings/mappings.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;
using Kind = IndexAction::Kind;

constexpr std::string_view kIndexVersion = "v1";

/// Documents of one row may carry the version that their source declares; composed ones cannot.
std::string VersionKind(const Shop& shop, bool orders) {
  bool any = false;
  for (const SourceConfig& source : shop.config.sources) {
    if ((source.feeds != FeedKind::kCustomers) == orders) {
      any = true;
      if (source.version_column.empty() || source.feeds == FeedKind::kLines ||
          source.feeds == FeedKind::kEvents) {
        return "load_sequence";
      }
    }
  }
  return any ? "column" : "load_sequence";
}

WantedIndex Wanted(const Shop& shop, std::string name, const IndexConfig& settings,
                   const std::string& mapping, std::string version_kind) {
  WantedIndex index{std::move(name), "", settings, "", std::move(version_kind)};
  index.alias = shop.Alias(index.name);
  Json json = Json::parse(mapping);
  json["_meta"]["cartwright"] = {{"schema_version", "1"}, {"version_kind", index.version_kind}};
  index.mapping = json.dump();
  return index;
}

Json SettingValue(const std::string& text) {
  // Elasticsearch takes every setting as text.
  return text;
}

Json ExtraSettings(const WantedIndex& index) {
  Json settings = Json::object();
  for (const auto& [name, value] : index.settings.settings) {
    const bool qualified = name.starts_with("index.");
    settings[qualified ? name : "index." + name] = SettingValue(value);
  }
  return settings;
}

IndexAction Creation(const WantedIndex& index, EpochMillis now) {
  IndexAction action;
  action.kind = Kind::kCreate;
  action.index = index;
  action.physical = PhysicalName(index, now);
  action.method = "PUT";
  action.path = "/" + action.physical;
  action.body = CreateBody(index, {});
  return action;
}

std::string Describe(const MappingDifference& difference) {
  const auto shown = [](const std::string& json) { return json.empty() ? "nothing" : json; };
  return fmt::format("{}: the index has {}, the configuration wants {}", difference.path,
                     shown(difference.live), shown(difference.wanted));
}

/// The version kind and the mapping of a live index against the wanted ones.
Status PlanMapping(IndexAdmin& admin, const WantedIndex& index, const std::string& physical,
                   std::vector<IndexAction>& plan) {
  CARTWRIGHT_ASSIGN(const std::string live, admin.GetMapping(physical));
  CARTWRIGHT_ASSIGN(const ServerInfo server, admin.ProbeServer());
  CARTWRIGHT_ASSIGN(const std::vector<MappingDifference> differences,
                    CompareMapping(live, InDialect(server, index.mapping)));
  IndexAction add{Kind::kAddFields, index, physical, {}, "PUT", "/" + physical + "/_mapping",
                  index.mapping};
  IndexAction rebuild{Kind::kRebuild, index, physical, {}, "", "", ""};
  for (const MappingDifference& difference : differences) {
    (difference.additive ? add : rebuild).differences.push_back(Describe(difference));
  }
  CARTWRIGHT_ASSIGN(const std::string meta_text, admin.GetIndexMeta(physical));
  const Json meta = Json::parse(meta_text, nullptr, false);
  const std::string kind =
      meta.value("/cartwright/version_kind"_json_pointer, std::string("unknown"));
  if (kind != index.version_kind) {
    rebuild.differences.push_back(
        fmt::format("document versions: the index has {}, the configuration wants {}", kind,
                    index.version_kind));
  }
  if (!rebuild.differences.empty()) {
    // Elasticsearch refuses the new fields together with the changed ones; a reindex brings both.
    std::move(add.differences.begin(), add.differences.end(),
              std::back_inserter(rebuild.differences));
    add.differences.clear();
  }
  for (IndexAction& action : {std::ref(add), std::ref(rebuild)}) {
    if (!action.differences.empty()) {
      plan.push_back(std::move(action));
    }
  }
  return {};
}

Status PlanSettings(Transport& transport, const ServerInfo& server, const WantedIndex& index,
                    const std::string& physical, std::vector<IndexAction>& plan) {
  CARTWRIGHT_ASSIGN(const std::string settings, IndexAdmin(transport).GetSettings(physical));
  const Json live = Json::parse(settings);
  const auto live_value = [&live](const std::string& name) {
    return live.value(name, std::string("the default"));
  };
  const std::string shards = live_value("index.number_of_shards");
  if (!server.is_serverless && shards != std::to_string(index.settings.shards)) {
    plan.push_back({Kind::kRebuild,
                    index,
                    physical,
                    {fmt::format("shards: the index has {}, the configuration wants {}", shards,
                                 index.settings.shards)},
                    "",
                    "",
                    ""});
  }
  Json wanted = ExtraSettings(index);
  if (!server.is_serverless) {
    wanted["index.number_of_replicas"] = std::to_string(index.settings.replicas);
  }
  if (!wanted.contains("index.refresh_interval") && live_value("index.refresh_interval") == "-1") {
    // Nothing written would ever be found.
    wanted["index.refresh_interval"] = nullptr;
  }
  IndexAction change{Kind::kChangeSettings,         index, physical, {}, "PUT",
                     "/" + physical + "/_settings", ""};
  Json changed = Json::object();
  for (const auto& [name, value] : wanted.items()) {
    const std::string text = value.is_null() ? "the default" : value.get<std::string>();
    if (live_value(name) != text) {
      changed[name] = value;
      change.differences.push_back(fmt::format("{}: the index has {}, the configuration wants {}",
                                               name, live_value(name), text));
    }
  }
  if (!changed.empty()) {
    change.body = changed.dump();
    plan.push_back(std::move(change));
  }
  return {};
}

Status PlanIndex(Transport& transport, const WantedIndex& index, EpochMillis now,
                 std::vector<IndexAction>& plan) {
  IndexAdmin admin(transport);
  CARTWRIGHT_ASSIGN(const std::vector<std::string> targets, admin.AliasTargets(index.alias));
  if (targets.empty()) {
    CARTWRIGHT_ASSIGN(const bool concrete, admin.IndexExists(index.alias));
    if (concrete) {
      return Error{ErrorKind::kPermanent,
                   fmt::format("\"{}\" is an index, not an alias; cartwright keeps its data behind "
                               "aliases: choose another indices.prefix or remove that index",
                               index.alias)};
    }
    plan.push_back(Creation(index, now));
    return {};
  }
  if (targets.size() > 1) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("the alias \"{}\" points to {} indices ({}, {}, …); it must point to "
                             "one: remove the others from the alias",
                             index.alias, targets.size(), targets[0], targets[1])};
  }
  const std::size_t before = plan.size();
  CARTWRIGHT_TRY(PlanMapping(admin, index, targets[0], plan));
  CARTWRIGHT_ASSIGN(const ServerInfo server, admin.ProbeServer());
  CARTWRIGHT_TRY(PlanSettings(transport, server, index, targets[0], plan));
  if (plan.size() == before) {
    plan.push_back({Kind::kNothing, index, targets[0], {}, "", "", ""});
  }
  return {};
}

}  // namespace

std::vector<WantedIndex> WantedIndices(const Shop& shop) {
  const IndicesConfig& indices = shop.config.indices;
  const std::string sequence = "load_sequence";
  return {
      Wanted(shop, "orders", indices.orders, OrdersMapping(shop.layout), VersionKind(shop, true)),
      Wanted(shop, "downloads", indices.downloads, DownloadsMapping(shop.layout),
             VersionKind(shop, false)),
      Wanted(shop, "reports", indices.reports, std::string(MappingText("reports")), sequence),
      Wanted(shop, "report-rows-latest", indices.report_rows, shop.catalogue.RowMapping(),
             sequence),
      Wanted(shop, "report-rows-history", indices.report_rows, shop.catalogue.RowMapping(),
             sequence),
      Wanted(shop, "customer-values", indices.customer_values,
             shop.catalogue.CustomerValuesMapping(), sequence),
      Wanted(shop, "runs", indices.runs, std::string(MappingText("runs")), sequence),
  };
}

WantedIndex FindWantedIndex(const Shop& shop, std::string_view name) {
  for (WantedIndex& index : WantedIndices(shop)) {
    if (index.name == name) {
      return std::move(index);
    }
  }
  CARTWRIGHT_CHECK(false, "the name of an index of the contract");
  return {};
}

std::string PhysicalName(const WantedIndex& index, EpochMillis now) {
  std::string time = FormatInstant(now);
  std::erase_if(time, [](char c) { return c < '0' || c > '9'; });
  return fmt::format("{}-{}-{}", index.alias, kIndexVersion, time);
}

std::string CreateBody(const WantedIndex& index, const CreateOptions& options) {
  Json body;
  body["settings"] = ExtraSettings(index);
  body["settings"]["index.number_of_shards"] = std::to_string(index.settings.shards);
  body["settings"]["index.number_of_replicas"] =
      options.fast_load ? "0" : std::to_string(index.settings.replicas);
  if (options.fast_load) {
    body["settings"]["index.refresh_interval"] = "-1";
  }
  body["mappings"] = Json::parse(index.mapping);
  body["mappings"]["_meta"]["cartwright"]["state"] = options.state;
  if (!options.run_id.empty()) {
    body["mappings"]["_meta"]["cartwright"]["run_id"] = options.run_id;
  }
  if (options.alias) {
    body["aliases"][index.alias] = {{"is_write_index", true}};
  }
  return body.dump();
}

std::string ServingSettings(const WantedIndex& index) {
  Json settings = ExtraSettings(index);
  settings["index.number_of_replicas"] = std::to_string(index.settings.replicas);
  if (!settings.contains("index.refresh_interval")) {
    settings["index.refresh_interval"] = nullptr;
  }
  return settings.dump();
}

Result<std::vector<IndexAction>> PlanIndices(const Shop& shop, Transport& transport,
                                             EpochMillis now) {
  CARTWRIGHT_ASSIGN(const ServerInfo server, ProbeServer(transport));
  std::vector<IndexAction> plan;
  for (const WantedIndex& index : WantedIndices(shop)) {
    CARTWRIGHT_TRY(PlanIndex(transport, index, now, plan));
  }
  // What a dry run shows is what will be sent.
  for (IndexAction& action : plan) {
    action.body = InDialect(server, action.body);
  }
  return plan;
}

Status ApplyPlan(const std::vector<IndexAction>& plan, Transport& transport) {
  IndexAdmin admin(transport);
  for (const IndexAction& action : plan) {
    switch (action.kind) {
      case Kind::kNothing:
      case Kind::kRebuild:
        break;
      case Kind::kCreate:
        CARTWRIGHT_TRY(admin.CreateIndex(action.physical, action.body));
        break;
      case Kind::kAddFields:
        CARTWRIGHT_TRY(admin.PutMapping(action.physical, action.body));
        break;
      case Kind::kChangeSettings:
        CARTWRIGHT_TRY(admin.PutSettings(action.physical, action.body));
        break;
    }
  }
  return {};
}

Status EnsureIndices(const Shop& shop, Transport& transport, EpochMillis now,
                     std::vector<std::string>& created) {
  CARTWRIGHT_ASSIGN(const std::vector<IndexAction> plan, PlanIndices(shop, transport, now));
  std::string refusal;
  std::vector<IndexAction> creations;
  for (const IndexAction& action : plan) {
    if (action.kind == Kind::kCreate) {
      creations.push_back(action);
      created.push_back(action.physical);
    }
    const bool rebuild = action.kind == Kind::kRebuild;
    for (const std::string& difference : action.differences) {
      refusal += fmt::format("\n  {} ({}): {} — run cartwright {}", action.index.alias,
                             action.physical, difference, rebuild ? "reindex" : "setup");
    }
  }
  if (!refusal.empty()) {
    return Error{ErrorKind::kPermanent,
                 "the indices do not match the configuration; nothing was changed:" + refusal};
  }
  return ApplyPlan(creations, transport);
}

}  // namespace cartwright
