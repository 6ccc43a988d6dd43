#include "daemon/elastic/bulk_writer.h"

#include <time.h>

#include <algorithm>
#include <utility>

#include "daemon/elastic/bulk_body.h"
#include "daemon/elastic/bulk_flight.h"
#include "daemon/elastic/bulk_ledger.h"
#include "daemon/elastic/bulk_limits.h"
#include "daemon/elastic/open_ids.h"

namespace cartwright {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Time = std::chrono::steady_clock::time_point;

constexpr std::size_t kBytesBetweenPolls = 128 << 10;  // Keeps the sockets busy while we append.
constexpr Milliseconds kLongestPoll{200};

// The time of std::chrono::steady_clock to a few milliseconds, for a fifth of its cost: it is asked
// for every document.
Time CoarseNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

BulkOptions WithClock(BulkOptions options, Transport& transport) {
  if (!options.now) {
    options.now = &CoarseNow;
  }
  if (!options.wait) {
    options.wait = [&transport](Milliseconds time) {
      transport.Poll(std::min(time, kLongestPoll));
    };
  }
  if (!options.cancelled) {
    options.cancelled = [] { return false; };
  }
  return options;
}

}  // namespace

// The body being filled, in front of the open ones.
class BulkWriter::Lane {
 public:
  Lane(Transport& transport, BulkOptions options, BulkEvents events)
      : options_(WithClock(std::move(options), transport)),
        limits_(LimitsOf(options_, transport.hosts(), transport.compresses())),
        transport_(transport),
        ledger_(std::move(events), options_.max_rejected_in_a_row),
        flight_(transport, options_, ledger_, ids_) {}

  Status Add(const BulkDocument& document);
  Status SendDue();
  Status Finish();
  const BulkCounts& counts() const { return ledger_.counts(); }

 private:
  Status Refuse(const BulkDocument& document, std::string_view reason);
  Status MakeRoom(const BulkDocument& document, std::uint64_t id_hash);
  bool MayOpen() const;
  bool HasLingered() const;
  void Append(const BulkDocument& document, std::uint64_t id_hash);
  Status Flush();
  Status Drain();

  BulkOptions options_;
  BulkLimits limits_;
  Transport& transport_;
  BulkLedger ledger_;
  OpenIds ids_;
  BulkFlight flight_;
  BulkBody filling_;
  std::uint64_t serial_ = 1;  // Of the body being filled.
  Time filling_since_{};
  std::size_t unpolled_bytes_ = 0;
};

Status BulkWriter::Lane::Add(const BulkDocument& document) {
  if (flight_.failed()) {
    return flight_.status();
  }
  const std::uint64_t id_hash = ids_.HashOf(document);
  ids_.Prefetch(id_hash);
  const std::string_view fault = FaultOf(document);
  if (!fault.empty()) {
    return Refuse(document, fault);
  }
  if (BytesOf(document) > limits_.document_bytes) {
    return Refuse(document, "the document is larger than a quarter of the memory for bulk bodies");
  }
  CARTWRIGHT_TRY(MakeRoom(document, id_hash));
  Append(document, id_hash);
  const bool full =
      filling_.documents() >= limits_.body_documents || filling_.bytes() >= flight_.body_bytes();
  return full || (HasLingered() && MayOpen()) ? Flush() : Status{};
}

Status BulkWriter::Lane::Refuse(const BulkDocument& document, std::string_view reason) {
  ledger_.Refuse(document, reason);
  if (const Status fits = ledger_.CheckRejections(); !fits) {
    flight_.Fail(fits.error());
  }
  return flight_.status();
}

Status BulkWriter::Lane::MakeRoom(const BulkDocument& document, std::uint64_t id_hash) {
  if (filling_.documents() > 0 && filling_.bytes() + BytesOf(document) > flight_.body_bytes()) {
    CARTWRIGHT_TRY(Flush());
  }
  if (!ids_.Take(id_hash, serial_)) {
    // Two bodies on their way may be applied in any order: the id waits for the one that holds it.
    CARTWRIGHT_TRY(Drain());
    ids_.Take(id_hash, serial_);
  }
  return {};
}

void BulkWriter::Lane::Append(const BulkDocument& document, std::uint64_t id_hash) {
  if (filling_.documents() == 0) {
    filling_since_ = options_.now();
    if (filling_.memory() < limits_.body_memory) {
      filling_ = flight_.TakeSpare();
    }
  }
  const std::size_t before = filling_.bytes();
  filling_.Append(document, id_hash);
  unpolled_bytes_ += filling_.bytes() - before;
  if (unpolled_bytes_ >= kBytesBetweenPolls) {
    unpolled_bytes_ = 0;
    transport_.Poll(Milliseconds(0));
  }
}

// Whether the body being filled may be opened now. Memory is counted for it and its copy as gzip,
// for the next one to be filled, and for one that is cut in two.
bool BulkWriter::Lane::MayOpen() const {
  const std::size_t packed = transport_.compresses() ? PackedMemory(filling_.bytes()) : 0;
  const std::size_t memory =
      flight_.memory() + filling_.memory() + packed + 2 * limits_.body_memory;
  return flight_.open() == 0 ||
         (flight_.open() < limits_.open_bodies && memory <= options_.memory_bytes);
}

bool BulkWriter::Lane::HasLingered() const {
  return filling_.documents() > 0 && options_.now() - filling_since_ >= options_.linger;
}

// Opens the body being filled, as soon as it may be.
Status BulkWriter::Lane::Flush() {
  while (!MayOpen()) {
    CARTWRIGHT_TRY(flight_.Step());
  }
  if (filling_.documents() > 0) {
    flight_.Open(std::exchange(filling_, BulkBody{}), serial_++);
  }
  return {};
}

Status BulkWriter::Lane::Drain() {
  CARTWRIGHT_TRY(Flush());
  while (flight_.open() > 0) {
    CARTWRIGHT_TRY(flight_.Step());
  }
  return {};
}

Status BulkWriter::Lane::SendDue() {
  CARTWRIGHT_TRY(flight_.Look());
  return HasLingered() && MayOpen() ? Flush() : Status{};
}

Status BulkWriter::Lane::Finish() {
  CARTWRIGHT_TRY(flight_.status());
  return Drain();
}

BulkWriter::BulkWriter(Transport& transport, BulkOptions options, BulkEvents events)
    : lane_(std::make_unique<Lane>(transport, std::move(options), std::move(events))) {}
BulkWriter::~BulkWriter() = default;
Status BulkWriter::Add(const BulkDocument& document) { return lane_->Add(document); }
Status BulkWriter::SendDue() { return lane_->SendDue(); }
Status BulkWriter::Finish() { return lane_->Finish(); }
const BulkCounts& BulkWriter::counts() const { return lane_->counts(); }

}  // namespace cartwright
