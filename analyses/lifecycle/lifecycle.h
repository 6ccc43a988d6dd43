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

struct LifecycleOptions {
  std::string event = "order";
  std::vector<std::string> periods = {"daily", "weekly", "monthly"};
};

std::span<const Field<LifecycleOptions>> LifecycleOptionFields();

/// Unknown and repeated periods.
std::vector<OptionFault> LifecycleOptionFaults(const LifecycleOptions& options,
                                               const ShopTablesLayout& shop);

/// What state customers are in from period to period. A known customer is active in a period with
/// an event in it: an order that counts, or a visit.
///
/// Reports (report_name `lifecycle`), rows by period ascending, from that of the first event to
/// as_of's, none left out:
/// - type `states`, each of `periods`: active customers are new (first event ever), returning
///   (active in the period before too) or resurrected (active before, but not in the period
///   before); dormant are those of the period before who are not active now, null while the period
///   is not over. active = new + returning + resurrected; active − active before = new +
///   resurrected − dormant.
/// - type `stickiness`, weekly and monthly where in `periods`: customers active on a mean day as a
///   share of those active in the period (DAU by WAU, DAU by MAU); null while it is not over.
/// - type `active_periods`, each of `periods`, by their number ascending: customers by how many
///   periods they have been active in.
///
/// In a dimension value the first event is the first with that value. Visits where only orders are
/// recorded give the status not_available. Cost: linear in rows. Errors: kConfig for the first of
/// LifecycleOptionFaults.
Result<std::vector<Report>> ComputeLifecycle(const ShopTables& tables, const ShopCalendar& calendar,
                                             const LifecycleOptions& options);

}  // namespace cartwright
