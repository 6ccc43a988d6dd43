#include "daemon/elastic/bulk_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <list>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/elastic/backoff.h"
#include "daemon/elastic/bulk_answer.h"
#include "daemon/elastic/bulk_body.h"
#include "daemon/elastic/bulk_errors.h"
#include "daemon/elastic/open_ids.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Milliseconds = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kActionBytes = 96;               // An action line without its index and id.
constexpr std::size_t kBytesBetweenPolls = 128 << 10;  // Keeps the sockets busy while we append.
constexpr Milliseconds kLongestPoll{1'000};
// So many documents refused alone in a row with nothing written between are no bad documents.
constexpr int kRefusedAloneLimit = 16;

// A body on its way: with the transport, or waiting until `due`.
struct Batch {
  BulkBody body;
  std::uint64_t serial = 0;   // Owner of its ids.
  std::uint64_t request = 0;  // Of the transport; 0 = waiting.
  int failures = 0;
  SteadyTime due{};
  std::optional<SteadyTime> first_failure;
};

std::vector<std::size_t> Range(std::size_t begin, std::size_t end) {
  std::vector<std::size_t> documents(end - begin);
  std::iota(documents.begin(), documents.end(), begin);
  return documents;
}

ServerError ErrorOf(const BulkItem& item) { return MakeServerError(item.type, item.reason); }

std::string BulkPath(bool require_alias) {
  return fmt::format(
      "/_bulk?require_alias={}"
      "&filter_path=took,errors,items.*.status,items.*.error.type,items.*.error.reason",
      require_alias);
}

}  // namespace

// The open bodies of one writer and what happens to them.
class BulkWriter::Lane {
 public:
  Lane(Transport& transport, BulkOptions options, BulkEvents events);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  Status Add(const BulkDocument& document);
  Status Finish();
  const BulkCounts& counts() const { return counts_; }

 private:
  using BatchIterator = std::list<Batch>::iterator;
  struct Arrival {
    BatchIterator batch;
    Exchange exchange;
  };
  enum class Cause { kAsked, kAmbiguous, kUnsent };

  void Refuse(const BulkDocument& document, std::string_view reason);
  Status MakeRoom(const BulkDocument& document, std::uint64_t id_hash);
  Status Flush();
  Status Drain();
  Status Step();
  void LaunchDue();
  void Launch(BatchIterator batch);
  Milliseconds UntilDue() const;
  std::size_t flying() const;

  void Settle(Arrival arrival);
  void SettleItems(BatchIterator batch, const std::vector<BulkItem>& items);
  void SettleWhole(BatchIterator batch, int status, const ServerError& error);
  bool Record(const Batch& batch, std::size_t document, const BulkItem& item, Verdict verdict);
  void Reject(const Batch& batch, std::size_t document, int status, const ServerError& error);
  void Split(BatchIterator batch, int status, const ServerError& error);
  void SendAgain(BatchIterator batch, Cause cause, Verdict verdict, const std::string& reason);
  void Close(BatchIterator batch);
  void Fail(Error error);
  void AwaitFlying();
  void SettleArrived();

  Transport& transport_;
  BulkOptions options_;
  BulkEvents events_;
  BulkCounts counts_;
  Backoff backoff_;
  BulkAnswerReader reader_;
  std::string path_;
  Batch filling_;
  std::list<Batch> open_;
  std::deque<Arrival> arrived_;
  OpenIds ids_;
  BulkBody spare_;  // Memory for the next body.
  std::optional<Error> failed_;
  std::uint64_t last_serial_ = 0;
  std::size_t unpolled_bytes_ = 0;
  int window_;  // Requests at once: halved when the server pushes back, grown by clean answers.
  int refused_alone_ = 0;
};

BulkWriter::Lane::Lane(Transport& transport, BulkOptions options, BulkEvents events)
    : transport_(transport),
      options_(std::move(options)),
      events_(std::move(events)),
      backoff_(options_.retry_first, options_.retry_cap, options_.jitter_seed),
      path_(BulkPath(options_.require_alias)),
      window_(std::max(1, options_.in_flight)) {
  options_.in_flight = window_;
  filling_.serial = ++last_serial_;
  if (!options_.now) {
    options_.now = [] { return std::chrono::steady_clock::now(); };
  }
  if (!options_.wait) {
    options_.wait = [this](Milliseconds time) { transport_.Poll(std::min(time, kLongestPoll)); };
  }
  if (!options_.cancelled) {
    options_.cancelled = [] { return false; };
  }
}

BulkWriter::Lane::~Lane() {
  for (const Batch& batch : open_) {
    transport_.Cancel(batch.request);
  }
}

Status BulkWriter::Lane::Add(const BulkDocument& document) {
  if (failed_) {
    return *failed_;
  }
  const std::string_view fault = FaultOf(document);
  if (!fault.empty()) {
    Refuse(document, fault);
    return {};
  }
  const std::uint64_t id_hash = OpenIds::HashOf(document);
  CARTWRIGHT_TRY(MakeRoom(document, id_hash));
  const std::size_t before = filling_.body.bytes();
  filling_.body.Append(document, id_hash);
  unpolled_bytes_ += filling_.body.bytes() - before;
  if (unpolled_bytes_ >= kBytesBetweenPolls) {
    unpolled_bytes_ = 0;
    transport_.Poll(Milliseconds(0));
  }
  const bool full = filling_.body.documents() >= options_.batch_documents ||
                    filling_.body.bytes() >= options_.batch_bytes;
  return full ? Flush() : Status{};
}

void BulkWriter::Lane::Refuse(const BulkDocument& document, std::string_view reason) {
  ++counts_.rejected;
  if (events_.rejected) {
    events_.rejected({document.tag, std::string(document.id), 0, "invalid_document",
                      std::string(reason), std::string(document.source)});
  }
}

Status BulkWriter::Lane::MakeRoom(const BulkDocument& document, std::uint64_t id_hash) {
  const std::size_t bytes =
      document.source.size() + document.id.size() + document.index.size() + kActionBytes;
  if (filling_.body.documents() > 0 && filling_.body.bytes() + bytes > options_.batch_bytes) {
    CARTWRIGHT_TRY(Flush());
  }
  if (!ids_.Take(id_hash, filling_.serial)) {
    // Two bodies on their way may be applied in any order: the id waits for the one that holds it.
    CARTWRIGHT_TRY(Drain());
    ids_.Take(id_hash, filling_.serial);
  }
  return {};
}

// Opens the body being filled, as soon as fewer than `in_flight` are open.
Status BulkWriter::Lane::Flush() {
  while (open_.size() >= static_cast<std::size_t>(options_.in_flight)) {
    CARTWRIGHT_TRY(Step());
  }
  if (filling_.body.documents() > 0) {
    open_.push_back(std::move(filling_));
    filling_ = Batch{};
    filling_.body = std::move(spare_);
    filling_.serial = ++last_serial_;
    spare_ = BulkBody{};
    LaunchDue();
    transport_.Poll(Milliseconds(0));
  }
  return {};
}

Status BulkWriter::Lane::Drain() {
  CARTWRIGHT_TRY(Flush());
  while (!open_.empty()) {
    CARTWRIGHT_TRY(Step());
  }
  return {};
}

Status BulkWriter::Lane::Finish() {
  if (failed_) {
    return *failed_;
  }
  return Drain();
}

// Lets time pass until something arrived or became due, and acts on it.
Status BulkWriter::Lane::Step() {
  if (options_.cancelled()) {
    Fail({ErrorKind::kCancelled, "the bulk load was stopped before its end"});
  } else {
    LaunchDue();
  }
  if (arrived_.empty() && !failed_) {
    const bool all_busy = flying() >= static_cast<std::size_t>(window_);
    const Milliseconds pause = all_busy ? kLongestPoll : UntilDue();
    if (flying() > 0) {
      transport_.Poll(std::clamp(pause, Milliseconds(1), kLongestPoll));
    } else {
      options_.wait(pause);
    }
  }
  SettleArrived();
  if (failed_) {
    AwaitFlying();
    return *failed_;
  }
  return {};
}

// No document whose answer is on its way is left without an event.
void BulkWriter::Lane::AwaitFlying() {
  while (flying() > 0) {
    transport_.Poll(kLongestPoll);
    SettleArrived();
  }
}

void BulkWriter::Lane::SettleArrived() {
  while (!arrived_.empty()) {
    Arrival arrival = std::move(arrived_.front());
    arrived_.pop_front();
    Settle(std::move(arrival));
  }
}

void BulkWriter::Lane::LaunchDue() {
  const auto window = static_cast<std::size_t>(window_);
  std::size_t room = window - std::min(flying(), window);
  const SteadyTime now = options_.now();
  for (auto batch = open_.begin(); batch != open_.end() && room > 0; ++batch) {
    if (batch->request == 0 && batch->due <= now) {
      Launch(batch);
      --room;
    }
  }
}

void BulkWriter::Lane::Launch(BatchIterator batch) {
  ++counts_.requests;
  counts_.bytes += static_cast<std::int64_t>(batch->body.bytes());
  HttpRequest request{"POST", path_, batch->body.Lend(), "application/x-ndjson"};
  batch->request = transport_.Start(std::move(request), [this, batch](Exchange exchange) {
    arrived_.push_back({batch, std::move(exchange)});
  });
}

Milliseconds BulkWriter::Lane::UntilDue() const {
  Milliseconds pause = Milliseconds::max();
  const SteadyTime now = options_.now();
  for (const Batch& batch : open_) {
    if (batch.request == 0) {
      pause = std::min(pause, std::chrono::ceil<Milliseconds>(batch.due - now));
    }
  }
  return std::max(pause, Milliseconds(0));
}

std::size_t BulkWriter::Lane::flying() const {
  return static_cast<std::size_t>(std::count_if(
      open_.begin(), open_.end(), [](const Batch& batch) { return batch.request != 0; }));
}

void BulkWriter::Lane::Settle(Arrival arrival) {
  const BatchIterator batch = arrival.batch;
  Exchange& exchange = arrival.exchange;
  batch->request = 0;
  batch->body.GiveBack(std::move(exchange.request.body));
  if (!exchange.response) {
    const Cause cause = exchange.sent ? Cause::kAmbiguous : Cause::kUnsent;
    SendAgain(batch, cause, Verdict::kRetrySoon, exchange.error.message);
    return;
  }
  HttpResponse& response = *exchange.response;
  if (response.status < 200 || response.status >= 300) {
    SettleWhole(batch, response.status, ParseServerError(response.body));
    return;
  }
  if (!IsJson(response)) {
    Fail(NotElasticsearch(response));
    return;
  }
  const auto items = reader_.Read(std::move(response.body), batch->body);
  if (!items) {
    SendAgain(batch, Cause::kAmbiguous, Verdict::kAmbiguous, items.error().message);
    return;
  }
  SettleItems(batch, **items);
}

void BulkWriter::Lane::SettleItems(BatchIterator batch, const std::vector<BulkItem>& items) {
  std::vector<std::size_t> again;
  std::optional<std::size_t> stop;
  Verdict slowest = Verdict::kRetrySoon;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Verdict verdict = Judge({200, items[i].status, items[i].type, batch->body.operation(i)});
    if (verdict == Verdict::kStop) {
      stop = stop.value_or(i);
    } else if (!Record(*batch, i, items[i], verdict)) {
      slowest = verdict == Verdict::kRetrySlow ? verdict : slowest;
      again.push_back(i);
    }
  }
  if (stop) {
    Fail(LoadRefused(items[*stop].status, ErrorOf(items[*stop])));
    return;
  }
  if (again.empty()) {
    window_ = std::min(window_ + 1, options_.in_flight);
    Close(batch);
    return;
  }
  const std::string reason = Describe(items[again.back()].status, ErrorOf(items[again.back()]));
  batch->body = batch->body.Pick(again);
  SendAgain(batch, Cause::kAsked, slowest, reason);
}

// Counts and reports a final verdict. False for what must be sent again.
bool BulkWriter::Lane::Record(const Batch& batch, std::size_t document, const BulkItem& item,
                              Verdict verdict) {
  const std::uint64_t tag = batch.body.tag(document);
  switch (verdict) {
    case Verdict::kCreated:
    case Verdict::kReplaced: {
      const bool created = verdict == Verdict::kCreated;
      ++(created ? counts_.created : counts_.replaced);
      if (events_.written) {
        events_.written(tag, created);
      }
      break;
    }
    case Verdict::kDeleted:
      ++counts_.deleted;
      if (events_.deleted) {
        events_.deleted(tag);
      }
      break;
    case Verdict::kConflicted:
      ++counts_.conflicted;
      if (events_.conflicted) {
        events_.conflicted(tag);
      }
      break;
    case Verdict::kRejected:
      Reject(batch, document, item.status, ErrorOf(item));
      break;
    default:
      return false;
  }
  refused_alone_ = 0;
  ids_.Release(batch.body.id_hash(document), batch.serial);
  return true;
}

void BulkWriter::Lane::Reject(const Batch& batch, std::size_t document, int status,
                              const ServerError& error) {
  ++counts_.rejected;
  if (events_.rejected) {
    BulkRejection rejection = batch.body.Identify(document);
    rejection.status = status;
    rejection.type = error.type;
    rejection.reason = error.reason;
    events_.rejected(rejection);
  }
}

void BulkWriter::Lane::SettleWhole(BatchIterator batch, int status, const ServerError& error) {
  const Verdict verdict = Judge({status, 0, error.type, BulkOperation::kIndex});
  const std::string reason = Describe(status, error);
  switch (verdict) {
    case Verdict::kSplit:
      Split(batch, status, error);
      return;
    case Verdict::kStop:
      Fail(LoadRefused(status, error));
      return;
    case Verdict::kAmbiguous:
      SendAgain(batch, Cause::kAmbiguous, verdict, reason);
      return;
    default:
      SendAgain(batch, Cause::kAsked, verdict, reason);
  }
}

void BulkWriter::Lane::Split(BatchIterator batch, int status, const ServerError& error) {
  const std::size_t documents = batch->body.documents();
  if (documents > 1) {
    Batch half;
    half.serial = batch->serial;
    half.failures = batch->failures;
    half.first_failure = batch->first_failure;
    half.body = batch->body.Pick(Range(documents / 2, documents));
    batch->body = batch->body.Pick(Range(0, documents / 2));
    counts_.retried += static_cast<std::int64_t>(documents);
    open_.insert(std::next(batch), std::move(half));
    return;
  }
  if (status == 400 && ++refused_alone_ > kRefusedAloneLimit) {
    Fail(EveryRequestRefused(status, error));
    return;
  }
  const bool too_large = status == 413;
  Reject(*batch, 0, status,
         too_large ? ServerError{"request_too_large",
                                 "this one document is larger than http.max_content_length"}
                   : error);
  Close(batch);
}

void BulkWriter::Lane::SendAgain(BatchIterator batch, Cause cause, Verdict verdict,
                                 const std::string& reason) {
  if (failed_) {
    return;
  }
  const SteadyTime now = options_.now();
  const auto documents = static_cast<std::int64_t>(batch->body.documents());
  const bool slow = verdict == Verdict::kRetrySlow;
  constexpr int kSlowHeadStart = 4;  // Doublings: a full disk is not freed within a second.
  ++batch->failures;
  batch->first_failure = batch->first_failure.value_or(now);
  const Milliseconds pause = backoff_.Next(batch->failures + (slow ? kSlowHeadStart : 0));
  if (now + pause - *batch->first_failure > options_.retry_total) {
    Fail(
        GaveUp({documents, batch->failures, options_.retry_total, reason, cause == Cause::kAsked}));
    return;
  }
  if (cause == Cause::kAsked) {
    window_ = std::max(1, window_ / 2);
  }
  (cause == Cause::kAmbiguous ? counts_.ambiguous_resent : counts_.retried) += documents;
  batch->due = now + pause;
  if (events_.delayed) {
    events_.delayed({pause, documents, reason, slow});
  }
}

void BulkWriter::Lane::Close(BatchIterator batch) {
  for (std::size_t i = 0; i < batch->body.documents(); ++i) {
    ids_.Release(batch->body.id_hash(i), batch->serial);
  }
  spare_ = std::move(batch->body);
  spare_.Clear();
  open_.erase(batch);
}

void BulkWriter::Lane::Fail(Error error) {
  if (!failed_) {
    failed_ = std::move(error);
  }
}

BulkWriter::BulkWriter(Transport& transport, BulkOptions options, BulkEvents events)
    : lane_(std::make_unique<Lane>(transport, std::move(options), std::move(events))) {}
BulkWriter::~BulkWriter() = default;
Status BulkWriter::Add(const BulkDocument& document) { return lane_->Add(document); }
Status BulkWriter::Finish() { return lane_->Finish(); }
const BulkCounts& BulkWriter::counts() const { return lane_->counts(); }

}  // namespace cartwright
