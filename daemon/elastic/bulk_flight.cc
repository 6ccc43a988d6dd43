#include "daemon/elastic/bulk_flight.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/elastic/bulk_errors.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

constexpr std::chrono::milliseconds kLongestPoll{200};  // Between two looks at `cancelled`.
constexpr std::int64_t kReservedBodies = 10;  // May be sent again before the retry share counts.
// A server or proxy may break the connection instead of answering 413. Twice so with a body that
// may be too large, and it is cut in two.
constexpr int kCutsBeforeHalving = 2;
constexpr std::size_t kPrefetchAhead = 8;
constexpr std::size_t kMaybeTooLarge = std::size_t{1} << 20;

std::string BulkPath(bool require_alias) {
  return fmt::format(
      "/_bulk?require_alias={}"
      "&filter_path=took,errors,items.*.status,items.*.error.type,items.*.error.reason",
      require_alias);
}

}  // namespace

BulkFlight::BulkFlight(Transport& transport, const BulkOptions& options, BulkLedger& ledger,
                       OpenIds& ids)
    : transport_(transport),
      options_(options),
      ledger_(ledger),
      ids_(ids),
      limits_(LimitsOf(options, transport.hosts(), transport.compresses())),
      window_(limits_.open_bodies, limits_.body_bytes),
      budget_(options.retry_share,
              kReservedBodies * static_cast<std::int64_t>(limits_.body_documents)),
      rate_(options.documents_per_second),
      backoff_(options.retry_first, options.retry_cap, options.jitter_seed),
      path_(BulkPath(options.require_alias)) {}

BulkFlight::~BulkFlight() {
  for (const Batch& batch : open_) {
    transport_.Cancel(batch.request);
  }
}

void BulkFlight::Open(BulkBody body, std::uint64_t serial) {
  const auto documents = static_cast<std::int64_t>(body.documents());
  Batch batch;
  batch.body = std::move(body);
  batch.serial = serial;
  batch.due = rate_.Reserve(documents, options_.now());
  open_.push_back(std::move(batch));
  budget_.Sent(documents);
  LaunchDue();
  transport_.Poll(Milliseconds(0));
}

Status BulkFlight::Step() {
  if (options_.cancelled()) {
    Fail({ErrorKind::kCancelled, "the bulk load was stopped before its end"});
  } else {
    LaunchDue();
  }
  if (arrived_.empty() && !failed_) {
    const bool all_busy = flying() >= window_.requests();
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
  }
  return status();
}

Status BulkFlight::Look() {
  LaunchDue();
  transport_.Poll(Milliseconds(0));
  SettleArrived();
  if (failed_) {
    AwaitFlying();
  }
  return status();
}

// No document whose answer is on its way is left without an event, unless that would hold up the
// end of the process.
void BulkFlight::AwaitFlying() {
  std::optional<Time> cancelled_at;
  while (flying() > 0) {
    if (options_.cancelled()) {
      cancelled_at = cancelled_at.value_or(options_.now());
      if (options_.now() - *cancelled_at >= options_.cancel_grace) {
        return;
      }
    }
    transport_.Poll(kLongestPoll);
    SettleArrived();
  }
}

void BulkFlight::SettleArrived() {
  while (!arrived_.empty()) {
    Arrival arrival = std::move(arrived_.front());
    arrived_.pop_front();
    Settle(std::move(arrival));
  }
}

void BulkFlight::LaunchDue() {
  std::size_t room = window_.requests() - std::min(flying(), window_.requests());
  const Time now = options_.now();
  for (auto batch = open_.begin(); batch != open_.end() && room > 0; ++batch) {
    if (batch->request == 0 && batch->due <= now) {
      Launch(batch);
      --room;
    }
  }
}

void BulkFlight::Launch(BatchIterator batch) {
  BulkCounts& counts = ledger_.counts();
  ++counts.requests;
  counts.bytes += static_cast<std::int64_t>(batch->body.bytes());
  HttpRequest request{"POST", path_, batch->body.Lend(), "application/x-ndjson"};
  batch->request = transport_.Start(std::move(request), [this, batch](Exchange exchange) {
    arrived_.push_back({batch, std::move(exchange)});
  });
}

BulkFlight::Milliseconds BulkFlight::UntilDue() const {
  Milliseconds pause = Milliseconds::max();
  const Time now = options_.now();
  for (const Batch& batch : open_) {
    if (batch.request == 0) {
      pause = std::min(pause, std::chrono::ceil<Milliseconds>(batch.due - now));
    }
  }
  return std::max(pause, Milliseconds(0));
}

std::size_t BulkFlight::flying() const {
  return static_cast<std::size_t>(std::count_if(
      open_.begin(), open_.end(), [](const Batch& batch) { return batch.request != 0; }));
}

std::size_t BulkFlight::memory() const {
  std::size_t bytes = spare_.memory();
  for (const Batch& batch : open_) {
    // Also while it waits to be sent again: it will be compressed once more.
    bytes += batch.body.memory() + (transport_.compresses() ? PackedMemory(batch.body.bytes()) : 0);
  }
  return bytes;
}

void BulkFlight::Settle(Arrival arrival) {
  const BatchIterator batch = arrival.batch;
  Exchange& exchange = arrival.exchange;
  batch->request = 0;
  batch->body.GiveBack(std::move(exchange.request.body));
  if (!exchange.response) {
    if (exchange.error.kind == ErrorKind::kPermission) {
      Fail(std::move(exchange.error));
      return;
    }
    SendAgain(batch, exchange.sent ? Cause::kCut : Cause::kUnsent, Verdict::kRetrySoon,
              exchange.error.message);
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

void BulkFlight::SettleItems(BatchIterator batch, const std::vector<BulkItem>& items) {
  std::vector<std::size_t> again;
  std::optional<std::size_t> stop;
  Verdict slowest = Verdict::kRetrySoon;
  for (std::size_t i = 0; i < items.size(); ++i) {
    ids_.Prefetch(batch->body.id_hash(std::min(i + kPrefetchAhead, items.size() - 1)));
    const Verdict verdict = Judge({200, items[i].status, items[i].type, batch->body.operation(i)});
    if (verdict == Verdict::kStop) {
      stop = stop.value_or(i);
    } else if (ledger_.Settle(batch->body, i, items[i], verdict)) {
      ids_.Release(batch->body.id_hash(i), batch->serial);
    } else {
      slowest = verdict == Verdict::kRetrySlow ? verdict : slowest;
      again.push_back(i);
    }
  }
  if (stop) {
    const BulkItem& item = items[*stop];
    Fail(LoadRefused(item.status, MakeServerError(item.type, item.reason)));
    return;
  }
  if (const Status fits = ledger_.CheckRejections(); !fits) {
    Fail(fits.error());
    return;
  }
  if (again.empty()) {
    window_.Grow();
    Close(batch);
    return;
  }
  const BulkItem& last = items[again.back()];
  const std::string reason = Describe(last.status, MakeServerError(last.type, last.reason));
  batch->body.Keep(again);
  SendAgain(batch, Cause::kAsked, slowest, reason);
}

void BulkFlight::SettleWhole(BatchIterator batch, int status, const ServerError& error) {
  const Verdict verdict = Judge({status, 0, error.type, BulkOperation::kIndex});
  switch (verdict) {
    case Verdict::kSplit:
      if (batch->body.documents() == 1) {
        RejectAlone(batch, status, error);
      } else {
        ledger_.counts().retried += static_cast<std::int64_t>(batch->body.documents());
        Halve(batch);
      }
      return;
    case Verdict::kStop:
      Fail(LoadRefused(status, error));
      return;
    case Verdict::kAmbiguous:
      SendAgain(batch, Cause::kAmbiguous, verdict, Describe(status, error));
      return;
    default:
      SendAgain(batch, Cause::kAsked, verdict, Describe(status, error));
  }
}

void BulkFlight::RejectAlone(BatchIterator batch, int status, const ServerError& error) {
  const bool too_large = status == 413;
  ledger_.Reject(batch->body, 0, status,
                 too_large ? ServerError{"request_too_large",
                                         "this one document is larger than http.max_content_length"}
                           : error);
  if (const Status fits = ledger_.CheckRejections(); !fits) {
    Fail(fits.error());
    return;
  }
  ids_.Release(batch->body.id_hash(0), batch->serial);
  Close(batch);
}

void BulkFlight::SendAgain(BatchIterator batch, Cause cause, Verdict verdict, std::string reason) {
  if (failed_) {
    return;
  }
  const Time now = options_.now();
  const auto documents = static_cast<std::int64_t>(batch->body.documents());
  const bool slow = verdict == Verdict::kRetrySlow;
  constexpr int kSlowHeadStart = 4;  // Doublings: a full disk is not freed within a second.
  ++batch->failures;
  batch->cuts += cause == Cause::kCut ? 1 : 0;
  batch->first_failure = batch->first_failure.value_or(now);
  Milliseconds pause = backoff_.Next(batch->failures + (slow ? kSlowHeadStart : 0));
  if (cause != Cause::kUnsent && !budget_.Take(documents)) {
    pause = std::max(pause, options_.retry_cap);
    reason += " (so much was sent again that it has to wait)";
  }
  if (now + pause - *batch->first_failure > options_.retry_total) {
    Fail(
        GaveUp({documents, batch->failures, options_.retry_total, reason, cause == Cause::kAsked}));
    return;
  }
  const bool lost = cause == Cause::kAmbiguous || cause == Cause::kCut;
  (lost ? ledger_.counts().ambiguous_resent : ledger_.counts().retried) += documents;
  batch->due = std::max(now + pause, rate_.Reserve(documents, now));
  ledger_.Delay({pause, documents, reason, slow});
  const bool maybe_too_large =
      batch->cuts >= kCutsBeforeHalving && batch->body.bytes() >= kMaybeTooLarge;
  if (cause == Cause::kAsked) {
    window_.Shrink();
  }
  if (documents > 1 && (maybe_too_large || batch->body.bytes() > window_.bytes())) {
    Halve(batch);
  }
}

// Both halves go when the whole would have gone.
void BulkFlight::Halve(BatchIterator batch) {
  const std::size_t documents = batch->body.documents();
  Batch half;
  half.body = batch->body.Copy(documents / 2, documents);
  half.serial = batch->serial;
  half.failures = batch->failures;
  half.due = batch->due;
  half.first_failure = batch->first_failure;
  BulkBody first = batch->body.Copy(0, documents / 2);
  KeepMemory(std::exchange(batch->body, std::move(first)));
  batch->cuts = 0;
  open_.insert(std::next(batch), std::move(half));
}

// Ids are released before.
void BulkFlight::Close(BatchIterator batch) {
  KeepMemory(std::move(batch->body));
  open_.erase(batch);
}

// One body's memory is kept for the next to be filled, unless it is larger or smaller than usual.
void BulkFlight::KeepMemory(BulkBody body) {
  if (body.memory() >= limits_.body_memory && body.memory() <= 2 * limits_.body_memory) {
    body.Clear();
    spare_ = std::move(body);
  }
}

BulkBody BulkFlight::TakeSpare() {
  if (spare_.memory() < limits_.body_memory) {
    return BulkBody::WithMemory(limits_.body_bytes, limits_.body_documents);
  }
  return std::exchange(spare_, BulkBody{});
}

void BulkFlight::Fail(Error error) {
  if (!failed_) {
    failed_ = std::move(error);
  }
}

}  // namespace cartwright
