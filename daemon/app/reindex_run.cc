#include "daemon/app/reindex_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/app/environment.h"
#include "daemon/app/shop_leases.h"
#include "daemon/elastic/index_stats.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kHealthTimeout{60};

/// Which indices serve now.
enum class Serving { kOld, kNew };

/// Errors: those of the server; kPermanent when some aliases point to the new indices and some not.
Result<Serving> WhoServes(IndexAdmin& admin, const std::vector<Build>& builds) {
  std::size_t swapped = 0;
  std::string elsewhere;
  for (const Build& build : builds) {
    CARTWRIGHT_ASSIGN(const std::vector<std::string> targets,
                      admin.AliasTargets(build.index.alias));
    if (targets == std::vector<std::string>{build.physical}) {
      ++swapped;
    } else {
      elsewhere = build.index.alias;
    }
  }
  if (swapped == 0 || swapped == builds.size()) {
    return swapped == 0 ? Serving::kOld : Serving::kNew;
  }
  return Error{ErrorKind::kPermanent,
               fmt::format("somebody else has changed the aliases: {} does not point to the new "
                           "index, others do; set them by hand",
                           elsewhere)};
}

}  // namespace

Status SwapAliasesOf(IndexAdmin& admin, const std::vector<Build>& builds,
                     const std::function<void()>& sent) {
  std::vector<AliasSwap> swaps;
  for (const Build& build : builds) {
    AliasSwap swap{build.index.alias, {}, build.physical};
    if (!build.live.empty()) {
      swap.remove.push_back(build.live);
    }
    swaps.push_back(std::move(swap));
  }
  const Status answer = admin.SwapAliases(swaps);
  sent();
  CARTWRIGHT_ASSIGN(const Serving serving, WhoServes(admin, builds));
  if (serving == Serving::kNew) {
    return {};
  }
  CARTWRIGHT_TRY(answer);
  return Error{ErrorKind::kPermanent,
               fmt::format("the server says that it has swapped the aliases, but {} does not point "
                           "to {}",
                           builds.front().index.alias, builds.front().physical)};
}

Status CheckServes(IndexAdmin& admin, const Build& build) {
  CARTWRIGHT_TRY(admin.WaitForHealth(build.physical, "yellow", kHealthTimeout));
  CARTWRIGHT_ASSIGN(const std::string text, admin.GetSettings(build.physical));
  const Json settings = Json::parse(text, nullptr, false);
  const std::string refresh = settings.value("index.refresh_interval", "");
  const auto& wanted = build.index.settings.settings;
  const bool wants_none =
      wanted.contains("refresh_interval") || wanted.contains("index.refresh_interval");
  if (refresh == "-1" && !wants_none) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("{} would never refresh (index.refresh_interval is -1): new documents "
                             "would not be found; it was not published",
                             build.physical)};
  }
  CARTWRIGHT_TRY(admin.Count(build.physical, ""));
  return {};
}

ReindexRun::ReindexRun(const ReindexTools& tools, std::string run_id)
    : tools_(tools), shop_(tools.shop), admin_(tools.transport) {
  receipt_.run_id = std::move(run_id);
  receipt_.kind = "reindex";
  receipt_.generator = shop_.generator;
  receipt_.started_at = clock_.Now();
}

Result<ReindexOutcome> ReindexRun::Begin(const ReindexRequest& request) {
  CARTWRIGHT_TRY(tools_.state.StartRun(
      {receipt_.run_id, receipt_.kind, "running", receipt_.started_at, {}, {}}));
  const auto begin = [&]() -> Status {
    CARTWRIGHT_ASSIGN(lease_, TakeReindexLease(shop_, tools_.transport, receipt_.run_id,
                                               request.names, tools_.console));
    CARTWRIGHT_ASSIGN(builds_, PlanBuilds(shop_, tools_.transport, request, receipt_.run_id,
                                          receipt_.started_at));
    CARTWRIGHT_TRY(Record(ReindexStep::kBegun, PlanJson(builds_)));
    return Proceed(ReindexStep::kBegun);
  };
  return End(begin());
}

Result<ReindexOutcome> ReindexRun::Resume(const UnfinishedReindex& unfinished,
                                          const std::vector<Build>& plan) {
  resumed_ = true;
  builds_ = plan;
  return End(TakeUp(unfinished, plan));
}

Status ReindexRun::TakeUp(const UnfinishedReindex& unfinished, const std::vector<Build>& plan) {
  const SystemClock clock;
  IndexLeases leases(tools_.transport, LeaseIndex(shop_), clock);
  // Whoever writes to the indices removes a lease that ran out: while it is there the live indices
  // are as they were.
  CARTWRIGHT_ASSIGN(const std::optional<Lease> held, leases.Find(receipt_.run_id));
  std::vector<std::string> names;
  names.reserve(plan.size());
  for (const Build& build : plan) {
    names.push_back(build.index.name);
  }
  CARTWRIGHT_ASSIGN(
      lease_, TakeReindexLease(shop_, tools_.transport, receipt_.run_id, names, tools_.console));
  CARTWRIGHT_ASSIGN(const Serving serving, WhoServes(admin_, plan));
  if (serving == Serving::kNew) {
    CARTWRIGHT_TRY(Record(ReindexStep::kSwapped));
    return Proceed(ReindexStep::kSwapped);
  }
  const bool same_bodies = std::all_of(plan.begin(), plan.end(), [this](const Build& build) {
    return build.body == CreateBody(build.index, {false, true, "building", receipt_.run_id});
  });
  if (held && same_bodies && unfinished.step >= ReindexStep::kLoaded) {
    CARTWRIGHT_ASSIGN(loaded_, ParseLoaded(shop_, builds_, unfinished.content));
    return Proceed(ReindexStep::kLoaded);
  }
  tools_.console.Info("what it had loaded cannot be used any more; it starts again");
  CARTWRIGHT_TRY(RemoveBuilds());
  for (Build& build : builds_) {
    build.body = CreateBody(build.index, {false, true, "building", receipt_.run_id});
    CARTWRIGHT_ASSIGN(build.live, LiveIndex(admin_, build.index.alias));
  }
  CARTWRIGHT_TRY(Record(ReindexStep::kBegun, PlanJson(builds_)));
  return Proceed(ReindexStep::kBegun);
}

/// Everything after `done`.
Status ReindexRun::Proceed(ReindexStep done) {
  if (done < ReindexStep::kCreated) {
    Reached("begun");
    CARTWRIGHT_TRY(Create());
    CARTWRIGHT_TRY(Record(ReindexStep::kCreated));
    Reached("created");
  }
  if (done < ReindexStep::kLoaded) {
    CARTWRIGHT_TRY(Load());
    CARTWRIGHT_TRY(Record(ReindexStep::kLoaded, LoadedJson(loaded_)));
    Reached("loaded");
  }
  if (done < ReindexStep::kSwapped) {
    CARTWRIGHT_TRY(Verify());
    CARTWRIGHT_TRY(Record(ReindexStep::kVerified));
    Reached("verified");
    CARTWRIGHT_TRY(Swap());
    CARTWRIGHT_TRY(Record(ReindexStep::kSwapped));
    Reached("swapped");
  }
  CARTWRIGHT_TRY(Finish());
  CARTWRIGHT_TRY(Record(ReindexStep::kDone));
  Reached("done");
  return {};
}

Status ReindexRun::Create() {
  for (const Build& build : builds_) {
    tools_.console.Info(fmt::format("building {} beside {}", build.physical,
                                    build.live.empty() ? "nothing" : build.live));
    CARTWRIGHT_TRY(admin_.CreateIndex(build.physical, build.body));
  }
  return {};
}

Status ReindexRun::Load() {
  const EpochMillis before = clock_.Now();
  // After the lease: loads that waited for us get later numbers and so newer versions.
  CARTWRIGHT_ASSIGN(receipt_.load_sequence, tools_.state.NextLoadSequence(before));
  const std::function<bool()> stop = [this] { return StopWasRequested() || lease_->lost(); };
  Result<LoadedIndices> loaded = LoadBuilds(tools_, builds_, receipt_, stop);
  CARTWRIGHT_TRY(StillHeld());
  CARTWRIGHT_TRY(loaded);
  loaded_ = std::move(*loaded);
  receipt_.load_ms = clock_.Now() - before;
  return {};
}

Status ReindexRun::StillHeld() {
  if (!lease_->lost()) {
    return {};
  }
  return Error{ErrorKind::kTransient,
               fmt::format("the lease of the reindex {} ran out because the server could not be "
                           "reached in time; the old indices serve, run it again",
                           receipt_.run_id)};
}

/// The final settings, then the checks between loading and swapping: what was read is what is
/// there.
Status ReindexRun::Verify() {
  for (const Build& build : builds_) {
    CARTWRIGHT_TRY(admin_.PutSettings(build.physical, ServingSettings(build.index)));
  }
  Reached("restored");
  for (const Build& build : builds_) {
    tools_.console.Progress({"verifying " + build.physical, 0, {}});
    CARTWRIGHT_TRY(CheckServes(admin_, build));
    CARTWRIGHT_TRY(admin_.Refresh(build.physical));
    const LoadedIndex& loaded = loaded_.at(build.physical);
    CARTWRIGHT_TRY(loaded.tally.Verify(tools_.transport, build.physical));
    if (build.origin == Origin::kIndex) {
      CARTWRIGHT_ASSIGN(const IndexStats now, ReadIndexStats(tools_.transport, build.live));
      if (now.last_writes != loaded.live_writes) {
        return Error{
            ErrorKind::kTransient,
            fmt::format("{} was written to while it was copied, by a program that takes no "
                        "lease; stop it and run the reindex again",
                        build.live)};
      }
    }
  }
  tools_.console.EndPhase();
  return {};
}

Status ReindexRun::Swap() {
  CARTWRIGHT_TRY(StillHeld());
  return SwapAliasesOf(admin_, builds_, [this] { Reached("swap_sent"); });
}

Status ReindexRun::Finish() {
  for (const Build& build : builds_) {
    CARTWRIGHT_TRY(MarkLive(build));
  }
  Reached("marked_live");
  for (const Build& build : builds_) {
    AliasChange change{build.index.alias, build.live, build.physical, 0, {}};
    CARTWRIGHT_ASSIGN(change.documents, admin_.Count(build.physical, ""));
    CARTWRIGHT_TRY(RemoveOld(build, change));
    changes_.push_back(std::move(change));
  }
  return {};
}

Status ReindexRun::MarkLive(const Build& build) {
  Json mapping = Json::parse(build.index.mapping);
  mapping["_meta"]["cartwright"]["state"] = "live";
  mapping["_meta"]["cartwright"]["run_id"] = receipt_.run_id;
  Json meta;
  meta["_meta"] = mapping["_meta"];
  return admin_.PutMapping(build.physical, meta.dump());
}

/// Deletes kept indices beyond the configured number; never the live one.
Status ReindexRun::RemoveOld(const Build& build, AliasChange& change) {
  CARTWRIGHT_ASSIGN(std::vector<std::string> all, PhysicalIndices(admin_, build.index, false));
  std::erase(all, build.physical);
  const auto keep = static_cast<std::size_t>(shop_.config.indices.keep_old);
  for (std::size_t i = 0; i + keep < all.size(); ++i) {
    CARTWRIGHT_TRY(admin_.DeleteIndex(all[i]));
    change.removed.push_back(all[i]);
  }
  return {};
}

/// Deletes what this run has built. Only called while none of it is behind an alias.
Status ReindexRun::RemoveBuilds() {
  for (const Build& build : builds_) {
    CARTWRIGHT_ASSIGN(const bool exists, admin_.IndexExists(build.physical));
    if (exists) {
      CARTWRIGHT_TRY(admin_.DeleteIndex(build.physical));
    }
  }
  return {};
}

Status ReindexRun::Record(ReindexStep step, const std::string& detail) {
  return tools_.journal.Record(receipt_.run_id, step, clock_.Now(), detail);
}

void ReindexRun::Reached(std::string_view moment) const {
  if (tools_.moments) {
    tools_.moments(moment);
  }
}

/// Leaves the old indices serving and nothing behind; where the server does not let us, the journal
/// keeps the run open.
Status ReindexRun::Fail(Status outcome) {
  const auto clean = [this]() -> Status {
    CARTWRIGHT_ASSIGN(const Serving serving, WhoServes(admin_, builds_));
    if (serving == Serving::kNew) {
      return Error{ErrorKind::kTransient, "the new indices serve already"};
    }
    return RemoveBuilds();
  };
  const Status cleaned = builds_.empty() ? Status{} : clean();
  if (cleaned) {
    CARTWRIGHT_TRY(Record(ReindexStep::kAbandoned, outcome.error().message));
    return outcome;
  }
  return Error{outcome.error().kind, fmt::format("{}; {}: run cartwright reindex again to go on",
                                                 outcome.error().message, cleaned.error().message)};
}

Result<ReindexOutcome> ReindexRun::End(Status outcome) {
  tools_.console.EndPhase();
  if (!outcome) {
    outcome = Fail(std::move(outcome));
  }
  receipt_.finished_at = clock_.Now();
  if (outcome && receipt_.load_sequence == 0) {
    // A run that was taken up after its load: the receipt still needs a version.
    CARTWRIGHT_ASSIGN(receipt_.load_sequence, tools_.state.NextLoadSequence(receipt_.finished_at));
  }
  receipt_.status = outcome ? "ok" : "failed";
  receipt_.error = outcome ? "" : outcome.error().message;
  const Status kept =
      tools_.state.FinishRun({receipt_.run_id, receipt_.kind, receipt_.status, receipt_.started_at,
                              receipt_.finished_at, ReceiptJson(receipt_)});
  CARTWRIGHT_TRY(outcome);
  CARTWRIGHT_TRY(kept);
  return ReindexOutcome{receipt_, std::move(changes_), resumed_};
}

}  // namespace cartwright
