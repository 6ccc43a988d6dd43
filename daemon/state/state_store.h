#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"
#include "daemon/state/sqlite_database.h"

namespace cartwright {

/// A row or document that was set aside, with all that a person needs to mend and replay it.
struct DeadLetter {
  std::int64_t id = 0;  ///< Filled in when read back.
  std::string run_id;
  std::string source;  ///< Name in the configuration.
  std::string file;
  std::uint64_t line = 0;
  std::string column;
  std::string value;  ///< Shortened and escaped.
  std::string code;   ///< `too_many_decimals`, `rejected_by_elasticsearch`, …
  std::string reason;
  std::string remedy;
  std::string raw;  ///< The row as read (base64 where it is not UTF-8), or the document.
  EpochMillis at = 0;
};

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
  /// Opens or creates `directory/cartwright.sqlite`. Errors: kOutput when the folder cannot be
  /// written, kTransient when another process holds it.
  static Result<StateStore> Open(const std::string& directory);
  /// The version of the next load's documents: larger than every earlier one, of this state or of a
  /// lost one, because it never falls behind the clock (milliseconds).
  Result<std::int64_t> NextLoadSequence(EpochMillis now);

  /// Starts a group of dead letters: they are written and synced in bundles, the last one by
  /// Commit, which must come before their load is called done.
  void Begin();
  Status Commit();

  Status AddDeadLetter(const DeadLetter& letter);
  /// The newest `limit` letters, oldest first; of one run when `run_id` is not empty.
  Result<std::vector<DeadLetter>> DeadLetters(const std::string& run_id, std::int64_t limit) const;
  Result<std::int64_t> CountDeadLetters() const;

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
};

}  // namespace cartwright
