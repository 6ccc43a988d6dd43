#include "daemon/state/sqlite_database.h"

#include <fmt/core.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <system_error>

#include "daemon/state/schema.h"
#include "daemon/state/state_file.h"

namespace cartwright {
namespace {

constexpr int kWaitSeconds = 30;

std::string_view Remedy(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "make room on its disk and run again";
    case SQLITE_IOERR:
      return "check the disk and its free room, then run again";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "check that state.directory exists and can be written";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return kStateFileRemedy;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process is writing to it; try again";
    default:
      return "run again";
  }
}

Error SqliteError(sqlite3* database) {
  const int code = sqlite3_errcode(database);
  const bool held = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  const char* path = sqlite3_db_filename(database, "main");
  const int system = sqlite3_system_errno(database);
  const bool from_system = code == SQLITE_IOERR && system != 0;
  return Error{
      held ? ErrorKind::kTransient : ErrorKind::kOutput,
      fmt::format("the state database {}: {}{}; {}", path == nullptr ? "" : path,
                  sqlite3_errmsg(database),
                  from_system ? fmt::format(" ({})", std::generic_category().message(system)) : "",
                  Remedy(code))};
}

}  // namespace

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteStatement& SqliteStatement::Bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), ++bound_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(const std::string& value) {
  sqlite3_bind_text64(statement_.get(), ++bound_, value.data(), value.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(std::optional<std::int64_t> value) {
  if (value) {
    return Bind(*value);
  }
  sqlite3_bind_null(statement_.get(), ++bound_);
  return *this;
}

Result<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  return SqliteError(database_);
}

Status SqliteStatement::Run() {
  CARTWRIGHT_TRY(Step());
  return {};
}

std::int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

bool SqliteStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string SqliteStatement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int bytes = sqlite3_column_bytes(statement_.get(), column);
  return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(bytes));
}

void SqliteDatabase::Closer::operator()(sqlite3* database) const { sqlite3_close(database); }

Result<SqliteDatabase> SqliteDatabase::Open(const std::string& directory) {
  CARTWRIGHT_ASSIGN(const std::string path, EnsureStateFile(directory));
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  SqliteDatabase database(opened, path);
  struct stat file{};
  if (code != SQLITE_OK || stat(path.c_str(), &file) != 0) {
    return SqliteError(opened);
  }
  database.inode_ = file.st_ino;
  sqlite3_busy_timeout(opened, kWaitSeconds * 1000);
  CARTWRIGHT_TRY(database.Execute("PRAGMA synchronous = FULL"));
  CARTWRIGHT_TRY(database.CheckContent());
  CARTWRIGHT_TRY(Migrate(database));
  return database;
}

Status SqliteDatabase::CheckContent() const {
  CARTWRIGHT_ASSIGN(SqliteStatement check, Prepare("PRAGMA quick_check(1)"));
  CARTWRIGHT_TRY(check.Step());
  const std::string found = check.Text(0);
  if (found == "ok") {
    return {};
  }
  return Error{ErrorKind::kOutput, fmt::format("the state database {} is damaged ({}); {}", path_,
                                               found, kStateFileRemedy)};
}

Status SqliteDatabase::CheckInPlace() const {
  struct stat file{};
  if (stat(path_.c_str(), &file) == 0 && file.st_ino == inode_) {
    return {};
  }
  return Error{
      ErrorKind::kOutput,
      fmt::format("the state database {} was deleted or replaced while it was in use: what "
                  "this run has to keep would be lost; put it back or run again, which "
                  "starts a new one",
                  path_)};
}

Result<SqliteStatement> SqliteDatabase::Prepare(const char* sql) const {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &prepared, nullptr) != SQLITE_OK) {
    return SqliteError(database_.get());
  }
  return SqliteStatement(database_.get(), prepared);
}

Status SqliteDatabase::Execute(const char* sql) const {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return SqliteError(database_.get());
  }
  return {};
}

Status SqliteDatabase::Transact(const std::function<Status()>& write) {
  CARTWRIGHT_TRY(CheckInPlace());
  CARTWRIGHT_TRY(Execute("BEGIN IMMEDIATE"));
  Status outcome = write();
  outcome = outcome ? Execute("COMMIT") : outcome;
  if (!outcome && sqlite3_get_autocommit(database_.get()) == 0) {
    // What failed stands in `outcome`; without this the next transaction could not begin.
    (void)Execute("ROLLBACK");
  }
  CARTWRIGHT_TRY(outcome);
  return CheckInPlace();
}

}  // namespace cartwright
