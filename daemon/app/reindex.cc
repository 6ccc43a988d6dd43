#include "daemon/app/reindex.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/app/environment.h"

namespace cartwright {
namespace {

constexpr std::chrono::seconds kHealthTimeout{60};

/// An index that is being built beside the live one.
struct Build {
  WantedIndex index;
  std::string physical;
  std::string live;  ///< Behind the alias now; empty when there is none.
};

Result<std::string> LiveIndex(IndexAdmin& admin, const WantedIndex& index) {
  CARTWRIGHT_ASSIGN(const std::vector<std::string> targets, admin.AliasTargets(index.alias));
  if (targets.size() > 1) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("the alias {} points to {} indices; it must point to one", index.alias,
                             targets.size())};
  }
  if (!targets.empty()) {
    return targets.front();
  }
  CARTWRIGHT_ASSIGN(const bool concrete, admin.IndexExists(index.alias));
  if (concrete) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("\"{}\" is an index, not an alias; choose another indices.prefix or "
                             "remove that index",
                             index.alias)};
  }
  return std::string();
}

Result<bool> IsBuilding(IndexAdmin& admin, const std::string& physical) {
  CARTWRIGHT_ASSIGN(const std::string meta_text, admin.GetIndexMeta(physical));
  const nlohmann::json meta = nlohmann::json::parse(meta_text, nullptr, false);
  return meta.value("/cartwright/state"_json_pointer, std::string()) == "building";
}

/// The physical indices of one logical index that are (or are not) still being built, oldest
/// first: their names end in their time.
Result<std::vector<std::string>> PhysicalIndices(IndexAdmin& admin, const WantedIndex& index,
                                                 bool building) {
  CARTWRIGHT_ASSIGN(const std::vector<std::string> all, admin.ListIndices(index.alias + "-v*-*"));
  std::vector<std::string> found;
  for (const std::string& physical : all) {
    CARTWRIGHT_ASSIGN(const bool is_building, IsBuilding(admin, physical));
    if (is_building == building) {
      found.push_back(physical);
    }
  }
  return found;
}

Status MarkLive(IndexAdmin& admin, const Build& build, const std::string& run_id) {
  nlohmann::json mapping = nlohmann::json::parse(build.index.mapping);
  mapping["_meta"]["cartwright"]["state"] = "live";
  mapping["_meta"]["cartwright"]["run_id"] = run_id;
  nlohmann::json meta;
  meta["_meta"] = mapping["_meta"];
  return admin.PutMapping(build.physical, meta.dump());
}

/// The checks between loading and swapping: what was built is what is there.
Status Verify(IndexAdmin& admin, const Build& build, const Books& books) {
  const auto book = std::find_if(
      books.indices.begin(), books.indices.end(),
      [&build](const IndexBook& candidate) { return candidate.name == build.physical; });
  const std::int64_t wanted =
      book == books.indices.end() ? 0 : book->built - book->conflicted - book->rejected;
  CARTWRIGHT_ASSIGN(const std::int64_t there, admin.Count(build.physical, ""));
  if (there != wanted) {
    return Error{
        ErrorKind::kPermanent,
        fmt::format("{} holds {} documents, but {} were built: the alias {} was left as it "
                    "is",
                    build.physical, there, wanted, build.index.alias)};
  }
  CARTWRIGHT_TRY(admin.PutSettings(build.physical, ServingSettings(build.index)));
  return admin.WaitForHealth(build.physical, "yellow", kHealthTimeout);
}

Result<AliasChange> Swap(IndexAdmin& admin, const Build& build) {
  std::vector<std::string> remove;
  if (!build.live.empty()) {
    remove.push_back(build.live);
  }
  const Status swapped = admin.SwapAlias(build.index.alias, remove, build.physical);
  // The answer may be lost while the swap happened: what counts is what the alias says.
  CARTWRIGHT_ASSIGN(const std::vector<std::string> targets, admin.AliasTargets(build.index.alias));
  if (targets != std::vector<std::string>{build.physical}) {
    CARTWRIGHT_TRY(swapped);
    return Error{ErrorKind::kPermanent, fmt::format("the alias {} does not point to {} after the "
                                                    "swap",
                                                    build.index.alias, build.physical)};
  }
  AliasChange change{build.index.alias, build.live, build.physical, 0, {}};
  CARTWRIGHT_ASSIGN(change.documents, admin.Count(build.physical, ""));
  return change;
}

/// Deletes kept indices beyond the configured number; never the live one.
Status RemoveOld(IndexAdmin& admin, const Shop& shop, const Build& build, AliasChange& change) {
  CARTWRIGHT_ASSIGN(std::vector<std::string> all, PhysicalIndices(admin, build.index, false));
  std::erase(all, build.physical);
  const auto keep = static_cast<std::size_t>(shop.config.indices.keep_old);
  for (std::size_t i = 0; i + keep < all.size(); ++i) {
    CARTWRIGHT_TRY(admin.DeleteIndex(all[i]));
    change.removed.push_back(all[i]);
  }
  return {};
}

Status LoadBuilds(const Shop& shop, Transport& transport, const std::vector<Build>& builds,
                  Console& console, Receipt& receipt) {
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(receipt.load_sequence, state.NextLoadSequence(receipt.started_at));
  LoadTarget target{transport, shop.Bulk(), receipt.load_sequence, "", ""};
  target.bulk.require_alias = false;
  std::vector<std::size_t> sources;
  for (const Build& build : builds) {
    const bool orders = build.index.name == "orders";
    (orders ? target.orders : target.downloads) = build.physical;
    for (std::size_t i = 0; i < shop.config.sources.size(); ++i) {
      if ((shop.config.sources[i].feeds != FeedKind::kCustomers) == orders) {
        sources.push_back(i);
      }
    }
  }
  std::sort(sources.begin(), sources.end());
  const LoadJob job{shop.config,
                    shop.layout,
                    state,
                    receipt.run_id,
                    receipt.started_at,
                    sources,
                    SourceOpener(shop.config),
                    [&console](const ProgressPoint& point) { console.Progress(point); },
                    &StopWasRequested,
                    [&console](const std::string& note) { console.Info(note); }};
  CARTWRIGHT_TRY(LoadIntoElasticsearch(job, target, receipt.books));
  console.EndPhase();
  return {};
}

Result<std::vector<AliasChange>> BuildAndSwap(const Shop& shop, Transport& transport,
                                              const std::vector<Build>& builds, Console& console,
                                              Receipt& receipt) {
  IndexAdmin admin(transport);
  for (const Build& build : builds) {
    console.Info(fmt::format("building {} beside {}", build.physical,
                             build.live.empty() ? "nothing" : build.live));
    CARTWRIGHT_TRY(admin.CreateIndex(
        build.physical, CreateBody(build.index, {false, true, "building", receipt.run_id})));
  }
  CARTWRIGHT_TRY(LoadBuilds(shop, transport, builds, console, receipt));
  for (const Build& build : builds) {
    CARTWRIGHT_TRY(Verify(admin, build, receipt.books));
    CARTWRIGHT_TRY(MarkLive(admin, build, receipt.run_id));
  }
  std::vector<AliasChange> changes;
  for (const Build& build : builds) {
    CARTWRIGHT_ASSIGN(AliasChange change, Swap(admin, build));
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace

Result<std::vector<AliasChange>> RebuildIndices(const Shop& shop, Transport& transport,
                                                const std::vector<std::string>& names,
                                                Console& console, Receipt& receipt) {
  IndexAdmin admin(transport);
  std::vector<Build> builds;
  for (const std::string& name : names) {
    Build build{FindWantedIndex(shop, name), "", ""};
    build.physical = PhysicalName(build.index, receipt.started_at);
    CARTWRIGHT_ASSIGN(build.live, LiveIndex(admin, build.index));
    builds.push_back(std::move(build));
  }
  Result<std::vector<AliasChange>> changes =
      BuildAndSwap(shop, transport, builds, console, receipt);
  if (!changes) {
    for (const Build& build : builds) {
      const Result<std::vector<std::string>> targets = admin.AliasTargets(build.index.alias);
      const bool is_live =
          !targets || std::find(targets->begin(), targets->end(), build.physical) != targets->end();
      const Result<bool> exists = admin.IndexExists(build.physical);
      if (!is_live && exists && *exists && !admin.DeleteIndex(build.physical)) {
        console.Warning(fmt::format("{} could not be removed; delete it by hand", build.physical));
      }
    }
    return changes;
  }
  for (std::size_t i = 0; i < builds.size(); ++i) {
    CARTWRIGHT_TRY(RemoveOld(admin, shop, builds[i], (*changes)[i]));
  }
  return changes;
}

Result<std::vector<AliasChange>> RollBack(const Shop& shop, Transport& transport,
                                          const std::vector<std::string>& names) {
  IndexAdmin admin(transport);
  std::vector<Build> builds;
  for (const std::string& name : names) {
    Build build{FindWantedIndex(shop, name), "", ""};
    CARTWRIGHT_ASSIGN(build.live, LiveIndex(admin, build.index));
    CARTWRIGHT_ASSIGN(std::vector<std::string> all, PhysicalIndices(admin, build.index, false));
    std::erase_if(all, [&build](const std::string& physical) { return physical >= build.live; });
    if (build.live.empty() || all.empty()) {
      return Error{
          ErrorKind::kPermanent,
          fmt::format("there is no older index of {} to go back to (indices.keep_old is {})",
                      build.index.alias, shop.config.indices.keep_old)};
    }
    build.physical = all.back();
    builds.push_back(std::move(build));
  }
  std::vector<AliasChange> changes;
  for (const Build& build : builds) {
    CARTWRIGHT_ASSIGN(AliasChange change, Swap(admin, build));
    changes.push_back(std::move(change));
  }
  return changes;
}

Result<std::vector<std::string>> FindOrphans(const Shop& shop, Transport& transport) {
  IndexAdmin admin(transport);
  std::vector<std::string> orphans;
  for (const WantedIndex& index : WantedIndices(shop)) {
    CARTWRIGHT_ASSIGN(const std::vector<std::string> left, PhysicalIndices(admin, index, true));
    orphans.insert(orphans.end(), left.begin(), left.end());
  }
  return orphans;
}

}  // namespace cartwright
