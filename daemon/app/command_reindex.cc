#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "daemon/app/commands.h"
#include "daemon/app/reindex.h"
#include "daemon/elastic/index_stats.h"

namespace cartwright {
namespace {

using Json = nlohmann::ordered_json;

Result<ReindexRequest> RequestOf(const Shop& shop, const ReindexOptions& options) {
  ReindexRequest request;
  request.origin = options.from == "index" ? Origin::kIndex : Origin::kSources;
  std::vector<std::string> names = options.indices;
  if (names == std::vector<std::string>{"all"}) {
    names.clear();
    for (const WantedIndex& index : WantedIndices(shop)) {
      names.push_back(index.name);
    }
  }
  if (names.empty()) {
    for (const SourceConfig& source : shop.config.sources) {
      const std::string name = source.feeds == FeedKind::kCustomers ? "downloads" : "orders";
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  CARTWRIGHT_ASSIGN(request.names, OrderedNames(shop, std::move(names)));
  return request;
}

/// Where the documents of a build come from, with sizes.
Result<Json> OriginJson(const Shop& shop, Transport& transport, const Build& build) {
  if (build.origin == Origin::kIndex) {
    CARTWRIGHT_ASSIGN(const IndexStats stats, ReadIndexStats(transport, build.live));
    return Json{
        {"index", build.live}, {"documents", stats.documents}, {"bytes", stats.store_bytes}};
  }
  Json sources = Json::array();
  for (const SourceConfig& source : shop.config.sources) {
    if ((source.feeds != FeedKind::kCustomers) == (build.index.name == "orders")) {
      std::error_code failure;
      const std::uintmax_t bytes = std::filesystem::file_size(source.csv.path, failure);
      sources.push_back({{"name", source.name},
                         {"file", source.csv.path},
                         {"bytes", failure ? Json() : Json(bytes)}});
    }
  }
  return Json{{"sources", sources}};
}

Result<Json> BuildJson(const Shop& shop, Transport& transport, const Build& build) {
  Json json{{"alias", build.index.alias}, {"build", build.physical}};
  json["live"] = nullptr;
  if (!build.live.empty()) {
    CARTWRIGHT_ASSIGN(const IndexStats stats, ReadIndexStats(transport, build.live));
    json["live"] = {
        {"index", build.live}, {"documents", stats.documents}, {"bytes", stats.store_bytes}};
  }
  CARTWRIGHT_ASSIGN(json["from"], OriginJson(shop, transport, build));
  json["request"] = {
      {"method", "PUT"}, {"path", "/" + build.physical}, {"body", Json::parse(build.body)}};
  return json;
}

void PrintPlanText(const Json& build) {
  const auto size = [](const Json& index) {
    return fmt::format("{} ({} documents, {} bytes)", index["index"].get<std::string>(),
                       index["documents"].dump(), index["bytes"].dump());
  };
  const Json& from = build["from"];
  fmt::print("{}\n    live: {}\n", build["alias"].get<std::string>(),
             build["live"].is_null() ? "nothing yet" : size(build["live"]));
  if (from.contains("index")) {
    fmt::print("    copied from {}\n", size(from));
  }
  for (const Json& source : from.value("sources", Json::array())) {
    fmt::print("    from the source {}: {} ({} bytes)\n", source["name"].get<std::string>(),
               source["file"].get<std::string>(),
               source["bytes"].is_null() ? "?" : source["bytes"].dump());
  }
  fmt::print("    PUT {}\n    {}\n", build["request"]["path"].get<std::string>(),
             build["request"]["body"].dump());
}

Result<int> DryRun(const CommonOptions& common, const Shop& shop, Transport& transport,
                   const ReindexRequest& request) {
  const EpochMillis now = SystemClock().Now();
  CARTWRIGHT_ASSIGN(const std::vector<Build> builds,
                    PlanBuilds(shop, transport, request, MakeRunId(now), now));
  Json plan = Json::array();
  for (const Build& build : builds) {
    CARTWRIGHT_ASSIGN(Json json, BuildJson(shop, transport, build));
    plan.push_back(std::move(json));
  }
  if (common.json) {
    fmt::print("{}\n", plan.dump());
    return 0;
  }
  for (const Json& build : plan) {
    PrintPlanText(build);
  }
  fmt::print(
      "then: load, verify, swap all aliases in one call, keep {} old; nothing was changed "
      "(--dry-run)\n",
      shop.config.indices.keep_old);
  return 0;
}

Json ChangesJson(const std::vector<AliasChange>& changes) {
  Json list = Json::array();
  for (const AliasChange& change : changes) {
    list.push_back({{"alias", change.alias},
                    {"before", change.before},
                    {"after", change.after},
                    {"documents", change.documents},
                    {"removed", change.removed}});
  }
  return list;
}

void PrintJson(const ReindexOutcome& outcome, const std::vector<Orphan>& orphans) {
  Json json{{"aliases", ChangesJson(outcome.changes)}, {"resumed", outcome.resumed}};
  json["orphans"] = Json::array();
  for (const Orphan& orphan : orphans) {
    json["orphans"].push_back(orphan.physical);
  }
  if (!outcome.receipt.status.empty()) {
    json["receipt"] = Json::parse(ReceiptJson(outcome.receipt));
  }
  fmt::print("{}\n", json.dump());
}

void PrintText(const Shop& shop, const ReindexOutcome& outcome,
               const std::vector<Orphan>& orphans) {
  if (!outcome.receipt.status.empty()) {
    fmt::print("{}\n", ReceiptText(outcome.receipt));
  }
  for (const AliasChange& change : outcome.changes) {
    fmt::print("{} -> {} ({} documents){}\n", change.alias, change.after, change.documents,
               change.before.empty() ? "" : ", before: " + change.before);
    for (const std::string& removed : change.removed) {
      fmt::print("    deleted {}\n", removed);
    }
  }
  for (const Orphan& orphan : orphans) {
    fmt::print("{}\n", DescribeOrphan(shop, orphan));
  }
}

}  // namespace

Result<int> ReindexCommand(const CommonOptions& common, const ReindexOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(const ReindexRequest request, RequestOf(shop, options));
  Console console(common.quiet);
  CARTWRIGHT_ASSIGN(const std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic("reindex")));
  CARTWRIGHT_TRY(IndexAdmin(*transport).ProbeServer());
  if (options.dry_run) {
    return DryRun(common, shop, *transport, request);
  }
  ReindexOutcome outcome;
  if (options.rollback) {
    CARTWRIGHT_ASSIGN(outcome.changes, RollBack(shop, *transport, request.names, console));
  } else {
    CARTWRIGHT_ASSIGN(outcome, RebuildIndices(shop, *transport, request, console));
  }
  CARTWRIGHT_ASSIGN(const std::vector<Orphan> orphans, FindOrphans(shop, *transport));
  if (common.json) {
    PrintJson(outcome, orphans);
  } else {
    PrintText(shop, outcome, orphans);
  }
  return 0;
}

}  // namespace cartwright
