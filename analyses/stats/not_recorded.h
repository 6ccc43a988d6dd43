#pragma once

#include <string_view>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Whether the shop's sources record all that a column rests on.
bool IsRecorded(const Recorded& recorded, std::string_view column);

/// Makes the columns null that rest on what no source of the shop records, and warns of them: zero
/// would say that nothing was sold, returned or given, and a conversion of 1 that nobody left.
void HideWhatIsNotRecorded(const Recorded& recorded, Report& report);

}  // namespace cartwright
