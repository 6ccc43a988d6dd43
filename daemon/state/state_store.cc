#include "daemon/state/state_store.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace cartwright {
namespace {

constexpr const char* kSchema = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
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
)sql";

ErrorKind KindOf(int code) {
  const bool held = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return held ? ErrorKind::kTransient : ErrorKind::kOutput;
}

Error SqliteError(sqlite3* database, std::string_view what) {
  return Error{KindOf(sqlite3_errcode(database)),
               fmt::format("{}: {}", what, sqlite3_errmsg(database))};
}

/// A prepared statement, bound by position, stepped row by row.
class Statement {
 public:
  static Result<Statement> Prepare(sqlite3* database, const char* sql) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database, sql, -1, &prepared, nullptr) != SQLITE_OK) {
      return SqliteError(database, "the state database refused a statement");
    }
    return Statement(database, prepared);
  }
  Statement& Bind(std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), ++bound_, value);
    return *this;
  }
  Statement& Bind(const std::string& value) {
    sqlite3_bind_text64(statement_.get(), ++bound_, value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    return *this;
  }
  Statement& Bind(std::optional<std::int64_t> value) {
    if (value) {
      return Bind(*value);
    }
    sqlite3_bind_null(statement_.get(), ++bound_);
    return *this;
  }
  /// True while there is a row.
  Result<bool> Step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) {
      return true;
    }
    if (code == SQLITE_DONE) {
      return false;
    }
    return SqliteError(database_, "the state database cannot be read or written");
  }
  Status Run() {
    CARTWRIGHT_TRY(Step());
    return {};
  }
  std::int64_t Integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  bool IsNull(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  std::string Text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    const int bytes = sqlite3_column_bytes(statement_.get(), column);
    return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(bytes));
  }

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Statement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int bound_ = 0;
};

DeadLetter ReadLetter(const Statement& row) {
  DeadLetter letter;
  letter.id = row.Integer(0);
  letter.run_id = row.Text(1);
  letter.source = row.Text(2);
  letter.file = row.Text(3);
  letter.line = static_cast<std::uint64_t>(row.Integer(4));
  letter.column = row.Text(5);
  letter.value = row.Text(6);
  letter.code = row.Text(7);
  letter.reason = row.Text(8);
  letter.remedy = row.Text(9);
  letter.raw = row.Text(10);
  letter.at = row.Integer(11);
  return letter;
}

}  // namespace

void StateStore::Closer::operator()(sqlite3* database) const { sqlite3_close(database); }

StateStore::StateStore(std::unique_ptr<sqlite3, Closer> database)
    : database_(std::move(database)) {}
StateStore::StateStore(StateStore&& other) noexcept = default;
StateStore& StateStore::operator=(StateStore&& other) noexcept = default;
StateStore::~StateStore() = default;

Result<StateStore> StateStore::Open(const std::string& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  const std::string path = directory + "/cartwright.sqlite";
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  StateStore store{std::unique_ptr<sqlite3, Closer>(opened)};
  store.path_ = path;
  if (code != SQLITE_OK) {
    return Error{ErrorKind::kOutput,
                 fmt::format("cannot open the state database {}: {}; check that state.directory "
                             "exists and can be written",
                             path, sqlite3_errmsg(opened))};
  }
  sqlite3_busy_timeout(opened, 5000);
  CARTWRIGHT_TRY(store.Execute(kSchema));
  return store;
}

Status StateStore::Execute(const char* sql) const {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return SqliteError(database_.get(), fmt::format("the state database {}", path_));
  }
  return {};
}

Status StateStore::Begin() { return Execute("BEGIN IMMEDIATE"); }
Status StateStore::Commit() { return Execute("COMMIT"); }

Result<std::int64_t> StateStore::NextLoadSequence(EpochMillis now) {
  CARTWRIGHT_ASSIGN(Statement next,
                    Statement::Prepare(database_.get(),
                                       "INSERT INTO load_sequence (only_row, value) VALUES (1, ?1) "
                                       "ON CONFLICT (only_row) DO UPDATE SET value = "
                                       "max(value + 1, excluded.value) RETURNING value"));
  CARTWRIGHT_TRY(next.Bind(now).Step());
  return next.Integer(0);
}

Status StateStore::AddDeadLetter(const DeadLetter& letter) {
  CARTWRIGHT_ASSIGN(
      Statement insert,
      Statement::Prepare(database_.get(),
                         "INSERT INTO dead_letters (run_id, source, file, line, column_name, "
                         "value, code, reason, remedy, raw, at) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(letter.run_id).Bind(letter.source).Bind(letter.file);
  insert.Bind(static_cast<std::int64_t>(letter.line)).Bind(letter.column).Bind(letter.value);
  insert.Bind(letter.code).Bind(letter.reason).Bind(letter.remedy).Bind(letter.raw);
  return insert.Bind(letter.at).Run();
}

Result<std::vector<DeadLetter>> StateStore::DeadLetters(const std::string& run_id,
                                                        std::int64_t limit) const {
  CARTWRIGHT_ASSIGN(
      Statement select,
      Statement::Prepare(database_.get(),
                         "SELECT id, run_id, source, file, line, column_name, value, code, reason, "
                         "remedy, raw, at FROM dead_letters WHERE ?1 = '' OR run_id = ?1 "
                         "ORDER BY id DESC LIMIT ?2"));
  select.Bind(run_id).Bind(limit);
  std::vector<DeadLetter> letters;
  while (true) {
    CARTWRIGHT_ASSIGN(const bool more, select.Step());
    if (!more) {
      break;
    }
    letters.push_back(ReadLetter(select));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

Result<std::int64_t> StateStore::CountDeadLetters() const {
  CARTWRIGHT_ASSIGN(Statement count,
                    Statement::Prepare(database_.get(), "SELECT count(*) FROM dead_letters"));
  CARTWRIGHT_TRY(count.Step());
  return count.Integer(0);
}

Status StateStore::StartRun(const RunRecord& run) {
  CARTWRIGHT_ASSIGN(
      Statement insert,
      Statement::Prepare(database_.get(),
                         "INSERT INTO runs (run_id, kind, status, started_at, receipt) "
                         "VALUES (?, ?, ?, ?, '')"));
  return insert.Bind(run.run_id).Bind(run.kind).Bind(run.status).Bind(run.started_at).Run();
}

Status StateStore::FinishRun(const RunRecord& run) {
  CARTWRIGHT_ASSIGN(Statement update,
                    Statement::Prepare(database_.get(),
                                       "UPDATE runs SET status = ?, finished_at = ?, receipt = ? "
                                       "WHERE run_id = ?"));
  return update.Bind(run.status).Bind(run.finished_at).Bind(run.receipt).Bind(run.run_id).Run();
}

Result<std::vector<RunRecord>> StateStore::Runs(std::int64_t limit) const {
  CARTWRIGHT_ASSIGN(Statement select,
                    Statement::Prepare(database_.get(),
                                       "SELECT run_id, kind, status, started_at, finished_at, "
                                       "receipt FROM runs ORDER BY started_at DESC, rowid DESC "
                                       "LIMIT ?"));
  select.Bind(limit);
  std::vector<RunRecord> runs;
  while (true) {
    CARTWRIGHT_ASSIGN(const bool more, select.Step());
    if (!more) {
      return runs;
    }
    RunRecord run{select.Text(0), select.Text(1), select.Text(2), select.Integer(3), {}, {}};
    if (!select.IsNull(4)) {
      run.finished_at = select.Integer(4);
    }
    run.receipt = select.Text(5);
    runs.push_back(std::move(run));
  }
}

}  // namespace cartwright
