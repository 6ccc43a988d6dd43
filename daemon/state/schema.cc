#include "daemon/state/schema.h"

#include <fmt/core.h>

#include <array>
#include <cstdint>

#include "daemon/state/sqlite_database.h"
#include "daemon/state/state_file.h"

namespace cartwright {
namespace {

/// Step i leads from version i to i + 1. A step that was released is never changed. IF NOT EXISTS:
/// the first state files had the tables of steps 0 and 1 but no version.
constexpr std::array<const char*, 3> kSteps = {
    R"sql(
  CREATE TABLE IF NOT EXISTS load_sequence (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1), value INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    finished_at INTEGER, receipt TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, source TEXT NOT NULL,
    file TEXT NOT NULL, line INTEGER NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL,
    code TEXT NOT NULL, reason TEXT NOT NULL, remedy TEXT NOT NULL, raw TEXT NOT NULL,
    at INTEGER NOT NULL) STRICT;
)sql",
    R"sql(
  CREATE TABLE IF NOT EXISTS reindex_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, step TEXT NOT NULL,
    at INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;
)sql",
    R"sql(
  CREATE TABLE column_lists (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;
  ALTER TABLE dead_letters ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN columns_id INTEGER REFERENCES column_lists (id);
  ALTER TABLE dead_letters ADD COLUMN raw_is_base64 INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE dead_letters ADD COLUMN raw_is_cut INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE dead_letters ADD COLUMN document_of TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN document_key TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE dead_letters ADD COLUMN server_status INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE dead_letters ADD COLUMN server_type TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN server_reason TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE dead_letters ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN outcome_run TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letters ADD COLUMN written_version INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX dead_letters_by_run ON dead_letters (run_id);
  CREATE INDEX dead_letters_by_key ON dead_letters (document_key) WHERE outcome = 'replayed';
)sql"};

Result<std::int64_t> ReadInteger(const SqliteDatabase& database, const char* sql) {
  CARTWRIGHT_ASSIGN(SqliteStatement query, database.Prepare(sql));
  CARTWRIGHT_TRY(query.Step());
  return query.Integer(0);
}

/// A file without a version is ours when it is new or has our first table.
Status CheckOrigin(const SqliteDatabase& database) {
  CARTWRIGHT_ASSIGN(const std::int64_t strangers,
                    ReadInteger(database,
                                "SELECT count(*) > 0 AND sum(name = 'load_sequence') = 0 "
                                "FROM sqlite_schema WHERE type = 'table'"));
  if (strangers == 0) {
    return {};
  }
  return Error{ErrorKind::kOutput,
               fmt::format("{} is an SQLite file of another program; give state.directory a folder "
                           "of its own",
                           database.path())};
}

Status MigrateFrom(SqliteDatabase& database, std::int64_t version) {
  if (version == 0) {
    CARTWRIGHT_TRY(CheckOrigin(database));
  }
  for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
    CARTWRIGHT_TRY(database.Execute(kSteps[step]));
  }
  return database.Execute(fmt::format("PRAGMA user_version = {}", kSteps.size()).c_str());
}

}  // namespace

Status Migrate(SqliteDatabase& database) {
  CARTWRIGHT_ASSIGN(const std::int64_t version, ReadInteger(database, "PRAGMA user_version"));
  constexpr auto kVersion = static_cast<std::int64_t>(kSteps.size());
  if (version == kVersion) {
    return {};
  }
  if (version < 0 || version > kVersion) {
    return Error{ErrorKind::kOutput,
                 fmt::format("the state database {} has version {}, this program knows versions up "
                             "to {}: use the newer program that wrote it, or {}",
                             database.path(), version, kVersion, kStateFileRemedy)};
  }
  return database.Transact([&database]() -> Status {
    // Another process may have been faster.
    CARTWRIGHT_ASSIGN(const std::int64_t now, ReadInteger(database, "PRAGMA user_version"));
    return now < kVersion ? MigrateFrom(database, now) : Status();
  });
}

}  // namespace cartwright
