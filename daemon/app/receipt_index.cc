#include "daemon/app/receipt_index.h"

#include <fmt/core.h>

#include "daemon/elastic/bulk_writer.h"

namespace cartwright {

Status IndexReceipt(const Shop& shop, Transport& transport, const Receipt& receipt) {
  Status refused;
  BulkEvents events;
  events.rejected = [&refused](const BulkRejection& rejection) {
    refused = Error{ErrorKind::kData, fmt::format("Elasticsearch refuses the receipt: {}: {}",
                                                  rejection.type, rejection.reason)};
  };
  BulkWriter writer(transport, shop.Bulk(), std::move(events));
  const std::string alias = shop.Alias("runs");
  const std::string json = ReceiptJson(receipt);
  CARTWRIGHT_TRY(
      writer.Add({BulkOperation::kIndex, alias, receipt.run_id, receipt.load_sequence, json, 0}));
  CARTWRIGHT_TRY(writer.Finish());
  return refused;
}

}  // namespace cartwright
