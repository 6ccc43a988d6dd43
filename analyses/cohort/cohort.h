#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/option_fault.h"
#include "daemon/base/result.h"

namespace cartwright {

struct CohortOptions {
  std::vector<std::string> periods = {"daily", "weekly", "monthly"};
  std::vector<std::string> retention_periods = {"weekly", "monthly"};
  std::int64_t max_order = 3;
  std::int64_t max_offset = 24;
  std::int64_t max_daily_offset = 15;
  std::int64_t max_cohorts = 366;
  std::int64_t minimum_cohort_size = 20;
};

std::span<const Field<CohortOptions>> CohortOptionFields();

/// Unknown and repeated periods.
std::vector<OptionFault> CohortOptionFaults(const CohortOptions& options,
                                            const ShopTablesLayout& shop);

/// When customers come back: who started in which period, and how many periods later they were next
/// seen. The orders of known clients before as_of count as CustomerOrders says; a customer's are
/// counted in the order of (start, row).
///
/// Reports (report_name `cohort`), long tables ordered by cohort, then period_offset, then the row
/// of those who have not come yet, at last the weighted mean of all cohorts:
/// - type `downloads`, from 0 to 1, each of `periods`: from the download to the first order on or
///   after the local day of the download.
/// - type `orders`, from n to n + 1 for n = 1 .. max_order, each of `periods`: from the n-th order
///   to the next one.
/// - type `retention`, each of `retention_periods`: customers of a first order's period who order
///   in exactly the k-th period after it, and in that one or any later.
/// - type `customers_journey`, hourly, from 0 to 100: gaps and values by order number.
///
/// Cumulative revenue is that of the orders of the cells up to an offset (pairs: of the next orders
/// alone), by the cohort's size the value of a customer so far.
///
/// `period_offset` is the difference of calendar periods, so an order of the next morning is one
/// day later. Cells wholly at or after as_of are left out; a cell of a running period is not
/// complete.
///
/// Errors: kConfig for the first of CohortOptionFaults.
Result<std::vector<Report>> ComputeCohort(const ShopTables& tables, const ShopCalendar& calendar,
                                          const CohortOptions& options);

}  // namespace cartwright
