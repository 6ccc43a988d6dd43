#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "analyses/report/report.h"
#include "analyses/statistics/rfm_scores.h"
#include "analyses/tables/customer_purchases.h"
#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// The gaps between a customer's consecutive order days, in local calendar days: orders of one day
/// are one occasion.
struct OrderGaps {
  std::optional<double> mean;       ///< Nothing without a second order day.
  std::optional<double> median;     ///< The same.
  std::optional<double> variation;  ///< Sample standard deviation by mean; from three days on.
};

/// `rows` are a client's orders, ordered by start.
OrderGaps GapsOfOrders(const SessionTable& sessions, std::span<const std::uint32_t> rows);

/// One row a customer, by client: what was measured, and the scores.
ReportTable RfmCustomerTable(const ShopTables& tables, const CustomerPurchases& purchases,
                             const RfmScores& scores, DayNumber reference);
/// The same without rows.
ReportTable EmptyRfmCustomerTable();

}  // namespace cartwright
