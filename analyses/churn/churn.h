#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/option_fault.h"
#include "daemon/base/result.h"

namespace cartwright {

struct ChurnOptions {
  double gap_quantile = 0.9;
  std::optional<std::int64_t> inactivity_days = {};
  std::int64_t minimum_at_risk = 30;
  std::int64_t minimum_own_gaps = 5;
  std::int64_t minimum_cohort_size = 20;
};

std::span<const Field<ChurnOptions>> ChurnOptionFields();

/// Which customers have stopped ordering, by rules that are named. Customers are those with an
/// order that counts (CustomerOrders); orders of one local day are one purchase.
///
/// The threshold is the number of local days without an order after which a customer counts as
/// churned: inactivity_days, or else the gap_quantile of the shop's own gaps between purchases by
/// the estimate of Kaplan and Meier over customers who bought again at least once, their last, open
/// gap censored at as_of's day; where that estimate does not fall so far with minimum_at_risk gaps
/// still at risk, the quantile of the closed gaps alone, with a warning. Customers with
/// minimum_own_gaps gaps have a threshold of their own: the quantile (type 7, rounded up) of their
/// own closed gaps.
///
/// Reports (report_name `churn`):
/// - type `overall`: a row for the rule `shop` (one threshold for all) and one for `own`. A
///   customer is churned with more days since the last order than the threshold; too_new with no
///   more since the first order than that; retained otherwise. The three sum to the customers;
///   churn_rate leaves out the too new. `customers`: one row a customer by the rule own.
/// - types `weekly` and `monthly`, by period, none left out: of the customers of the period before,
///   those without an order in this one (lost) with the revenue they had; and of the customers
///   active at the period's start by the shop's threshold, those who passed it in the period
///   (churned). Both null while the period is not over.
/// - type `by_first_order`, monthly, by month of the first order: the states by the rule shop.
/// - type `thresholds`, by quantile ascending: days of the gaps, by both estimates.
///
/// Without two purchases of anyone and without inactivity_days there is no threshold: `overall` and
/// `by_first_order` have the status insufficient_data, the series only their lost customers.
///
/// Cost: linear in rows, and sorting within each client. Errors: none.
Result<std::vector<Report>> ComputeChurn(const ShopTables& tables, const ShopCalendar& calendar,
                                         const ChurnOptions& options);

}  // namespace cartwright
