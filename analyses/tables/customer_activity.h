#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analyses/tables/client_orders.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// What makes a customer active: an order that counts (CustomerOrders), or any visit.
enum class ActivityKind : std::uint8_t { kOrder, kVisit };

/// The names of the kinds, in their order: the values of the option `event`.
inline constexpr std::array<std::string_view, 2> kActivityNames = {"order", "visit"};

/// The kind of a name of kActivityNames.
ActivityKind ActivityOf(std::string_view name);

/// When known customers were active before a moment, with the books of the rows looked at.
struct CustomerActivity {
  ClientOrders by_client;  ///< Rows of each client, ordered by (start, row).
  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;
  /// By the first reason that holds: those of CustomerOrders, and `credit` for every credit note.
  std::map<std::string, std::int64_t> rows_dropped;
  std::optional<EpochMillis> first;  ///< Start of the earliest row.
};

/// Cost: linear in rows and clients, and sorting within each client.
CustomerActivity FindActivity(const ShopTables& tables, ActivityKind kind, EpochMillis as_of);

/// Visits the local day of each row of a client, never one before the last: where a clock is set
/// back over midnight, a later row may have the earlier local day. `visit` takes (row, day).
template <class Visit>
void ForEachDay(const SessionTable& sessions, std::span<const std::uint32_t> rows, Visit visit) {
  if (rows.empty()) {
    return;
  }
  DayNumber day = sessions.day[rows.front()];
  for (const std::uint32_t row : rows) {
    day = std::max(day, sessions.day[row]);
    visit(row, day);
  }
}

}  // namespace cartwright
