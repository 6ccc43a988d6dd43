#pragma once

#include <vector>

#include "analyses/funnel/funnel_plan.h"

namespace cartwright {

/// The reports of type `customers` (see ComputeFunnel): each period but hourly, then overall.
/// O(rows × steps) and sorting within each customer.
std::vector<Report> CustomerFunnels(const ShopTables& tables, const ShopCalendar& calendar,
                                    const FunnelPlan& plan);

}  // namespace cartwright
