#pragma once

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Makes the columns null that rest on what no source of the shop records, and warns of them: zero
/// would say that nothing was sold, returned or given, and a conversion of 1 that nobody left.
void HideWhatIsNotRecorded(const Recorded& recorded, Report& report);

}  // namespace cartwright
