#include "daemon/state/reindex_journal.h"

#include <fmt/core.h>

#include <array>
#include <cstddef>

namespace cartwright {
namespace {

constexpr std::array kNames = {"begun",   "created", "loaded",   "verified",
                               "swapped", "done",    "abandoned"};

Result<ReindexStep> StepNamed(const std::string& name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) {
      return static_cast<ReindexStep>(i);
    }
  }
  return Error{ErrorKind::kPermanent,
               fmt::format("the reindex journal holds the step \"{}\", which this version does not "
                           "know; use the version that wrote it",
                           name)};
}

}  // namespace

const char* ReindexStepName(ReindexStep step) { return kNames[static_cast<std::size_t>(step)]; }

Result<ReindexJournal> ReindexJournal::Open(const std::string& directory) {
  CARTWRIGHT_ASSIGN(SqliteDatabase database, SqliteDatabase::Open(directory));
  return ReindexJournal(std::move(database));
}

Status ReindexJournal::Record(const std::string& run_id, ReindexStep step, EpochMillis at,
                              const std::string& detail) {
  CARTWRIGHT_ASSIGN(SqliteStatement insert,
                    database_.Prepare("INSERT INTO reindex_steps (run_id, step, at, detail) "
                                      "VALUES (?, ?, ?, ?)"));
  return insert.Bind(run_id).Bind(std::string(ReindexStepName(step))).Bind(at).Bind(detail).Run();
}

Result<std::optional<UnfinishedReindex>> ReindexJournal::Unfinished() const {
  CARTWRIGHT_ASSIGN(SqliteStatement last,
                    database_.Prepare("SELECT run_id, step FROM reindex_steps ORDER BY id DESC "
                                      "LIMIT 1"));
  CARTWRIGHT_ASSIGN(const bool any, last.Step());
  if (!any) {
    return std::optional<UnfinishedReindex>();
  }
  UnfinishedReindex run;
  run.run_id = last.Text(0);
  CARTWRIGHT_ASSIGN(run.step, StepNamed(last.Text(1)));
  if (run.step == ReindexStep::kDone || run.step == ReindexStep::kAbandoned) {
    return std::optional<UnfinishedReindex>();
  }
  CARTWRIGHT_ASSIGN(run.plan, Detail(run.run_id, ReindexStep::kBegun));
  if (run.step >= ReindexStep::kLoaded) {
    CARTWRIGHT_ASSIGN(run.content, Detail(run.run_id, ReindexStep::kLoaded));
  }
  return std::optional<UnfinishedReindex>(std::move(run));
}

Result<std::string> ReindexJournal::Detail(const std::string& run_id, ReindexStep step) const {
  CARTWRIGHT_ASSIGN(SqliteStatement select,
                    database_.Prepare("SELECT detail FROM reindex_steps WHERE run_id = ? AND "
                                      "step = ? ORDER BY id DESC LIMIT 1"));
  CARTWRIGHT_ASSIGN(const bool found,
                    select.Bind(run_id).Bind(std::string(ReindexStepName(step))).Step());
  return found ? select.Text(0) : std::string();
}

}  // namespace cartwright
