#include "daemon/state/sqlite_database.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <filesystem>
#include <system_error>

namespace cartwright {
namespace {

constexpr int kWaitSeconds = 30;

Error SqliteError(sqlite3* database, std::string_view what) {
  const int code = sqlite3_errcode(database);
  const bool held = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return Error{held ? ErrorKind::kTransient : ErrorKind::kOutput,
               fmt::format("{}: {}", what, sqlite3_errmsg(database))};
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
  return SqliteError(database_, "the state database cannot be read or written");
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

Result<SqliteDatabase> SqliteDatabase::Open(const std::string& directory, const char* schema) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  sqlite3* opened = nullptr;
  const std::string path = directory + "/cartwright.sqlite";
  const int code = sqlite3_open(path.c_str(), &opened);
  SqliteDatabase database(opened, path);
  if (code != SQLITE_OK) {
    return Error{ErrorKind::kOutput,
                 fmt::format("cannot open the state database {}: {}; check that state.directory "
                             "exists and can be written",
                             path, sqlite3_errmsg(opened))};
  }
  sqlite3_busy_timeout(opened, kWaitSeconds * 1000);
  CARTWRIGHT_TRY(database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"));
  CARTWRIGHT_TRY(database.Execute(schema));
  return database;
}

Result<SqliteStatement> SqliteDatabase::Prepare(const char* sql) const {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &prepared, nullptr) != SQLITE_OK) {
    return SqliteError(database_.get(), "the state database refused a statement");
  }
  return SqliteStatement(database_.get(), prepared);
}

Status SqliteDatabase::Execute(const char* sql) const {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return SqliteError(database_.get(), fmt::format("the state database {}", path_));
  }
  return {};
}

}  // namespace cartwright
