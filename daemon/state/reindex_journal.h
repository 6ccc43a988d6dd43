#pragma once

#include <optional>
#include <string>
#include <utility>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"
#include "daemon/state/sqlite_database.h"

namespace cartwright {

/// How far a reindex is. Each step is recorded after what it names has happened.
enum class ReindexStep {
  kBegun,      ///< Decided what will be built; nothing is on the server yet.
  kCreated,    ///< The new indices are there, marked `building`.
  kLoaded,     ///< They hold everything and the books balance.
  kVerified,   ///< They hold what they must and serve with their final settings.
  kSwapped,    ///< The aliases were read back and point to them.
  kDone,       ///< Marked live, outdated indices deleted.
  kAbandoned,  ///< Given up: the old indices serve, the new ones are deleted.
};

/// "loaded".
const char* ReindexStepName(ReindexStep step);

/// A reindex that has neither ended well nor been given up.
struct UnfinishedReindex {
  std::string run_id;
  ReindexStep step = ReindexStep::kBegun;
  std::string plan;     ///< What was recorded with kBegun.
  std::string content;  ///< What was recorded with kLoaded; empty before.
};

/// The steps of each reindex in the state folder, synced one by one: whoever comes after a crash
/// reads here how far it was. Not thread-safe.
class ReindexJournal {
 public:
  /// Errors: as SqliteDatabase::Open.
  static Result<ReindexJournal> Open(const std::string& directory);

  /// Appends a step; a run that begins again appends kBegun again. Durable on return.
  Status Record(const std::string& run_id, ReindexStep step, EpochMillis at,
                const std::string& detail);

  Result<std::optional<UnfinishedReindex>> Unfinished() const;

 private:
  explicit ReindexJournal(SqliteDatabase database) : database_(std::move(database)) {}
  Result<std::string> Detail(const std::string& run_id, ReindexStep step) const;

  SqliteDatabase database_;
};

}  // namespace cartwright
