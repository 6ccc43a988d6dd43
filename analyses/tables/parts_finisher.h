#pragma once

#include <vector>

#include "analyses/tables/shop_tables_builder.h"
#include "daemon/base/result.h"

namespace cartwright {

/// What ShopTablesBuilder::FinishTogether does.
Result<ShopTables> FinishParts(std::vector<ShopTablesBuilder> parts);

}  // namespace cartwright
