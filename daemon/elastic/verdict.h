#pragma once

#include <string_view>

namespace cartwright {

enum class BulkOperation { kIndex, kDelete };

/// What becomes of a document (or of a whole request) after an answer.
enum class Verdict {
  kCreated,     ///< Written, new.
  kReplaced,    ///< Written over an older or equal version.
  kDeleted,     ///< Gone, or was not there.
  kConflicted,  ///< A newer version is there already: ours is superseded.
  kRetrySoon,   ///< Queue full, node lost, unknown: again after a back-off.
  kRetrySlow,   ///< Disk full or memory breaker: again, slowly; a person may have to act.
  kSplit,       ///< The request as a whole was refused: send its halves.
  kRejected,    ///< This document can never be written.
  kStop,        ///< Settings or rights are wrong: stop, blame no document.
  kAmbiguous,   ///< May have been applied: send the same again.
};

/// What arrived for one document of a bulk request.
struct BulkOutcome {
  int http_status = 0;          ///< 0 = no whole answer.
  int item_status = 0;          ///< 0 = the answer has no items.
  std::string_view error_type;  ///< Of the item, or of the request when there are no items.
  BulkOperation operation = BulkOperation::kIndex;
};

/// The decision for every possible answer to a bulk request with external versions. Total: what is
/// unknown is tried again, never taken for success and never a reason to discard.
Verdict Judge(const BulkOutcome& outcome);

}  // namespace cartwright
