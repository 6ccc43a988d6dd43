#include "daemon/elastic/bulk_ledger.h"

#include "daemon/elastic/bulk_errors.h"

namespace cartwright {

bool BulkLedger::Settle(const BulkBody& body, std::size_t document, const BulkItem& item,
                        Verdict verdict) {
  switch (verdict) {
    case Verdict::kCreated:
    case Verdict::kReplaced: {
      const bool created = verdict == Verdict::kCreated;
      ++(created ? counts_.created : counts_.replaced);
      if (events_.written) {
        events_.written(body.tag(document), created);
      }
      break;
    }
    case Verdict::kDeleted:
      ++counts_.deleted;
      if (events_.deleted) {
        events_.deleted(body.tag(document));
      }
      break;
    case Verdict::kConflicted:
      ++counts_.conflicted;
      if (events_.conflicted) {
        events_.conflicted(body.tag(document));
      }
      break;
    case Verdict::kRejected:
      Reject(body, document, item.status, MakeServerError(item.type, item.reason));
      return true;
    default:
      return false;
  }
  rejected_in_a_row_ = 0;
  return true;
}

void BulkLedger::Reject(const BulkBody& body, std::size_t document, int status,
                        const ServerError& error) {
  CountRejection(error);
  if (events_.rejected) {
    BulkRejection rejection = body.Identify(document);
    rejection.status = status;
    rejection.type = error.type;
    rejection.reason = error.reason;
    events_.rejected(rejection);
  }
}

void BulkLedger::Refuse(const BulkDocument& document, std::string_view reason) {
  const ServerError error{"invalid_document", std::string(reason)};
  CountRejection(error);
  if (events_.rejected) {
    events_.rejected({document.tag, std::string(document.id), 0, error.type, error.reason,
                      std::string(document.source)});
  }
}

void BulkLedger::CountRejection(const ServerError& error) {
  ++counts_.rejected;
  ++rejected_in_a_row_;
  last_rejection_ = error;
}

void BulkLedger::Delay(const BulkDelay& delay) const {
  if (events_.delayed) {
    events_.delayed(delay);
  }
}

Status BulkLedger::CheckRejections() const {
  if (rejected_in_a_row_ < max_rejected_in_a_row_) {
    return {};
  }
  return RejectedInARow(rejected_in_a_row_, last_rejection_);
}

}  // namespace cartwright
