#pragma once

#include <vector>

#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/shape/compose.h"
#include "indexers/shape/row_shaper.h"

namespace cartwright {

/// One shaper a source, in configuration order. Errors: kConfig for what no row could satisfy: an
/// unknown field, date format, zone or currency, a missing start date, order id or key, more than
/// 32 actions, lines that cannot join sessions by one column.
Result<std::vector<RowShaper>> MakeRowShapers(const Config& config);

/// How documents are made of rows.
ComposeRules MakeComposeRules(const Config& config);

}  // namespace cartwright
