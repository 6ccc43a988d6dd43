#pragma once

#include <cstddef>

#include "daemon/elastic/bulk_answer.h"
#include "daemon/elastic/bulk_body.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {

/// What became of the documents of one writer: the counts, the events, and how many were rejected
/// one after the other.
class BulkLedger {
 public:
  BulkLedger(BulkEvents events, std::int64_t max_rejected_in_a_row)
      : events_(std::move(events)), max_rejected_in_a_row_(max_rejected_in_a_row) {}

  BulkCounts& counts() { return counts_; }
  const BulkCounts& counts() const { return counts_; }

  /// Counts and reports a final verdict on a document. False for what must be sent again.
  bool Settle(const BulkBody& body, std::size_t document, const BulkItem& item, Verdict verdict);

  /// The server can never take the document.
  void Reject(const BulkBody& body, std::size_t document, int status, const ServerError& error);

  /// We never send the document.
  void Refuse(const BulkDocument& document, std::string_view reason);

  void Delay(const BulkDelay& delay) const;

  /// Errors: kData when nothing but rejections came for too long: then it is not the documents that
  /// are wrong, and they must not all become dead letters.
  Status CheckRejections() const;

 private:
  void CountRejection(const ServerError& error);

  BulkEvents events_;
  BulkCounts counts_;
  std::int64_t max_rejected_in_a_row_;
  std::int64_t rejected_in_a_row_ = 0;
  ServerError last_rejection_;
};

}  // namespace cartwright
