#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyses/tables/customer_activity.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// One period's customers.
struct PeriodStates {
  std::int64_t active = 0;
  std::int64_t first = 0;        ///< Active for the first time.
  std::int64_t returning = 0;    ///< Active in the period before too.
  std::int64_t resurrected = 0;  ///< Active before, but not in the period before.
  std::int64_t dormant = 0;      ///< Active in the period before and not in this one.
  std::int64_t active_days = 0;  ///< Days on which customers were active, summed over customers.
};

/// The states of customers in consecutive periods.
struct CustomerStates {
  Period period = Period::kMonth;
  std::int32_t first = 0;  ///< Period number of the first entry.
  std::vector<PeriodStates> periods;
  /// Entry n - 1: customers who were active in exactly n periods.
  std::vector<std::int64_t> customers_by_periods;
};

/// From the period (not kHour) of the first event to as_of's; nothing without an event. Cost:
/// linear in rows and periods.
CustomerStates FindStates(const ShopTables& tables, const CustomerActivity& activity,
                          const ShopCalendar& calendar, Period period);

}  // namespace cartwright
