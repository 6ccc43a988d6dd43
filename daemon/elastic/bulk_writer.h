#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/base/result.h"
#include "daemon/elastic/transport.h"
#include "daemon/elastic/verdict.h"

namespace cartwright {

struct BulkOptions {
  std::size_t batch_bytes = std::size_t{8} << 20;  ///< A body is sent before it grows past this.
  std::size_t batch_documents = 5'000;
  /// How long a partly filled body waits for more documents, while another may be opened.
  std::chrono::milliseconds linger{1'000};
  int in_flight = 2;  ///< Bodies open at once, for each host.
  /// Cap for the memory of all bodies: filled, open, being cut, and their copies as gzip where they
  /// travel so. Bodies are smaller and fewer where it asks for that; a document over a quarter of
  /// it (with gzip a little less) is rejected.
  std::size_t memory_bytes = std::size_t{64} << 20;
  std::int64_t documents_per_second = 0;  ///< 0 = as fast as the server takes them.
  bool require_alias = true;  ///< Off only while a physical index is filled beside the live one.
  std::chrono::milliseconds retry_first{500};
  std::chrono::milliseconds retry_cap{60'000};
  std::chrono::milliseconds retry_total{300'000};  ///< From a body's first failure to giving up.
  /// Documents sent again for each sent first, beyond the first few bodies. Past it every pause is
  /// `retry_cap`.
  double retry_share = 0.5;
  /// So many rejections with nothing written between end the load.
  std::int64_t max_rejected_in_a_row = 1'000;
  std::uint64_t jitter_seed = 0;
  /// Monotonic time and how to let it pass; empty = the machine's, going on with open requests.
  std::function<std::chrono::steady_clock::time_point()> now;
  std::function<void(std::chrono::milliseconds)> wait;
  /// Asked several times a second while waiting; true ends the load. Empty = never.
  std::function<bool()> cancelled;
  /// How long it then still waits for answers on their way, so that their documents are accounted
  /// for.
  std::chrono::milliseconds cancel_grace{10'000};
};

/// One document to write or delete. The views need to live during Add() only.
struct BulkDocument {
  BulkOperation operation = BulkOperation::kIndex;
  std::string_view index;    ///< Alias, or index name with require_alias off.
  std::string_view id;       ///< 1..512 bytes of UTF-8.
  std::int64_t version = 0;  ///< external_gte: never decreases for an id.
  std::string_view source;   ///< Compact JSON on one line, UTF-8; empty for kDelete.
  std::uint64_t tag = 0;     ///< Handed back in the events.
};

struct BulkRejection {
  std::uint64_t tag = 0;
  std::string id;
  int status = 0;  ///< 0 = refused by us, never sent.
  std::string type;
  std::string reason;
  std::string source;
};

/// A pause before something is sent again.
struct BulkDelay {
  std::chrono::milliseconds wait{0};
  std::int64_t documents = 0;
  std::string reason;         ///< One line with status, type and reason as the server gave them.
  bool needs_person = false;  ///< Disk full, write block or memory breaker.
};

/// What the writer reports while Add() and Finish() run. Each may be empty. Must not call back
/// into the writer.
struct BulkEvents {
  std::function<void(const BulkRejection&)> rejected;
  std::function<void(std::uint64_t tag)> conflicted;
  std::function<void(std::uint64_t tag, bool created)> written;
  std::function<void(std::uint64_t tag)> deleted;
  std::function<void(const BulkDelay&)> delayed;
};

/// Documents by verdict, and what it took. After a successful Finish() created + replaced + deleted
/// + conflicted + rejected is the number of documents added.
struct BulkCounts {
  std::int64_t created = 0;
  std::int64_t replaced = 0;
  std::int64_t deleted = 0;
  std::int64_t conflicted = 0;
  std::int64_t rejected = 0;
  std::int64_t ambiguous_resent = 0;  ///< Documents sent again by us after an answer was lost.
  std::int64_t retried = 0;           ///< Documents sent again because the server asked.
  std::int64_t requests = 0;
  std::int64_t bytes = 0;  ///< Of bodies handed to the transport, resends included.
};

/// Writes documents through `_bulk`, at least once and with external versions, so that a resend
/// changes nothing.
///
/// At most one body that contains an id is open at any time: Add() of an id that an open body
/// holds first waits for that body. Within a body the server keeps the order. A document that was
/// written before its answer was lost counts as replaced.
///
/// The transport must outlive the writer. One thread. Cost: two copies of each source (into the
/// body, into the socket); no JSON tree.
class BulkWriter {
 public:
  BulkWriter(Transport& transport, BulkOptions options, BulkEvents events);
  ~BulkWriter();  ///< Drops what has no verdict yet.
  BulkWriter(const BulkWriter&) = delete;
  BulkWriter& operator=(const BulkWriter&) = delete;

  /// Takes one document; sends when a body is full or has waited long enough, and waits while as
  /// many bodies are open as may be.
  /// Errors (then every later call gives the same one, and documents without an event have no
  /// known fate): kPermission (401, 403, a certificate refused), kPermanent (index or alias
  /// missing), kData (too many rejected in a row), kTransient (refused until the time was up),
  /// kUnavailable (no answer until then, or something that is not Elasticsearch answers),
  /// kCancelled.
  Status Add(const BulkDocument& document);

  /// For callers that have nothing to add for a while: sends a partly filled body that has waited
  /// long enough and acts on answers. Does not wait. Errors: as Add().
  Status SendDue();

  /// Sends the rest and returns when every document has its verdict. Errors: as Add().
  Status Finish();

  const BulkCounts& counts() const;

 private:
  class Lane;
  std::unique_ptr<Lane> lane_;
};

}  // namespace cartwright
