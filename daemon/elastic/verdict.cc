#include "daemon/elastic/verdict.h"

#include <algorithm>
#include <array>

namespace cartwright {
namespace {

bool IsSuccess(int status) { return status >= 200 && status < 300; }

// A block stands under 403 or 429 and a breaker under 429 or 503, by server version: the type
// decides. A block under 503 is another thing: no master yet, which passes without anybody's help.
bool NeedsSlowRetry(int status, std::string_view type) {
  return (type == "cluster_block_exception" && status != 503) ||
         type == "circuit_breaking_exception";
}

// A 400 that every document of the job would get: settings, not data.
bool IsConfiguration(std::string_view type) {
  constexpr std::array<std::string_view, 3> kTypes{
      "index_closed_exception", "invalid_index_name_exception", "invalid_alias_name_exception"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

Verdict JudgeRequest(int status, std::string_view type) {
  if (NeedsSlowRetry(status, type)) {
    return Verdict::kRetrySlow;
  }
  switch (status) {
    case 400:
      return IsConfiguration(type) ? Verdict::kStop : Verdict::kSplit;
    case 413:
      return Verdict::kSplit;
    case 401:
    case 403:
    case 404:
    case 405:
    case 406:
    case 407:
      return Verdict::kStop;
    case 408:
    case 502:
    case 504:
      return Verdict::kAmbiguous;  // A proxy gave up waiting; the server may have gone on.
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return Verdict::kStop;
  }
  return status < 300 ? Verdict::kAmbiguous : Verdict::kRetrySoon;
}

Verdict JudgeWritten(int status, BulkOperation operation) {
  if (operation == BulkOperation::kDelete) {
    return Verdict::kDeleted;
  }
  return status == 201 ? Verdict::kCreated : Verdict::kReplaced;
}

Verdict JudgeItem(const BulkOutcome& outcome) {
  const std::string_view type = outcome.error_type;
  if (NeedsSlowRetry(outcome.item_status, type)) {
    return Verdict::kRetrySlow;
  }
  if (IsConfiguration(type)) {
    return Verdict::kStop;
  }
  switch (outcome.item_status) {
    case 200:
    case 201:
      return type.empty() ? JudgeWritten(outcome.item_status, outcome.operation)
                          : Verdict::kRetrySoon;
    case 400:
    case 413:
      return Verdict::kRejected;
    case 401:
    case 403:
      return Verdict::kStop;
    case 404: {
      const bool absent = outcome.operation == BulkOperation::kDelete && type.empty();
      return absent ? Verdict::kDeleted : Verdict::kStop;
    }
    case 409:
      return Verdict::kConflicted;
    default:
      return Verdict::kRetrySoon;
  }
}

}  // namespace

Verdict Judge(const BulkOutcome& outcome) {
  const bool has_item = IsSuccess(outcome.http_status) && outcome.item_status != 0;
  return has_item ? JudgeItem(outcome) : JudgeRequest(outcome.http_status, outcome.error_type);
}

}  // namespace cartwright
