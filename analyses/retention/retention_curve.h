#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/tables/customer_activity.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// One own period of the curve: figures of the customers for whom it is over.
struct CurvePoint {
  std::int64_t size = 0;         ///< Those customers.
  std::int64_t customers = 0;    ///< Of them, active in exactly this period.
  std::int64_t on_or_after = 0;  ///< Of them, active in it or later.
  std::int64_t orders = 0;       ///< Their orders that count, in this period.
  std::int64_t net = 0;          ///< Net of those, minor units.
  std::int64_t running_net = 0;  ///< Net of these customers up to this period's end.
};

/// Points of the offsets 0 .. offsets - 1; those that nobody has come to yet have size 0.
std::vector<CurvePoint> RetentionCurve(const ShopTables& tables, const CustomerActivity& activity,
                                       const ShopCalendar& calendar, Period period,
                                       std::size_t offsets);

/// Days since the first event, both ends included.
struct DayBracket {
  std::int32_t from = 0;
  std::int32_t to = 0;
};

/// One point a bracket: its size is those for whom the whole bracket is over. Brackets ascend and
/// do not overlap. Only size, customers and on_or_after are filled in.
std::vector<CurvePoint> RetentionBrackets(const ShopTables& tables,
                                          const CustomerActivity& activity,
                                          const ShopCalendar& calendar,
                                          std::span<const DayBracket> brackets);

/// Customers by the local days from their n-th event (n from 1) to the next one, and by the days
/// for which they have been away since. Both of one length.
struct DaysToNext {
  std::vector<std::int64_t> returned;
  std::vector<std::int64_t> away;
};

DaysToNext CountDaysToNext(const ShopTables& tables, const CustomerActivity& activity,
                           const ShopCalendar& calendar, std::size_t n);

}  // namespace cartwright
