#pragma once

#include "analyses/tables/shop_tables.h"
#include "daemon/config/config.h"

namespace cartwright {

/// What the sources of a configuration give, whatever is in them.
Recorded RecordedBy(const Config& config);

/// The layout of the tables that the analyses see. It follows from the configuration alone, so that
/// it is the same offline and on a loaded index.
ShopTablesLayout TablesLayoutOf(const Config& config);

}  // namespace cartwright
