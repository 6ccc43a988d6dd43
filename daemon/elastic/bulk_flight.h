#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>

#include "daemon/elastic/backoff.h"
#include "daemon/elastic/bulk_answer.h"
#include "daemon/elastic/bulk_body.h"
#include "daemon/elastic/bulk_ledger.h"
#include "daemon/elastic/bulk_limits.h"
#include "daemon/elastic/open_ids.h"
#include "daemon/elastic/rate_limit.h"
#include "daemon/elastic/retry_budget.h"
#include "daemon/elastic/send_window.h"

namespace cartwright {

/// The open bodies of one writer: sent, answered, sent again, cut in two, until each document has
/// its verdict. `options` has its clock, wait and cancelled set. What is referred to must outlive
/// it. One thread.
class BulkFlight {
 public:
  BulkFlight(Transport& transport, const BulkOptions& options, BulkLedger& ledger, OpenIds& ids);
  ~BulkFlight();
  BulkFlight(const BulkFlight&) = delete;
  BulkFlight& operator=(const BulkFlight&) = delete;

  /// Takes a body whose ids are held by `serial`, and sends it as soon as it may go.
  void Open(BulkBody body, std::uint64_t serial);

  /// Lets time pass until something arrived or became due, and acts on it. Errors: as
  /// BulkWriter::Add().
  Status Step();
  /// The same without letting time pass.
  Status Look();

  /// Ends the load: no document is sent again.
  void Fail(Error error);
  /// Success, or what the load ended with.
  Status status() const { return failed_ ? Status(*failed_) : Status(); }
  bool failed() const { return failed_.has_value(); }

  std::size_t open() const { return open_.size(); }
  std::size_t memory() const;
  /// What a body should hold now, which is less than the options say while the server pushes back.
  std::size_t body_bytes() const { return window_.bytes(); }
  /// An empty body with memory.
  BulkBody TakeSpare();

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Milliseconds = std::chrono::milliseconds;
  // A body on its way: with the transport, or waiting until `due`.
  struct Batch {
    BulkBody body;
    std::uint64_t serial = 0;   // Owner of its ids.
    std::uint64_t request = 0;  // Of the transport; 0 = waiting.
    int failures = 0;
    int cuts = 0;  // Failures by a connection that broke after sending had begun.
    Time due{};
    std::optional<Time> first_failure;
  };
  using BatchIterator = std::list<Batch>::iterator;
  struct Arrival {
    BatchIterator batch;
    Exchange exchange;
  };
  enum class Cause {
    kAsked,      // The server says so.
    kAmbiguous,  // An answer that means nothing.
    kCut,        // No answer, although the request was sent in part at least.
    kUnsent,
  };

  void LaunchDue();
  void Launch(BatchIterator batch);
  Milliseconds UntilDue() const;
  std::size_t flying() const;
  void AwaitFlying();
  void SettleArrived();
  void Settle(Arrival arrival);
  void SettleItems(BatchIterator batch, const std::vector<BulkItem>& items);
  void SettleWhole(BatchIterator batch, int status, const ServerError& error);
  void RejectAlone(BatchIterator batch, int status, const ServerError& error);
  void SendAgain(BatchIterator batch, Cause cause, Verdict verdict, std::string reason);
  void Halve(BatchIterator batch);
  void Close(BatchIterator batch);
  void KeepMemory(BulkBody body);

  Transport& transport_;
  const BulkOptions& options_;
  BulkLedger& ledger_;
  OpenIds& ids_;
  BulkLimits limits_;
  SendWindow window_;
  RetryBudget budget_;
  RateLimit rate_;
  Backoff backoff_;
  BulkAnswerReader reader_;
  std::string path_;
  std::list<Batch> open_;
  std::deque<Arrival> arrived_;
  BulkBody spare_;
  std::optional<Error> failed_;
};

}  // namespace cartwright
