#include "daemon/ingest/dead_letter_keeper.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

constexpr const char* kRejectedCode = "rejected_by_elasticsearch";

}  // namespace

std::string FileFingerprint(const std::string& path) {
  struct stat file{};
  if (stat(path.c_str(), &file) != 0) {
    return {};
  }
  const EpochMillis modified = file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1'000'000;
  return fmt::format("{} bytes, modified {}", file.st_size, FormatInstant(modified));
}

DeadLetterKeeper::DeadLetterKeeper(const LoadJob& job, std::int64_t load_sequence)
    : job_(job), load_sequence_(load_sequence), sources_(job.config.sources.size()) {}

void DeadLetterKeeper::BeginSource(std::size_t source, const RowSource& rows) {
  sources_[source].columns = rows.columns();
  sources_[source].fingerprint = FileFingerprint(job_.config.sources[source].csv.path);
}

DeadLetter DeadLetterKeeper::Begin(std::size_t source) const {
  DeadLetter letter;
  letter.run_id = job_.run_id;
  letter.at = job_.started_at;
  letter.source = job_.config.sources[source].name;
  letter.fingerprint = sources_[source].fingerprint;
  return letter;
}

void DeadLetterKeeper::Keep(const SetAside& row) {
  DeadLetter letter = Begin(row.position.source);
  letter.columns = sources_[row.position.source].columns;
  letter.file = row.file;
  letter.line = row.position.line;
  letter.column = row.column;
  letter.value = row.value;
  letter.code = row.code;
  letter.reason = row.reason;
  letter.remedy = row.remedy;
  letter.document_key = row.key;
  letter.version = load_sequence_;
  letter.raw = row.raw;
  letter.raw_is_base64 = row.raw_is_base64;
  letter.raw_is_cut = row.raw_is_cut;
  ++sources_[row.position.source].reasons[{row.code, row.column}];
  Add(letter);
}

void DeadLetterKeeper::KeepDocument(const BulkRejection& rejection, const SentDocument& document) {
  DeadLetter letter = Begin(document.source);
  letter.file = job_.config.sources[document.source].csv.path;
  letter.line = document.line;
  letter.value = EscapeForMessage(rejection.id);
  letter.code = kRejectedCode;
  letter.reason = fmt::format("{}: {}", rejection.type, rejection.reason);
  letter.remedy = "mend the row and load again, or mend the mapping and replay";
  letter.document_of = document.index;
  letter.document_key = rejection.id;
  letter.version = document.version;
  letter.server_status = rejection.status;
  letter.server_type = rejection.type;
  letter.server_reason = rejection.reason;
  letter.raw = rejection.source;
  Add(letter);
}

void DeadLetterKeeper::CountRejected(std::size_t source, std::int64_t rows) {
  sources_[source].reasons[{kRejectedCode, ""}] += rows;
}

std::vector<SetAsideReason> DeadLetterKeeper::Reasons(std::size_t source) const {
  std::vector<SetAsideReason> reasons;
  for (const auto& [why, rows] : sources_[source].reasons) {
    reasons.push_back({why.first, why.second, rows});
  }
  return reasons;
}

void DeadLetterKeeper::Add(const DeadLetter& letter) {
  if (status_) {
    status_ = job_.state.AddDeadLetter(letter);
  }
}

}  // namespace cartwright
