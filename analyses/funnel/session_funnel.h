#pragma once

#include <vector>

#include "analyses/funnel/funnel_plan.h"

namespace cartwright {

/// The reports of types `orders`, `overall` and `action_counts` (see ComputeFunnel), in this order.
/// O(rows × actions).
std::vector<Report> SessionFunnels(const SessionTable& sessions, const ShopCalendar& calendar,
                                   const FunnelPlan& plan);

}  // namespace cartwright
