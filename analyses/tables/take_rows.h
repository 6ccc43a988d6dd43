#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "analyses/tables/shop_tables.h"

namespace cartwright {

// Column by column, so that `from` and `to` may be one table, whose lines are then to be taken
// first. `to` must have the dimensions of `from`.

/// Makes the lines of `to` those of the given rows of `from`; `keeps`, where there is one, chooses
/// among them by their number.
void TakeLines(const SessionTable& from, const std::vector<std::uint32_t>& rows, SessionTable& to,
               const std::function<bool(std::uint32_t)>& keeps = {});

/// Makes `to` the given rows of `from`, but for their lines.
void TakeRows(const SessionTable& from, const std::vector<std::uint32_t>& rows, SessionTable& to);
void TakeRows(const CustomerTable& from, const std::vector<std::uint32_t>& rows, CustomerTable& to);

}  // namespace cartwright
