#pragma once

#include <cstddef>

#include "analyses/cohort/cohort_orders.h"

namespace cartwright {

/// Rows of the journey: the download and at most this many orders.
inline constexpr std::size_t kJourneyOrders = 100;

/// One row an order number, from 0 (the download) as far as any customer has come: how many came
/// there, median and mean of the hours since the event before it and of the net (major units).
ReportTable CustomersJourney(const ShopTables& tables, const ShopCalendar& calendar,
                             const ClientOrders& orders);

}  // namespace cartwright
