#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "analyses/tables/shop_tables.h"

namespace cartwright {

// `to` must have the dimensions of `from`, and be another table.

/// Makes the lines of `to` those of the given rows of `from`; `keeps`, where there is one, chooses
/// among them by their number.
void TakeLines(const SessionTable& from, std::span<const std::uint32_t> rows, SessionTable& to,
               const std::function<bool(std::uint32_t)>& keeps = {});

/// Makes `to` the given rows of `from`, but for their lines.
void TakeRows(const SessionTable& from, std::span<const std::uint32_t> rows, SessionTable& to);
void TakeRows(const CustomerTable& from, std::span<const std::uint32_t> rows, CustomerTable& to);

}  // namespace cartwright
