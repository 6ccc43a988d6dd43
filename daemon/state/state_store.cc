#include "daemon/state/state_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace cartwright {
namespace {

constexpr const char* kSchema = R"sql(
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

/// Letters of a load wait in memory until so many are there: a transaction as long as a load would
/// lock out every other process.
constexpr std::size_t kMostWaiting = 1'000;
constexpr std::size_t kMostWaitingBytes = std::size_t{4} << 20;

DeadLetter ReadLetter(const SqliteStatement& row) {
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

Result<StateStore> StateStore::Open(const std::string& directory) {
  CARTWRIGHT_ASSIGN(SqliteDatabase database, SqliteDatabase::Open(directory, kSchema));
  return StateStore(std::move(database));
}

void StateStore::Begin() { grouped_ = true; }

Status StateStore::Commit() {
  grouped_ = false;
  return WriteWaiting();
}

Status StateStore::AddDeadLetter(const DeadLetter& letter) {
  waiting_bytes_ += letter.raw.size();
  waiting_.push_back(letter);
  const bool keep_waiting =
      grouped_ && waiting_.size() < kMostWaiting && waiting_bytes_ < kMostWaitingBytes;
  return keep_waiting ? Status{} : WriteWaiting();
}

Status StateStore::WriteWaiting() {
  if (waiting_.empty()) {
    return {};
  }
  CARTWRIGHT_TRY(database_.Execute("BEGIN IMMEDIATE"));
  for (const DeadLetter& letter : waiting_) {
    const Status written = Write(letter);
    if (!written) {
      (void)database_.Execute("ROLLBACK");
      return written;
    }
  }
  CARTWRIGHT_TRY(database_.Execute("COMMIT"));
  waiting_.clear();
  waiting_bytes_ = 0;
  return {};
}

Result<std::int64_t> StateStore::NextLoadSequence(EpochMillis now) {
  CARTWRIGHT_ASSIGN(SqliteStatement next,
                    database_.Prepare("INSERT INTO load_sequence (only_row, value) VALUES (1, ?1) "
                                      "ON CONFLICT (only_row) DO UPDATE SET value = "
                                      "max(value + 1, excluded.value) RETURNING value"));
  CARTWRIGHT_TRY(next.Bind(now).Step());
  return next.Integer(0);
}

Status StateStore::Write(const DeadLetter& letter) {
  CARTWRIGHT_ASSIGN(
      SqliteStatement insert,
      database_.Prepare("INSERT INTO dead_letters (run_id, source, file, line, column_name, "
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
      SqliteStatement select,
      database_.Prepare("SELECT id, run_id, source, file, line, column_name, value, code, reason, "
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
  CARTWRIGHT_ASSIGN(SqliteStatement count, database_.Prepare("SELECT count(*) FROM dead_letters"));
  CARTWRIGHT_TRY(count.Step());
  return count.Integer(0);
}

Status StateStore::StartRun(const RunRecord& run) {
  CARTWRIGHT_ASSIGN(
      SqliteStatement insert,
      database_.Prepare("INSERT INTO runs (run_id, kind, status, started_at, receipt) "
                        "VALUES (?, ?, ?, ?, '')"));
  return insert.Bind(run.run_id).Bind(run.kind).Bind(run.status).Bind(run.started_at).Run();
}

Status StateStore::FinishRun(const RunRecord& run) {
  CARTWRIGHT_ASSIGN(SqliteStatement update,
                    database_.Prepare("UPDATE runs SET status = ?, finished_at = ?, receipt = ? "
                                      "WHERE run_id = ?"));
  return update.Bind(run.status).Bind(run.finished_at).Bind(run.receipt).Bind(run.run_id).Run();
}

Result<std::vector<RunRecord>> StateStore::Runs(std::int64_t limit) const {
  CARTWRIGHT_ASSIGN(SqliteStatement select,
                    database_.Prepare("SELECT run_id, kind, status, started_at, finished_at, "
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
