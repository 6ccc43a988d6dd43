#include "daemon/app/reindex_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/app/shop_leases.h"
#include "daemon/state/reindex_journal.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

Result<Json> CartwrightMeta(IndexAdmin& admin, const std::string& physical) {
  CARTWRIGHT_ASSIGN(const std::string text, admin.GetIndexMeta(physical));
  const Json meta = Json::parse(text, nullptr, false);
  return meta.value("/cartwright"_json_pointer, Json::object());
}

/// Whether sources feed an index; only orders and downloads have any.
bool IsFed(const Shop& shop, const std::string& name) {
  const auto& sources = shop.config.sources;
  return std::any_of(sources.begin(), sources.end(), [&name](const SourceConfig& source) {
    return name == (source.feeds == FeedKind::kCustomers ? "downloads" : "orders");
  });
}

/// A copy carries versions over, so both sides must mean the same by them.
Status CheckVersionKind(IndexAdmin& admin, const Build& build) {
  CARTWRIGHT_ASSIGN(const Json meta, CartwrightMeta(admin, build.live));
  const std::string kind = meta.value("version_kind", std::string("unknown"));
  if (kind == build.index.version_kind) {
    return {};
  }
  return Error{
      ErrorKind::kPermanent,
      fmt::format("the document versions of {} are of the kind {}, the configuration wants "
                  "{}: they cannot be carried over, rebuild {} from the sources",
                  build.live, kind, build.index.version_kind, build.index.name)};
}

Status CheckCopy(IndexAdmin& admin, const Build& build) {
  if (build.live.empty()) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("there is no index behind {} to copy; run cartwright setup",
                             build.index.alias)};
  }
  return CheckVersionKind(admin, build);
}

}  // namespace

Result<std::vector<std::string>> OrderedNames(const Shop& shop, std::vector<std::string> names) {
  std::vector<std::string> ordered;
  for (const WantedIndex& index : WantedIndices(shop)) {
    if (std::erase(names, index.name) > 0) {
      ordered.push_back(index.name);
    }
  }
  if (!names.empty()) {
    std::string known;
    for (const WantedIndex& index : WantedIndices(shop)) {
      known += (known.empty() ? "" : ", ") + index.name;
    }
    return Error{ErrorKind::kUsage,
                 fmt::format("there is no index \"{}\"; there are {}", names.front(), known)};
  }
  return ordered;
}

Origin OriginOf(const Shop& shop, const ReindexRequest& request, const std::string& name) {
  return IsFed(shop, name) ? request.origin : Origin::kIndex;
}

Result<std::string> LiveIndex(IndexAdmin& admin, const std::string& alias) {
  CARTWRIGHT_ASSIGN(const std::vector<std::string> targets, admin.AliasTargets(alias));
  if (targets.size() > 1) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("the alias {} points to {} indices; it must point to one", alias,
                             targets.size())};
  }
  if (!targets.empty()) {
    return targets.front();
  }
  CARTWRIGHT_ASSIGN(const bool concrete, admin.IndexExists(alias));
  if (concrete) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("\"{}\" is an index, not an alias; choose another indices.prefix or "
                             "remove that index",
                             alias)};
  }
  return std::string();
}

Result<std::vector<Build>> PlanBuilds(const Shop& shop, Transport& transport,
                                      const ReindexRequest& request, const std::string& run_id,
                                      EpochMillis now) {
  IndexAdmin admin(transport);
  std::vector<Build> builds;
  for (const std::string& name : request.names) {
    Build build;
    build.index = FindWantedIndex(shop, name);
    build.origin = OriginOf(shop, request, name);
    build.physical = PhysicalName(build.index, now);
    build.body = CreateBody(build.index, {false, true, "building", run_id});
    CARTWRIGHT_ASSIGN(build.live, LiveIndex(admin, build.index.alias));
    if (build.origin == Origin::kIndex) {
      CARTWRIGHT_TRY(CheckCopy(admin, build));
    }
    builds.push_back(std::move(build));
  }
  return builds;
}

std::string PlanJson(const std::vector<Build>& builds) {
  Json plan = Json::array();
  for (const Build& build : builds) {
    plan.push_back({{"name", build.index.name},
                    {"from_index", build.origin == Origin::kIndex},
                    {"physical", build.physical},
                    {"live", build.live},
                    {"body", build.body}});
  }
  return plan.dump();
}

Result<std::vector<Build>> ParsePlan(const Shop& shop, std::string_view text) {
  std::vector<Build> builds;
  try {
    for (const Json& entry : Json::parse(text)) {
      Build build;
      build.index = FindWantedIndex(shop, entry.at("name").get<std::string>());
      build.origin = entry.at("from_index").get<bool>() ? Origin::kIndex : Origin::kSources;
      build.physical = entry.at("physical");
      build.live = entry.at("live");
      build.body = entry.at("body");
      builds.push_back(std::move(build));
    }
  } catch (const Json::exception& exception) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("the reindex journal is damaged: {}", exception.what())};
  }
  return builds;
}

TallyFields TallyFieldsOf(const Shop& shop, const std::string& name) {
  if (name == "orders") {
    return {"session_start_date",
            {"payment_amount", "discount_amount", "tax_amount", "shipping_amount", "refund_amount"},
            shop.currency_exponent};
  }
  if (name == "downloads") {
    return {"download_date", {}, 0};
  }
  if (name == "runs") {
    return {"started_at", {"reports_published", "report_rows_published"}, 0};
  }
  if (name == "reports") {
    return {"report_date", {"rows_read", "rows_used", "row_count"}, 0};
  }
  return {"report_date", {}, 0};
}

Result<std::vector<std::string>> PhysicalIndices(IndexAdmin& admin, const WantedIndex& index,
                                                 bool building) {
  CARTWRIGHT_ASSIGN(const std::vector<std::string> all, admin.ListIndices(index.alias + "-v*-*"));
  CARTWRIGHT_ASSIGN(const std::vector<std::string> live, admin.AliasTargets(index.alias));
  std::vector<std::string> found;
  for (const std::string& physical : all) {
    CARTWRIGHT_ASSIGN(const Json meta, CartwrightMeta(admin, physical));
    const bool is_building = meta.value("state", "") == "building" &&
                             std::find(live.begin(), live.end(), physical) == live.end();
    if (is_building == building) {
      found.push_back(physical);
    }
  }
  return found;
}

Result<std::vector<Orphan>> FindOrphans(const Shop& shop, Transport& transport) {
  IndexAdmin admin(transport);
  CARTWRIGHT_ASSIGN(const std::vector<Lease> running, RunningReindexes(shop, transport));
  CARTWRIGHT_ASSIGN(const ReindexJournal journal,
                    ReindexJournal::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(const std::optional<UnfinishedReindex> unfinished, journal.Unfinished());
  std::vector<Orphan> orphans;
  for (const WantedIndex& index : WantedIndices(shop)) {
    CARTWRIGHT_ASSIGN(const std::vector<std::string> left, PhysicalIndices(admin, index, true));
    for (const std::string& physical : left) {
      CARTWRIGHT_ASSIGN(const Json meta, CartwrightMeta(admin, physical));
      const std::string run_id = meta.value("run_id", "");
      if (std::none_of(running.begin(), running.end(),
                       [&run_id](const Lease& lease) { return lease.run_id == run_id; })) {
        orphans.push_back({physical, run_id, unfinished && unfinished->run_id == run_id});
      }
    }
  }
  return orphans;
}

std::string DescribeOrphan(const Shop& shop, const Orphan& orphan) {
  if (orphan.can_resume) {
    return fmt::format(
        "{} was left by the reindex {}, which was cut: cartwright reindex goes on "
        "with it",
        orphan.physical, orphan.run_id);
  }
  return fmt::format(
      "{} was left by the reindex {}, which did not end: when it runs nowhere else, "
      "delete it with curl -X DELETE {}/{}",
      orphan.physical, orphan.run_id, shop.config.elasticsearch.hosts.front(), orphan.physical);
}

}  // namespace cartwright
