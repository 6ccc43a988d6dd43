#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cartwright {

/// A prepared statement, bound by position, stepped row by row.
class SqliteStatement {
 public:
  SqliteStatement& Bind(std::int64_t value);
  SqliteStatement& Bind(const std::string& value);
  SqliteStatement& Bind(std::optional<std::int64_t> value);
  /// True while there is a row.
  Result<bool> Step();
  Status Run();

  std::int64_t Integer(int column) const;
  bool IsNull(int column) const;
  std::string Text(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqliteStatement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int bound_ = 0;
};

/// One connection to the SQLite file of the state folder: write-ahead log, full sync.
///
/// Several processes may have it open. They write in turns: a writer waits up to half a minute for
/// another one's transaction, so no transaction may last as long as a load. Not thread-safe.
class SqliteDatabase {
 public:
  /// Opens or creates `directory/cartwright.sqlite` and brings its tables up to date. Errors:
  /// kOutput when the folder cannot be written, and for a file that is damaged, empty, another
  /// program's or a newer version's, which is left as it is; kTransient when another process did
  /// not let go of it.
  static Result<SqliteDatabase> Open(const std::string& directory);

  Result<SqliteStatement> Prepare(const char* sql) const;
  Status Execute(const char* sql) const;
  /// Carries out `write` in one transaction, synced on return. When it or the commit fails, nothing
  /// of it is kept. Errors: those of `write` and of the commit; kOutput when the file was deleted
  /// or replaced since it was opened.
  Status Transact(const std::function<Status()>& write);

  const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  SqliteDatabase(sqlite3* database, std::string path)
      : database_(database), path_(std::move(path)) {}
  Status CheckContent() const;
  Status CheckInPlace() const;

  std::unique_ptr<sqlite3, Closer> database_;
  std::string path_;
  ino_t inode_ = 0;  ///< Of the file as it was opened.
};

}  // namespace cartwright
