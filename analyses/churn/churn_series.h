#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyses/churn/inactivity.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// One period's customers.
struct ChurnPeriod {
  std::int64_t customers = 0;  ///< With an order in it.
  std::int64_t first = 0;      ///< Of them, with the first one ever.
  std::int64_t net = 0;        ///< Net of their orders in it, minor units.
  std::int64_t lost = 0;       ///< Customers of the period before without an order in this one.
  std::int64_t lost_net = 0;   ///< Net of those in the period before, minor units.
  // By the threshold; zero without one.
  std::int64_t active_at_start = 0;  ///< Last order at most so many days before the first day.
  std::int64_t churned = 0;          ///< Of those, who passed the threshold within the period.
  std::int64_t reactivated = 0;      ///< Who ordered and were not active at the start; not new.
};

struct ChurnSeries {
  Period period = Period::kMonth;
  std::int32_t first = 0;  ///< Period number of the first entry.
  std::vector<ChurnPeriod> periods;
  /// Customers who ordered and passed a threshold shorter than the period within one period, and
  /// so are in no `churned`.
  std::int64_t passed_within = 0;
};

/// From the period (kWeek, kMonth) of the first order to as_of's; nothing without an order. A
/// customer has passed the threshold with the end of its last day, when that day is before end_day.
ChurnSeries SeriesOfChurn(const PurchaseDays& purchases, const ShopCalendar& calendar,
                          Period period, std::optional<std::int32_t> threshold);

}  // namespace cartwright
