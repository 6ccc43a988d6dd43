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

struct RetentionOptions {
  std::string event = "order";
  std::vector<std::string> periods = {"daily", "weekly", "monthly"};
  std::int64_t max_offset = 26;
  std::int64_t max_daily_offset = 60;
  std::vector<std::string> brackets = {"0", "1", "2-7", "8-30", "31-90", "91-180", "181-365"};
  std::int64_t minimum_size = 20;
  std::int64_t max_order = 3;
  std::int64_t max_survival_days = 365;
};

std::span<const Field<RetentionOptions>> RetentionOptionFields();

/// Unknown and repeated periods; brackets that are no days, overlap or do not ascend.
std::vector<OptionFault> RetentionOptionFaults(const RetentionOptions& options,
                                               const ShopTablesLayout& shop);

/// How many customers come back, counted from each one's own first event (an order that counts, or
/// a visit): the retention curve. `cohort` counts by calendar periods instead, cohort by cohort.
///
/// Reports (report_name `retention`):
/// - type `curve`, each of `periods`, ordered by period_offset: own periods since the first event's
///   local day. Own day k is k local days later; own week k the days 7k to 7k + 6 later; own month
///   k begins on the same day of the month (or the month's last) k months later. A customer is in a
///   row once that own period is over at as_of, so the rows have sizes of their own. `customers`
///   were active in exactly that period (classic), `customers_on_or_after` in it or any later one
///   (rolling). Revenue is net of orders that count.
/// - type `bracket`, ordered as `brackets`: the same over ranges of days.
/// - type `survival`, from n to n + 1 for n = 1 .. max_order, ordered by days: Kaplan-Meier
/// estimate
///   of the local days from the n-th event to the next one; who has not come back is censored at
///   as_of's day. Its quantiles are the honest days to the second order.
///
/// In a dimension value the first event is the first with that value. No share for fewer than
/// minimum_size customers. Visits where only orders are recorded give the status not_available.
/// Cost: linear in rows, and in clients times brackets. Errors: kConfig for the first of
/// RetentionOptionFaults.
Result<std::vector<Report>> ComputeRetention(const ShopTables& tables, const ShopCalendar& calendar,
                                             const RetentionOptions& options);

}  // namespace cartwright
