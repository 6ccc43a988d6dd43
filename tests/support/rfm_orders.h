#pragma once

#include <optional>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright::testing {

/// The 4,906 orders of the R package rfm as purchases at midnight UTC, revenue in dollars. Nothing
/// when the data set is absent (DataFolder of online_retail.h).
std::optional<ShopTables> LoadRfmOrders();

/// UTC, with reports that speak of the end of the package's analysis date, 2006-12-31.
ShopCalendar RfmOrdersCalendar();

}  // namespace cartwright::testing
