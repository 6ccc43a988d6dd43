#pragma once

#include <optional>
#include <string>

#include "analyses/tables/shop_tables.h"

namespace cartwright::testing {

/// Where the reference data sets lie: $CARTWRIGHT_DATA, else ../shared/data beside the project
/// root.
std::string DataFolder();

/// The zone that the times of Online Retail are read in.
inline constexpr const char* kOnlineRetailZone = "Europe/London";

/// The UCI Online Retail lines under the clean rule (not cancelled, customer known, quantity and
/// price above zero) as orders: an invoice is an order at its earliest line, paid the sum of
/// quantity times price. One session dimension, `country`. Nothing when the data set is absent.
std::optional<ShopTables> LoadOnlineRetailClean();

}  // namespace cartwright::testing
