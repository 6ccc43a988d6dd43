#include "daemon/state/state_store.h"

#include <utility>

namespace cartwright {

Result<StateStore> StateStore::Open(const std::string& directory) {
  CARTWRIGHT_ASSIGN(SqliteDatabase database, SqliteDatabase::Open(directory));
  return StateStore(std::move(database));
}

Result<std::int64_t> StateStore::NextLoadSequence(EpochMillis now) {
  std::int64_t sequence = 0;
  CARTWRIGHT_TRY(database_.Transact([&]() -> Status {
    CARTWRIGHT_ASSIGN(
        SqliteStatement next,
        database_.Prepare("INSERT INTO load_sequence (only_row, value) VALUES (1, ?1) "
                          "ON CONFLICT (only_row) DO UPDATE SET value = "
                          "max(value + 1, excluded.value) RETURNING value"));
    CARTWRIGHT_TRY(next.Bind(now).Step());
    sequence = next.Integer(0);
    return {};
  }));
  return sequence;
}

Status StateStore::StartRun(const RunRecord& run) {
  return database_.Transact([&]() -> Status {
    CARTWRIGHT_ASSIGN(
        SqliteStatement insert,
        database_.Prepare("INSERT INTO runs (run_id, kind, status, started_at, receipt) "
                          "VALUES (?, ?, ?, ?, '')"));
    return insert.Bind(run.run_id).Bind(run.kind).Bind(run.status).Bind(run.started_at).Run();
  });
}

Status StateStore::FinishRun(const RunRecord& run) {
  return database_.Transact([&]() -> Status {
    CARTWRIGHT_ASSIGN(SqliteStatement update,
                      database_.Prepare("UPDATE runs SET status = ?, finished_at = ?, receipt = ? "
                                        "WHERE run_id = ?"));
    update.Bind(run.status).Bind(run.finished_at).Bind(run.receipt);
    return update.Bind(run.run_id).Run();
  });
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
