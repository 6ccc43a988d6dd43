#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/app/commands.h"
#include "daemon/app/environment.h"
#include "daemon/app/letter_text.h"
#include "daemon/app/receipt_index.h"
#include "daemon/app/shop_leases.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/ingest/replay.h"
#include "indexers/csv/csv.h"

namespace cartwright {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// Mended texts by the number of their letter.
using MendedLetters = std::map<std::int64_t, MendedLetter>;

Result<MendedLetters> ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return Error{ErrorKind::kUsage, fmt::format("cannot read {}", path)};
  }
  CARTWRIGHT_ASSIGN(const std::vector<MendedLetter> letters, ReadMendedLetters(text.str(), path));
  MendedLetters mended;
  for (const MendedLetter& letter : letters) {
    if (!mended.try_emplace(letter.id, letter).second) {
      return Error{ErrorKind::kUsage,
                   fmt::format("{}: dead letter {} is there twice", path, letter.id)};
    }
  }
  return mended;
}

/// The mended texts: of `--row` or of `--from`. Errors: kUsage for a choice that is no choice.
Result<MendedLetters> Mended(const ReplayOptions& options) {
  const LetterFilter& filter = options.filter;
  const bool filters = !(filter.run_id.empty() && filter.source.empty() && filter.code.empty());
  const int choices = static_cast<int>(!filter.ids.empty()) + static_cast<int>(filters) +
                      static_cast<int>(options.all) +
                      static_cast<int>(!options.letters_file.empty());
  if (choices != 1) {
    return Error{ErrorKind::kUsage,
                 "say which dead letters: their numbers, or --run, --source and --code, or --all, "
                 "or --from FILE"};
  }
  if (!options.letters_file.empty()) {
    return ReadFile(options.letters_file);
  }
  if (options.row.empty()) {
    return MendedLetters();
  }
  if (filter.ids.size() != 1) {
    return Error{ErrorKind::kUsage, "--row is the text of one dead letter: give its number"};
  }
  const std::int64_t id = filter.ids.front();
  return MendedLetters{{id, {id, options.row, false}}};
}

/// A document is sent as it is, so it must be one JSON object on one line.
Status CheckDocument(const MendedLetter& mended) {
  const bool is_line = mended.raw.find_first_of("\r\n") == std::string::npos;
  if (is_line && nlohmann::json::parse(mended.raw, nullptr, false).is_object()) {
    return {};
  }
  return Error{ErrorKind::kUsage,
               fmt::format("dead letter {} is a document: its text must be a JSON object on one "
                           "line",
                           mended.id)};
}

/// Errors: kUsage unless every number names an open letter of these, which come in their order.
Status CheckNumbers(const std::vector<std::int64_t>& ids, const std::vector<DeadLetter>& letters) {
  for (const std::int64_t id : ids) {
    const auto found =
        std::lower_bound(letters.begin(), letters.end(), id,
                         [](const DeadLetter& letter, std::int64_t at) { return letter.id < at; });
    if (found == letters.end() || found->id != id) {
      return Error{ErrorKind::kUsage, fmt::format("there is no dead letter {}", id)};
    }
    if (!found->is_open()) {
      return Error{ErrorKind::kUsage, fmt::format("dead letter {} is settled: {} by run {}", id,
                                                  found->outcome, found->outcome_run)};
    }
  }
  return {};
}

/// The letters to send, each with its mended text. Errors: kUsage for a number that names no open
/// letter and for texts that cannot be one.
Result<std::vector<DeadLetter>> Choose(const StateStore& state, const ReplayOptions& options,
                                       const MendedLetters& mended) {
  LetterFilter filter = options.filter;
  if (!options.letters_file.empty()) {
    for (const auto& [id, text] : mended) {
      filter.ids.push_back(id);
    }
    if (filter.ids.empty()) {
      return std::vector<DeadLetter>();
    }
  }
  filter.open_only = filter.ids.empty();
  CARTWRIGHT_ASSIGN(std::vector<DeadLetter> letters, state.DeadLetters(filter, kNoLimit));
  CARTWRIGHT_TRY(CheckNumbers(filter.ids, letters));
  for (DeadLetter& letter : letters) {
    const auto text = mended.find(letter.id);
    if (text != mended.end()) {
      CARTWRIGHT_TRY(letter.is_document() ? CheckDocument(text->second) : Status());
      letter.raw_is_cut = letter.raw_is_cut && letter.raw == text->second.raw;
      letter.raw = text->second.raw;
      letter.raw_is_base64 = text->second.raw_is_base64;
    }
  }
  return letters;
}

OpenRowText RowTextOpener(const Config& config) {
  return [&config](std::size_t source, const std::vector<std::string>& columns,
                   const std::string& bytes) {
    CsvConfig csv = config.sources[source].csv;
    csv.header = false;
    csv.names = columns;
    return OpenCsvText(csv, static_cast<std::uint32_t>(source), bytes);
  };
}

std::string Fate(const ReplayedLetter& replayed) {
  const DeadLetter& letter = replayed.letter;
  if (!replayed.refusal.empty()) {
    return "not sent: " + replayed.refusal;
  }
  if (letter.outcome == "replayed") {
    return fmt::format("replayed as {}", letter.document_key);
  }
  if (letter.outcome == "superseded") {
    return fmt::format("superseded: {} holds what its load or a later one wrote",
                       letter.document_key);
  }
  if (letter.outcome == "filtered") {
    return "filtered: a skip rule of the source leaves it out";
  }
  return fmt::format("set aside again: {}; {} (attempt {})", letter.reason, letter.remedy,
                     letter.attempts);
}

void Print(const CommonOptions& common, const std::vector<ReplayedLetter>& letters,
           const Receipt& receipt) {
  nlohmann::ordered_json json = {{"run_id", receipt.run_id}};
  json["letters"] = nlohmann::ordered_json::array();
  for (const ReplayedLetter& replayed : letters) {
    const DeadLetter& letter = replayed.letter;
    if (common.json) {
      json["letters"].push_back({{"id", letter.id},
                                 {"outcome", letter.is_open() ? "open" : letter.outcome},
                                 {"attempts", letter.attempts},
                                 {"key", letter.document_key},
                                 {"message", Fate(replayed)}});
    } else {
      fmt::print("{} {}:{}: {}\n", letter.id, letter.file, letter.line, Fate(replayed));
    }
  }
  if (common.json) {
    json["receipt"] = nlohmann::ordered_json::parse(ReceiptJson(receipt));
    fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", ReceiptText(receipt));
  }
}

/// Sends the letters as a run of its own and ends its receipt, which is kept whatever the outcome.
class ReplayRun {
 public:
  ReplayRun(const Shop& shop, StateStore& state) : shop_(shop), state_(state) {
    receipt_.started_at = clock_.Now();
    receipt_.run_id = MakeRunId(receipt_.started_at);
    receipt_.kind = "replay";
    receipt_.generator = shop.generator;
  }

  Result<std::vector<ReplayedLetter>> Send(const std::vector<DeadLetter>& letters) {
    CARTWRIGHT_TRY(
        state_.StartRun({receipt_.run_id, receipt_.kind, "running", receipt_.started_at, {}, {}}));
    Result<std::vector<ReplayedLetter>> replayed = Replay(letters);
    CARTWRIGHT_TRY(End(replayed ? Status() : Status(replayed.error())));
    return replayed;
  }

  const Receipt& receipt() const { return receipt_; }

 private:
  Result<std::vector<ReplayedLetter>> Replay(const std::vector<DeadLetter>& letters) {
    CARTWRIGHT_ASSIGN(transport_, Transport::Create(shop_.Elastic(receipt_.run_id)));
    CARTWRIGHT_TRY(IndexAdmin(*transport_).ProbeServer());
    CARTWRIGHT_ASSIGN(lease_, TakeLoadLease(shop_, *transport_, receipt_.run_id,
                                            {"orders", "downloads", "runs"}));
    CARTWRIGHT_ASSIGN(receipt_.load_sequence, state_.NextLoadSequence(clock_.Now()));
    LoadTarget target{*transport_, shop_.Bulk(), receipt_.load_sequence, shop_.Alias("orders"),
                      shop_.Alias("downloads")};
    target.bulk.cancelled = [this] { return StopWasRequested() || lease_->lost(); };
    const ReplayJob job{shop_.config,    shop_.layout,        state_,
                        receipt_.run_id, receipt_.started_at, RowTextOpener(shop_.config)};
    return ReplayDeadLetters(job, target, letters, receipt_.books);
  }

  Status End(const Status& outcome) {
    receipt_.finished_at = clock_.Now();
    receipt_.load_ms = receipt_.finished_at - receipt_.started_at;
    receipt_.status = outcome ? "ok" : "failed";
    receipt_.error = outcome ? "" : outcome.error().message;
    CARTWRIGHT_TRY(
        state_.FinishRun({receipt_.run_id, receipt_.kind, receipt_.status, receipt_.started_at,
                          receipt_.finished_at, ReceiptJson(receipt_)}));
    const Status indexed = lease_ != nullptr && !lease_->lost()
                               ? IndexReceipt(shop_, *transport_, receipt_)
                               : Status();
    return outcome ? indexed : outcome;
  }

  const Shop& shop_;
  StateStore& state_;
  SystemClock clock_;
  Receipt receipt_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<LeaseKeeper> lease_;
};

}  // namespace

Result<int> DeadLettersReplayCommand(const CommonOptions& common, const ReplayOptions& options) {
  CARTWRIGHT_ASSIGN(const MendedLetters mended, Mended(options));
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(const std::vector<DeadLetter> letters, Choose(state, options, mended));
  if (letters.empty()) {
    fmt::print(stderr, "there is no open dead letter to replay\n");
    return 0;
  }
  ReplayRun run(shop, state);
  CARTWRIGHT_ASSIGN(const std::vector<ReplayedLetter> replayed, run.Send(letters));
  Print(common, replayed, run.receipt());
  const bool all_settled =
      std::all_of(replayed.begin(), replayed.end(),
                  [](const ReplayedLetter& letter) { return !letter.letter.is_open(); });
  return all_settled ? 0 : ExitCode(ErrorKind::kData);
}

}  // namespace cartwright
