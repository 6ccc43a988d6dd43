#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"
#include "daemon/state/dead_letter.h"
#include "daemon/state/sqlite_database.h"

namespace cartwright {

/// What is known of one run.
struct RunRecord {
  std::string run_id;
  std::string kind;    ///< once, reindex, or the job's name.
  std::string status;  ///< running, ok, failed.
  EpochMillis started_at = 0;
  std::optional<EpochMillis> finished_at;
  std::string receipt;  ///< JSON; empty while running.
};

/// The daemon's own durable state in one SQLite file with full sync: the load sequence, the run log
/// and the dead letters. Sources can be read again, so nothing else needs to survive. Several
/// processes may write, in turns: no write lasts longer than a moment. Not thread-safe.
class StateStore {
 public:
  /// Errors: as SqliteDatabase::Open.
  static Result<StateStore> Open(const std::string& directory);

  /// The version of the next load's documents: larger than every earlier one, of this state or of a
  /// lost one, because it never falls behind the clock (milliseconds).
  Result<std::int64_t> NextLoadSequence(EpochMillis now);

  /// Starts a group of dead letters: they are written and synced in bundles, the last one by
  /// Commit, which must come before their load is called done.
  void Begin();
  Status Commit();

  /// Once a letter could not be kept, this and Commit give the same error for ever: the load must
  /// stop.
  Status AddDeadLetter(const DeadLetter& letter);
  /// The newest `limit` letters that pass, oldest first.
  Result<std::vector<DeadLetter>> DeadLetters(const LetterFilter& filter, std::int64_t limit) const;
  /// By source and code, the most open ones first.
  Result<std::vector<LetterCount>> CountByCode(const LetterFilter& filter) const;
  /// All that were ever kept, settled or not.
  Result<std::int64_t> CountDeadLetters() const;
  /// Writes back what a replay learnt: what is wrong now, the key, the attempts, the outcome.
  /// All of them or none.
  Status UpdateDeadLetters(const std::vector<DeadLetter>& letters);
  /// Whether a row behind this one in the same file has been replayed into the document `key` with
  /// this version: then this one is the older of two equal versions.
  Result<bool> HasReplayedLaterRow(const DeadLetter& letter, const std::string& key,
                                   std::int64_t version) const;

  Status StartRun(const RunRecord& run);
  Status FinishRun(const RunRecord& run);
  /// The newest `limit` runs, newest first.
  Result<std::vector<RunRecord>> Runs(std::int64_t limit) const;

 private:
  explicit StateStore(SqliteDatabase database) : database_(std::move(database)) {}
  Status Write(const DeadLetter& letter);
  Status WriteWaiting();

  SqliteDatabase database_;
  bool grouped_ = false;
  std::vector<DeadLetter> waiting_;
  std::size_t waiting_bytes_ = 0;  ///< Of the rows in them.
  Status lost_;                    ///< Why letters could not be kept.
};

}  // namespace cartwright
