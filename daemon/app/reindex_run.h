#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/app/reindex.h"
#include "daemon/app/reindex_load.h"
#include "daemon/elastic/lease_keeper.h"
#include "daemon/state/reindex_journal.h"

namespace cartwright {

/// Points the aliases of all builds at their new indices in one call, calls `sent`, and reads the
/// aliases back: the answer may be lost while the swap happened, what counts is what they say.
/// Errors: those of the server; kPermanent when they say something else.
Status SwapAliasesOf(IndexAdmin& admin, const std::vector<Build>& builds,
                     const std::function<void()>& sent);

/// Whether the index of a build can stand behind its alias: all its documents can be found and new
/// ones will be. Errors: kPermanent when its refresh is off or it is still being built;
/// kUnavailable when a shard is missing.
Status CheckServes(IndexAdmin& admin, const Build& build);

/// One reindex from its plan to its end: each step happens, then is journalled (`ReindexStep`).
class ReindexRun {
 public:
  ReindexRun(const ReindexTools& tools, std::string run_id);

  Result<ReindexOutcome> Begin(const ReindexRequest& request);
  Result<ReindexOutcome> Resume(const UnfinishedReindex& unfinished,
                                const std::vector<Build>& plan);

 private:
  Status TakeUp(const UnfinishedReindex& unfinished, const std::vector<Build>& plan);
  Status Proceed(ReindexStep done);
  Status Create();
  Status Load();
  Status Verify();
  Status Swap();
  Status Finish();
  Status MarkLive(const Build& build);
  Status RemoveOld(const Build& build, AliasChange& change);
  Status RemoveBuilds();
  Status StillHeld();

  Status Record(ReindexStep step, const std::string& detail = "");
  void Reached(std::string_view moment) const;
  Result<ReindexOutcome> End(Status outcome);
  Status Fail(Status outcome);

  const ReindexTools& tools_;
  const Shop& shop_;
  IndexAdmin admin_;
  SystemClock clock_;
  Receipt receipt_;
  std::vector<Build> builds_;
  LoadedIndices loaded_;
  std::vector<AliasChange> changes_;
  bool resumed_ = false;
  std::unique_ptr<LeaseKeeper> lease_;
};

}  // namespace cartwright
