#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"

struct sqlite3;

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
/// and the dead letters. Sources can be read again, so nothing else needs to survive. One process
/// at a time writes; not thread-safe.
class StateStore {
 public:
  /// Opens or creates `directory/cartwright.sqlite`. Errors: kOutput when the folder cannot be
  /// written, kTransient when another process holds it.
  static Result<StateStore> Open(const std::string& directory);
  StateStore(StateStore&& other) noexcept;
  StateStore& operator=(StateStore&& other) noexcept;
  ~StateStore();

  /// The version of the next load's documents: larger than every earlier one, of this state or of a
  /// lost one, because it never falls behind the clock (milliseconds).
  Result<std::int64_t> NextLoadSequence(EpochMillis now);

  /// Starts a group of writes that is synced once, by Commit.
  Status Begin();
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
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  explicit StateStore(std::unique_ptr<sqlite3, Closer> database);
  Status Execute(const char* sql) const;

  std::unique_ptr<sqlite3, Closer> database_;
  std::string path_;
};

}  // namespace cartwright
