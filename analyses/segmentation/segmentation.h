#pragma once

#include <cstdint>
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
  std::int64_t moves_days = 30;
};

std::span<const Field<SegmentationOptions>> SegmentationOptionFields();

/// As RfmRuleFaults.
std::vector<OptionFault> SegmentationOptionFaults(const SegmentationOptions& options,
                                                  const ShopTablesLayout& shop);

/// Named segments of the customers with an order that counts (CustomerOrders), by their recency,
/// frequency and monetary scores. The scores themselves are columns of `rfm`.
///
/// Two reports. Type "": one row a segment of the map, in the map's order, segments without
/// customers too; in `customers` one row a customer, by client. orders, net_revenue and the medians
/// are those of the segment's customers up to as_of, credit notes taken off. Type "moves": the
/// customers by their segment moves_days before as_of and now, both in the map's order, those who
/// were no customers then last; pairs without customers are left out. The earlier segments are
/// those that the same rows gave at that moment, with thresholds of their own: a refund that an
/// order carries today counts then too. Fewer than five customers give the status
/// insufficient_data (for the moves: then), a shop without payments not_available.
///
/// Errors: kConfig for the first of SegmentationOptionFaults, and as ScoreRfm says.
Result<std::vector<Report>> ComputeSegmentation(const ShopTables& tables,
                                                const ShopCalendar& calendar,
                                                const SegmentationOptions& options);

}  // namespace cartwright
