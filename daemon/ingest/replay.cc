#include "daemon/ingest/replay.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "daemon/base/base64.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/ingest/documents.h"
#include "indexers/shape/set_aside.h"
#include "indexers/shape/shape.h"

namespace cartwright {
namespace {

constexpr const char* kReplayed = "replayed";
constexpr const char* kSuperseded = "superseded";
constexpr const char* kFiltered = "filtered";

/// What a row became when it was shaped by itself.
struct ShapedAlone {
  enum class Fate { kDocument, kSetAside, kSkipped };
  Fate fate = Fate::kSkipped;
  std::string index;  ///< orders or downloads.
  std::string key;
  std::optional<std::int64_t> version;  ///< The declared one.
  std::string json;
  SetAside aside;
};

/// The configuration without limits: how many letters fail is no reason to stop a replay.
Config WithoutLimits(Config config) {
  config.limits.max_set_aside_rows = std::numeric_limits<std::int64_t>::max();
  config.limits.max_set_aside_share = 1;
  return config;
}

/// Shapes single rows by the configuration as it is now.
class RowReplayer {
 public:
  explicit RowReplayer(const ReplayJob& job) : job_(job), config_(WithoutLimits(job.config)) {}

  /// Errors: kData for a text that is not one row with the columns that are mapped.
  Result<ShapedAlone> Shape(std::size_t source, const DeadLetter& letter,
                            const std::string& bytes) const {
    ShapedAlone shaped;
    CARTWRIGHT_ASSIGN(ShopShaper shaper,
                      ShopShaper::Make(config_, config_.state.directory, [&](const SetAside& row) {
                        shaped.fate = ShapedAlone::Fate::kSetAside;
                        shaped.aside = row;
                      }));
    CARTWRIGHT_ASSIGN(const std::unique_ptr<RowSource> rows,
                      job_.open(source, letter.columns, bytes));
    CARTWRIGHT_TRY(shaper.Read(source, *rows));
    if (rows->rows_read() != 1) {
      return Error{ErrorKind::kData,
                   fmt::format("the text holds {} rows, a letter is one", rows->rows_read())};
    }
    CARTWRIGHT_TRY(Emit(shaper, shaped));
    return shaped;
  }

 private:
  Status Emit(ShopShaper& shaper, ShapedAlone& shaped) const {
    CARTWRIGHT_TRY(
        shaper.EmitSessions([&](const SessionRecord& record, std::span<const RowRef>) -> Status {
          Take("orders", record, shaped);
          shaped.json = DocumentWriter(job_.layout, job_.started_at).Order(record);
          return {};
        }));
    return shaper.EmitCustomers(
        [&](const CustomerRecord& record, std::span<const RowRef>) -> Status {
          Take("downloads", record, shaped);
          shaped.json = DocumentWriter(job_.layout, job_.started_at).Customer(record);
          return {};
        });
  }

  template <class Record>
  static void Take(const char* index, const Record& record, ShapedAlone& shaped) {
    shaped.fate = ShapedAlone::Fate::kDocument;
    shaped.index = index;
    shaped.key = record.key;
    shaped.version = record.version;
  }

  const ReplayJob& job_;
  Config config_;
};

/// Writes the replayed documents of one index and keeps its book.
class IndexReplay {
 public:
  IndexReplay(const LoadTarget& target, std::string index, BulkEvents events)
      : admin_(target.transport), writer_(target.transport, target.bulk, std::move(events)) {
    book_.name = std::move(index);
  }
  Status Start() {
    CARTWRIGHT_TRY(admin_.Refresh(book_.name));
    CARTWRIGHT_ASSIGN(book_.count_before, admin_.Count(book_.name, ""));
    return {};
  }
  Status Add(std::string_view key, std::int64_t version, std::string_view json, std::uint64_t tag) {
    ++book_.built;
    return writer_.Add({BulkOperation::kIndex, book_.name, key, version, json, tag});
  }
  Status Finish() {
    CARTWRIGHT_TRY(writer_.Finish());
    CARTWRIGHT_TRY(admin_.Refresh(book_.name));
    CARTWRIGHT_ASSIGN(book_.count_after, admin_.Count(book_.name, ""));
    return {};
  }
  IndexBook Book() {
    const BulkCounts& counts = writer_.counts();
    book_.created = counts.created;
    book_.replaced = counts.replaced;
    book_.conflicted = counts.conflicted;
    book_.rejected = counts.rejected;
    book_.ambiguous = counts.ambiguous_resent;
    return book_;
  }

 private:
  IndexAdmin admin_;
  IndexBook book_;
  BulkWriter writer_;
};

class Replay {
 public:
  Replay(const ReplayJob& job, const LoadTarget& target, Books& books)
      : job_(job), target_(target), books_(books), rows_(job) {
    for (const SourceConfig& source : job.config.sources) {
      books_.sources.push_back({source.name});
    }
  }

  /// Letters without a verdict at the end stay as they were.
  Status SendAll(const std::vector<DeadLetter>& letters) {
    for (const DeadLetter& letter : letters) {
      replayed_.push_back({letter, {}});
      sources_.push_back(SourceOf(letter));
    }
    known_.resize(letters.size());
    for (std::size_t i = 0; i < replayed_.size(); ++i) {
      CARTWRIGHT_TRY(replayed_[i].letter.is_document() ? SendDocument(i) : SendRow(i));
    }
    for (const auto& index : {&orders_, &downloads_}) {
      CARTWRIGHT_TRY(*index ? (*index)->Finish() : Status());
    }
    books_.closed = true;
    return {};
  }

  /// Keeps what is known now, whatever the outcome of sending.
  Status Settle() {
    for (const auto& index : {&orders_, &downloads_}) {
      if (*index) {
        books_.indices.push_back((*index)->Book());
      }
    }
    std::vector<DeadLetter> changed;
    for (std::size_t i = 0; i < replayed_.size(); ++i) {
      if (known_[i]) {
        changed.push_back(replayed_[i].letter);
      }
    }
    return job_.state.UpdateDeadLetters(changed);
  }

  std::vector<ReplayedLetter> TakeLetters() { return std::move(replayed_); }

 private:
  std::optional<std::size_t> SourceOf(const DeadLetter& letter) const {
    const auto& sources = job_.config.sources;
    const auto found = std::find_if(
        sources.begin(), sources.end(),
        [&letter](const SourceConfig& source) { return source.name == letter.source; });
    return found == sources.end()
               ? std::nullopt
               : std::optional<std::size_t>(static_cast<std::size_t>(found - sources.begin()));
  }

  Status SendDocument(std::size_t i) {
    const DeadLetter& letter = replayed_[i].letter;
    replayed_[i].letter.written_version = letter.version;
    return Send(i, letter.document_of, letter.raw);
  }

  std::string WhyNotRow(std::size_t i) const {
    const DeadLetter& letter = replayed_[i].letter;
    if (!sources_[i]) {
      return fmt::format("the configuration has no source \"{}\" any more", letter.source);
    }
    std::string shared = WhyNotAlone(job_.config, job_.config.sources[*sources_[i]]);
    if (!shared.empty()) {
      return shared;
    }
    if (letter.columns.empty() || letter.version == 0) {
      return fmt::format(
          "it was kept by an older version of this program, without its columns; "
          "load the source again: cartwright once --load-only --source {}",
          letter.source);
    }
    if (letter.raw_is_cut) {
      return "only the beginning of the row was kept; give the whole row with --row or --from";
    }
    return letter.raw.empty() ? "the bytes of the row were not kept; give the row with --row or "
                                "--from"
                              : "";
  }

  Status SendRow(std::size_t i) {
    DeadLetter& letter = replayed_[i].letter;
    replayed_[i].refusal = WhyNotRow(i);
    if (!replayed_[i].refusal.empty()) {
      return {};
    }
    const std::optional<std::string> bytes =
        letter.raw_is_base64 ? DecodeBase64(letter.raw) : letter.raw;
    Result<ShapedAlone> shaped =
        bytes ? rows_.Shape(*sources_[i], letter, *bytes)
              : Result<ShapedAlone>(Error{ErrorKind::kData, "its bytes are no base64"});
    if (!shaped) {
      replayed_[i].refusal = shaped.error().message;
      return {};
    }
    ++BookOf(i).read;
    switch (shaped->fate) {
      case ShapedAlone::Fate::kSetAside:
        ++BookOf(i).set_aside;
        FailAgain(i, shaped->aside);
        return {};
      case ShapedAlone::Fate::kSkipped:
        ++BookOf(i).filtered;
        SettleAs(i, kFiltered);
        return {};
      case ShapedAlone::Fate::kDocument:
        break;
    }
    letter.document_key = shaped->key;
    letter.written_version = shaped->version.value_or(letter.version) - 1;
    CARTWRIGHT_ASSIGN(
        const bool is_older,
        job_.state.HasReplayedLaterRow(letter, letter.document_key, letter.written_version));
    if (is_older) {
      ++BookOf(i).superseded;
      SettleAs(i, kSuperseded);
      return {};
    }
    ++BookOf(i).used;
    return Send(i, shaped->index, shaped->json);
  }

  Status Send(std::size_t i, const std::string& logical_index, std::string_view json) {
    const bool is_orders = logical_index == "orders";
    std::optional<IndexReplay>& index = is_orders ? orders_ : downloads_;
    if (!index) {
      index.emplace(target_, is_orders ? target_.orders : target_.downloads, Events());
      CARTWRIGHT_TRY(index->Start());
    }
    const DeadLetter& letter = replayed_[i].letter;
    return index->Add(letter.document_key, letter.written_version, json, i);
  }

  BulkEvents Events() {
    BulkEvents events;
    events.written = [this](std::uint64_t tag, bool) { SettleAs(tag, kReplayed); };
    events.conflicted = [this](std::uint64_t tag) {
      Move(tag, &SourceBook::superseded);
      SettleAs(tag, kSuperseded);
    };
    events.rejected = [this](const BulkRejection& rejection) {
      Move(rejection.tag, &SourceBook::set_aside);
      SetAside why;
      why.value = EscapeForMessage(rejection.id);
      why.code = "rejected_by_elasticsearch";
      why.reason = fmt::format("{}: {}", rejection.type, rejection.reason);
      why.remedy = "mend the row or the index mapping, then replay";
      FailAgain(rejection.tag, why);
      DeadLetter& letter = replayed_[rejection.tag].letter;
      letter.server_status = rejection.status;
      letter.server_type = rejection.type;
      letter.server_reason = rejection.reason;
    };
    return events;
  }

  SourceBook& BookOf(std::size_t i) { return books_.sources[*sources_[i]]; }

  /// Rows only: the rows of a document were counted when their load rejected it.
  void Move(std::uint64_t tag, std::int64_t SourceBook::* to) {
    if (!replayed_[tag].letter.is_document()) {
      --BookOf(tag).used;
      ++(BookOf(tag).*to);
    }
  }

  void SettleAs(std::uint64_t tag, const char* outcome) {
    DeadLetter& letter = replayed_[tag].letter;
    letter.outcome = outcome;
    letter.outcome_run = job_.run_id;
    letter.written_version = letter.outcome == kReplayed ? letter.written_version : 0;
    known_[tag] = true;
  }

  void FailAgain(std::uint64_t tag, const SetAside& why) {
    DeadLetter& letter = replayed_[tag].letter;
    ++letter.attempts;
    letter.column = why.column;
    letter.value = why.value;
    letter.code = why.code;
    letter.reason = why.reason;
    letter.remedy = why.remedy;
    letter.server_status = 0;
    letter.server_type.clear();
    letter.server_reason.clear();
    letter.written_version = 0;
    known_[tag] = true;
  }

  const ReplayJob& job_;
  const LoadTarget& target_;
  Books& books_;
  RowReplayer rows_;
  std::vector<ReplayedLetter> replayed_;
  std::vector<std::optional<std::size_t>> sources_;  ///< Index in the configuration, by letter.
  std::vector<bool> known_;                          ///< The letter's fate is.
  std::optional<IndexReplay> orders_;
  std::optional<IndexReplay> downloads_;
};

}  // namespace

std::string WhyNotAlone(const Config& config, const SourceConfig& source) {
  const bool has_lines =
      std::any_of(config.sources.begin(), config.sources.end(),
                  [](const SourceConfig& other) { return other.feeds == FeedKind::kLines; });
  std::string why;
  if (source.feeds == FeedKind::kLines) {
    why = "an order is written from all its lines only";
  } else if (source.feeds == FeedKind::kEvents) {
    why = "a session is written from all its events only";
  } else if (source.feeds == FeedKind::kSessions && has_lines) {
    why = "an order is written from its session and all its lines only";
  } else if (source.repeated_keys == "number") {
    why = "the id counts the rows of its key in the file";
  } else {
    return {};
  }
  return fmt::format(
      "{}: mend the row in {} or the mapping, then load again: cartwright once "
      "--load-only --source {}",
      why, source.csv.path, source.name);
}

Result<std::vector<ReplayedLetter>> ReplayDeadLetters(const ReplayJob& job,
                                                      const LoadTarget& target,
                                                      const std::vector<DeadLetter>& letters,
                                                      Books& books) {
  Replay replay(job, target, books);
  const Status sent = replay.SendAll(letters);
  CARTWRIGHT_TRY(replay.Settle());
  CARTWRIGHT_TRY(sent);
  CARTWRIGHT_TRY(books.Check());
  return replay.TakeLetters();
}

}  // namespace cartwright
