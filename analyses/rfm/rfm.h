#pragma once

#include <span>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/statistics/rfm_rule.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/result.h"

namespace cartwright {

struct RfmOptions : RfmRule {};

std::span<const Field<RfmOptions>> RfmOptionFields();

/// As RfmRuleFaults.
std::vector<OptionFault> RfmOptionFaults(const RfmOptions& options, const ShopTablesLayout& shop);

/// Recency, frequency and monetary value of every customer with an order that counts
/// (CustomerOrders), one-time buyers too, with scores from 1 to 5, 5 best (Hughes 1994).
///
/// recency_days is local calendar days from the last order to the reference day, frequency the
/// number of orders, monetary their net less the customer's credit notes. Two reports: type "" with
/// the scores' bounds and counts (variable, then score ascending) and one row a customer in
/// `customers` (by client); type "cells" with the 25 cells of recency score × frequency score,
/// ascending. Fewer than five customers give the status insufficient_data, a shop without payments
/// not_available; a score that nobody has is warned of.
///
/// Errors: kConfig for the first of RfmOptionFaults, and as ScoreRfm says.
Result<std::vector<Report>> ComputeRfm(const ShopTables& tables, const ShopCalendar& calendar,
                                       const RfmOptions& options);

}  // namespace cartwright
