#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/answer.h"
#include "daemon/elastic/bulk_body.h"

namespace cartwright {

/// One item of a bulk answer. Views into the reader.
struct BulkItem {
  int status = 0;
  std::string_view type;
  std::string_view reason;
};

/// Reads answers of `_bulk`.
class BulkAnswerReader {
 public:
  /// The items, one for each document of `body`, in its order; valid until the next Read().
  /// Errors: kUnavailable for anything that cannot be the whole answer to `body`: cut short, not
  /// JSON, another number of items, another operation, an item without a status.
  Result<const std::vector<BulkItem>*> Read(std::string answer, const BulkBody& body);

 private:
  bool ReadAllWritten(std::string_view answer, const BulkBody& body);
  Status ReadItem(simdjson::dom::element element, BulkOperation operation);

  AnswerParser parser_;
  std::vector<BulkItem> items_;
};

}  // namespace cartwright
