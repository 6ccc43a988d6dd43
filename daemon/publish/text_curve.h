#pragma once

#include <string>

#include "analyses/report/report.h"
#include "daemon/publish/text_chart.h"

namespace cartwright {

// Drawings of DrawReport for what customers do over time: without the header, and DrawTable where
// the columns they draw are missing. Options are within bounds.

/// A bar a period since the first event: the share active in it, after the first period drawn
/// against the highest share that is left, beside the share in it or later.
std::string DrawRetention(const Report& report, const DrawOptions& options);

/// The share that is back by a day, at days of equal distance.
std::string DrawSurvival(const Report& report, const DrawOptions& options);

/// A row a period: dormant customers to the left of a line, new, returning and resurrected ones to
/// its right, on one scale.
std::string DrawLifecycle(const Report& report, const DrawOptions& options);

}  // namespace cartwright
