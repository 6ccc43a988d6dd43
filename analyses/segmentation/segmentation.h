#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/statistics/rfm_rule.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/result.h"

namespace cartwright {

struct SegmentationOptions : RfmRule {
  std::string map = "partition";
};

std::span<const Field<SegmentationOptions>> SegmentationOptionFields();

/// As RfmRuleFaults.
std::vector<OptionFault> SegmentationOptionFaults(const SegmentationOptions& options,
                                                  const ShopTablesLayout& shop);

/// Named segments of the customers with an order that counts (CustomerOrders), by their recency,
/// frequency and monetary scores. The scores themselves are columns of `rfm`.
///
/// One report, type "": one row a segment of the map, in the map's order, segments without
/// customers too; in `customers` one row a customer, by client. orders, net_revenue and the medians
/// are those of the segment's customers up to as_of, credit notes taken off. Fewer than five
/// customers give the status insufficient_data, a shop without payments not_available.
///
/// Errors: kConfig for the first of SegmentationOptionFaults, and as ScoreRfm says.
Result<std::vector<Report>> ComputeSegmentation(const ShopTables& tables,
                                                const ShopCalendar& calendar,
                                                const SegmentationOptions& options);

}  // namespace cartwright
