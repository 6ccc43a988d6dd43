#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Session rows of each known client in CSR form: those of client c are
/// row[begin[c]] .. row[begin[c + 1] - 1], ordered by (start, row number).
struct ClientOrders {
  std::vector<std::uint32_t> row;
  std::vector<std::uint32_t> begin;  ///< One more than there are clients.

  std::span<const std::uint32_t> Of(std::uint32_t client) const {
    return std::span(row).subspan(begin[client], begin[client + 1] - begin[client]);
  }
  std::uint32_t clients() const { return static_cast<std::uint32_t>(begin.size()) - 1; }
};

/// The orders of each known client that start before `as_of`, without refunded ones
/// (SessionTable::is_refunded). `client_count` is the size of ShopTables::clients.
/// O(rows + sorting within each client).
ClientOrders OrdersByClient(const SessionTable& sessions, std::uint32_t client_count,
                            EpochMillis as_of);

/// The visits, bought or not, of each known client that start before `as_of`; credits are no
/// visits.
ClientOrders VisitsByClient(const SessionTable& sessions, std::uint32_t client_count,
                            EpochMillis as_of);

}  // namespace cartwright
