#include "daemon/app/reindex.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "daemon/app/receipt_index.h"
#include "daemon/app/reindex_run.h"
#include "daemon/app/shop_leases.h"
#include "daemon/state/process_lock.h"

namespace cartwright {
namespace {

bool Same(const Shop& shop, const std::vector<Build>& builds, const ReindexRequest& request) {
  return std::equal(builds.begin(), builds.end(), request.names.begin(), request.names.end(),
                    [&](const Build& build, const std::string& name) {
                      return build.index.name == name &&
                             build.origin == OriginOf(shop, request, name);
                    });
}

/// The kept index to go back to.
Result<Build> PlanRollBack(const Shop& shop, IndexAdmin& admin, const std::string& name) {
  Build build;
  build.index = FindWantedIndex(shop, name);
  CARTWRIGHT_ASSIGN(build.live, LiveIndex(admin, build.index.alias));
  CARTWRIGHT_ASSIGN(std::vector<std::string> kept, PhysicalIndices(admin, build.index, false));
  std::erase_if(kept, [&build](const std::string& physical) { return physical >= build.live; });
  if (build.live.empty() || kept.empty()) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("there is no older index of {} to go back to (indices.keep_old is {})",
                             build.index.alias, shop.config.indices.keep_old)};
  }
  build.physical = kept.back();
  CARTWRIGHT_TRY(CheckServes(admin, build));
  return build;
}

/// Puts the receipt of a reindex that ended well where those of loads are. It needs the lease of a
/// load, because `runs` may be reindexed by somebody else by now.
void KeepReceipt(const Shop& shop, Transport& transport, const Receipt& receipt, Console& console) {
  const auto keep = [&]() -> Status {
    CARTWRIGHT_ASSIGN(const std::vector<std::string> runs,
                      IndexAdmin(transport).AliasTargets(shop.Alias("runs")));
    if (runs.empty()) {
      return {};
    }
    CARTWRIGHT_ASSIGN(const std::unique_ptr<LeaseKeeper> lease,
                      TakeLoadLease(shop, transport, receipt.run_id, {"runs"}));
    return IndexReceipt(shop, transport, receipt);
  };
  const Status kept = keep();
  if (!kept) {
    console.Warning(fmt::format("the reindex succeeded, but its receipt is not in {}: {}",
                                shop.Alias("runs"), kept.error().message));
  }
}

Result<ReindexOutcome> ResumeRun(const ReindexTools& tools, const UnfinishedReindex& unfinished,
                                 const std::vector<Build>& plan) {
  tools.console.Info(fmt::format("going on with the reindex {}, which was cut when it had {}",
                                 unfinished.run_id, ReindexStepName(unfinished.step)));
  ReindexRun run(tools, unfinished.run_id);
  return run.Resume(unfinished, plan);
}

Result<ReindexOutcome> BeginRun(const ReindexTools& tools, const ReindexRequest& request) {
  ReindexRun run(tools, MakeRunId(SystemClock().Now()));
  return run.Begin(request);
}

}  // namespace

Result<ReindexOutcome> RebuildIndices(const Shop& shop, Transport& transport,
                                      const ReindexRequest& request, Console& console,
                                      const ReindexMoments& moments) {
  const std::string& directory = shop.config.state.directory;
  CARTWRIGHT_ASSIGN(const ProcessLock lock,
                    ProcessLock::Take(directory, "reindex", "a reindex of this state folder"));
  CARTWRIGHT_ASSIGN(ReindexJournal journal, ReindexJournal::Open(directory));
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(directory));
  CARTWRIGHT_ASSIGN(const std::optional<UnfinishedReindex> unfinished, journal.Unfinished());
  const ReindexTools tools{shop, transport, console, journal, state, moments};
  if (unfinished) {
    CARTWRIGHT_ASSIGN(const std::vector<Build> plan, ParsePlan(shop, unfinished->plan));
    CARTWRIGHT_ASSIGN(ReindexOutcome outcome, ResumeRun(tools, *unfinished, plan));
    KeepReceipt(shop, transport, outcome.receipt, console);
    if (Same(shop, plan, request)) {
      return outcome;
    }
  }
  CARTWRIGHT_ASSIGN(ReindexOutcome outcome, BeginRun(tools, request));
  KeepReceipt(shop, transport, outcome.receipt, console);
  return outcome;
}

Result<std::vector<AliasChange>> RollBack(const Shop& shop, Transport& transport,
                                          const std::vector<std::string>& names, Console& console) {
  IndexAdmin admin(transport);
  CARTWRIGHT_ASSIGN(
      const std::unique_ptr<LeaseKeeper> lease,
      TakeReindexLease(shop, transport, MakeRunId(SystemClock().Now()), names, console));
  std::vector<Build> builds;
  for (const std::string& name : names) {
    CARTWRIGHT_ASSIGN(Build build, PlanRollBack(shop, admin, name));
    builds.push_back(std::move(build));
  }
  CARTWRIGHT_TRY(SwapAliasesOf(admin, builds, [] {}));
  std::vector<AliasChange> changes;
  for (const Build& build : builds) {
    AliasChange change{build.index.alias, build.live, build.physical, 0, {}};
    CARTWRIGHT_ASSIGN(change.documents, admin.Count(build.physical, ""));
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace cartwright
