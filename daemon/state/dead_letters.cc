// The part of StateStore that keeps dead letters.

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "daemon/state/state_store.h"

namespace cartwright {
namespace {

/// Letters of a load wait in memory until so many are there: a transaction as long as a load would
/// lock out every other process.
constexpr std::size_t kMostWaiting = 1'000;
constexpr std::size_t kMostWaitingBytes = std::size_t{4} << 20;

/// Parts the names of a column list. No header that can be read holds it.
constexpr char kNameEnd = '\0';

constexpr std::string_view kSelect =
    "SELECT dead_letters.id, run_id, at, source, file, line, fingerprint, names, column_name, "
    "value, "
    "code, reason, remedy, document_of, document_key, version, server_status, server_type, "
    "server_reason, raw, raw_is_base64, raw_is_cut, attempts, outcome, outcome_run, "
    "written_version FROM dead_letters LEFT JOIN column_lists ON column_lists.id = columns_id";

std::string JoinNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += name;
    text += kNameEnd;
  }
  return text;
}

std::vector<std::string> SplitNames(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = text.find(kNameEnd);
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return names;
}

DeadLetter ReadLetter(const SqliteStatement& row) {
  int next = 0;
  DeadLetter letter;
  letter.id = row.Integer(next++);
  letter.run_id = row.Text(next++);
  letter.at = row.Integer(next++);
  letter.source = row.Text(next++);
  letter.file = row.Text(next++);
  letter.line = static_cast<std::uint64_t>(row.Integer(next++));
  letter.fingerprint = row.Text(next++);
  letter.columns = SplitNames(row.Text(next++));
  letter.column = row.Text(next++);
  letter.value = row.Text(next++);
  letter.code = row.Text(next++);
  letter.reason = row.Text(next++);
  letter.remedy = row.Text(next++);
  letter.document_of = row.Text(next++);
  letter.document_key = row.Text(next++);
  letter.version = row.Integer(next++);
  letter.server_status = static_cast<int>(row.Integer(next++));
  letter.server_type = row.Text(next++);
  letter.server_reason = row.Text(next++);
  letter.raw = row.Text(next++);
  letter.raw_is_base64 = row.Integer(next++) != 0;
  letter.raw_is_cut = row.Integer(next++) != 0;
  letter.attempts = row.Integer(next++);
  letter.outcome = row.Text(next++);
  letter.outcome_run = row.Text(next++);
  letter.written_version = row.Integer(next++);
  return letter;
}

/// The WHERE clause of a filter; its texts are ?1 run_id, ?2 source, ?3 code.
std::string Where(const LetterFilter& filter) {
  std::string where =
      " WHERE (?1 = '' OR run_id = ?1) AND (?2 = '' OR source = ?2) AND (?3 = '' OR code = ?3)";
  if (!filter.ids.empty()) {
    where += fmt::format(" AND dead_letters.id IN ({})", fmt::join(filter.ids, ","));
  }
  return filter.open_only ? where + " AND outcome = ''" : where;
}

void BindFilter(SqliteStatement& statement, const LetterFilter& filter) {
  statement.Bind(filter.run_id).Bind(filter.source).Bind(filter.code);
}

}  // namespace

void StateStore::Begin() { grouped_ = true; }

Status StateStore::Commit() {
  grouped_ = false;
  return WriteWaiting();
}

Status StateStore::AddDeadLetter(const DeadLetter& letter) {
  CARTWRIGHT_TRY(lost_);
  waiting_bytes_ += letter.raw.size();
  waiting_.push_back(letter);
  const bool keep_waiting =
      grouped_ && waiting_.size() < kMostWaiting && waiting_bytes_ < kMostWaitingBytes;
  return keep_waiting ? Status{} : WriteWaiting();
}

Status StateStore::WriteWaiting() {
  CARTWRIGHT_TRY(lost_);
  if (waiting_.empty()) {
    return {};
  }
  lost_ = database_.Transact([this]() -> Status {
    for (const DeadLetter& letter : waiting_) {
      CARTWRIGHT_TRY(Write(letter));
    }
    return {};
  });
  waiting_.clear();
  waiting_bytes_ = 0;
  return lost_;
}

Status StateStore::Write(const DeadLetter& letter) {
  const std::string names = JoinNames(letter.columns);
  if (!names.empty()) {
    CARTWRIGHT_ASSIGN(
        SqliteStatement list,
        database_.Prepare("INSERT INTO column_lists (names) VALUES (?) ON CONFLICT DO NOTHING"));
    CARTWRIGHT_TRY(list.Bind(names).Run());
  }
  CARTWRIGHT_ASSIGN(
      SqliteStatement insert,
      database_.Prepare(
          "INSERT INTO dead_letters (run_id, at, source, file, line, fingerprint, columns_id, "
          "column_name, value, code, reason, remedy, document_of, document_key, version, "
          "server_status, server_type, server_reason, raw, raw_is_base64, raw_is_cut, attempts) "
          "VALUES (?, ?, ?, ?, ?, ?, (SELECT id FROM column_lists WHERE names = ?), ?, ?, ?, ?, ?, "
          "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(letter.run_id).Bind(letter.at).Bind(letter.source).Bind(letter.file);
  insert.Bind(static_cast<std::int64_t>(letter.line)).Bind(letter.fingerprint).Bind(names);
  insert.Bind(letter.column).Bind(letter.value).Bind(letter.code).Bind(letter.reason);
  insert.Bind(letter.remedy).Bind(letter.document_of).Bind(letter.document_key);
  insert.Bind(letter.version).Bind(std::int64_t{letter.server_status}).Bind(letter.server_type);
  insert.Bind(letter.server_reason).Bind(letter.raw);
  insert.Bind(std::int64_t{letter.raw_is_base64}).Bind(std::int64_t{letter.raw_is_cut});
  return insert.Bind(letter.attempts).Run();
}

Status StateStore::UpdateDeadLetters(const std::vector<DeadLetter>& letters) {
  return database_.Transact([this, &letters]() -> Status {
    for (const DeadLetter& letter : letters) {
      CARTWRIGHT_ASSIGN(
          SqliteStatement update,
          database_.Prepare(
              "UPDATE dead_letters SET column_name = ?, value = ?, code = ?, reason = ?, remedy = "
              "?, document_key = ?, server_status = ?, server_type = ?, server_reason = ?, "
              "attempts = ?, outcome = ?, outcome_run = ?, written_version = ? WHERE id = ?"));
      update.Bind(letter.column).Bind(letter.value).Bind(letter.code).Bind(letter.reason);
      update.Bind(letter.remedy).Bind(letter.document_key);
      update.Bind(std::int64_t{letter.server_status}).Bind(letter.server_type);
      update.Bind(letter.server_reason).Bind(letter.attempts).Bind(letter.outcome);
      update.Bind(letter.outcome_run).Bind(letter.written_version);
      CARTWRIGHT_TRY(update.Bind(letter.id).Run());
    }
    return {};
  });
}

Result<std::vector<DeadLetter>> StateStore::DeadLetters(const LetterFilter& filter,
                                                        std::int64_t limit) const {
  const std::string sql =
      fmt::format("{}{} ORDER BY dead_letters.id DESC LIMIT ?4", kSelect, Where(filter));
  CARTWRIGHT_ASSIGN(SqliteStatement select, database_.Prepare(sql.c_str()));
  BindFilter(select, filter);
  select.Bind(limit);
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

Result<std::vector<LetterCount>> StateStore::CountByCode(const LetterFilter& filter) const {
  const std::string sql = fmt::format(
      "SELECT source, code, sum(outcome = ''), sum(outcome <> '') FROM dead_letters{} "
      "GROUP BY source, code ORDER BY 3 DESC, source, code",
      Where(filter));
  CARTWRIGHT_ASSIGN(SqliteStatement select, database_.Prepare(sql.c_str()));
  BindFilter(select, filter);
  std::vector<LetterCount> counts;
  while (true) {
    CARTWRIGHT_ASSIGN(const bool more, select.Step());
    if (!more) {
      return counts;
    }
    counts.push_back({select.Text(0), select.Text(1), select.Integer(2), select.Integer(3)});
  }
}

Result<std::int64_t> StateStore::CountDeadLetters() const {
  CARTWRIGHT_ASSIGN(SqliteStatement count, database_.Prepare("SELECT count(*) FROM dead_letters"));
  CARTWRIGHT_TRY(count.Step());
  return count.Integer(0);
}

Result<bool> StateStore::HasReplayedLaterRow(const DeadLetter& letter, const std::string& key,
                                             std::int64_t version) const {
  CARTWRIGHT_ASSIGN(
      SqliteStatement later,
      database_.Prepare("SELECT count(*) FROM dead_letters WHERE document_key = ? AND source = ? "
                        "AND file = ? AND line > ? AND outcome = 'replayed' AND "
                        "written_version = ?"));
  later.Bind(key).Bind(letter.source).Bind(letter.file);
  later.Bind(static_cast<std::int64_t>(letter.line)).Bind(version);
  CARTWRIGHT_TRY(later.Step());
  return later.Integer(0) > 0;
}

}  // namespace cartwright
