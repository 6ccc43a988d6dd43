#pragma once

#include "daemon/app/receipt.h"
#include "daemon/app/shop.h"

namespace cartwright {

/// Writes the receipt as the document of its run into `runs`. Errors: those of the bulk writer;
/// kData when Elasticsearch refuses it.
Status IndexReceipt(const Shop& shop, Transport& transport, const Receipt& receipt);

}  // namespace cartwright
