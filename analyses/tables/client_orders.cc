#include "analyses/tables/client_orders.h"

#include <algorithm>

namespace cartwright {
namespace {

/// A counting sort by client, then a sort of each client's few rows.
template <class Predicate>
ClientOrders RowsByClient(const SessionTable& sessions, std::uint32_t client_count,
                          Predicate keeps) {
  ClientOrders orders;
  orders.begin.assign(std::size_t{client_count} + 1, 0);
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (keeps(row)) {
      ++orders.begin[sessions.client[row] + 1];
    }
  }
  for (std::size_t client = 0; client < client_count; ++client) {
    orders.begin[client + 1] += orders.begin[client];
  }
  orders.row.resize(orders.begin.back());
  std::vector<std::uint32_t> next(orders.begin.begin(), orders.begin.end() - 1);
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (keeps(row)) {
      orders.row[next[sessions.client[row]]++] = static_cast<std::uint32_t>(row);
    }
  }
  for (std::size_t client = 0; client < client_count; ++client) {
    std::sort(
        orders.row.begin() + orders.begin[client], orders.row.begin() + orders.begin[client + 1],
        [&sessions](std::uint32_t a, std::uint32_t b) {
          return sessions.start[a] != sessions.start[b] ? sessions.start[a] < sessions.start[b]
                                                        : a < b;
        });
  }
  return orders;
}

}  // namespace

ClientOrders OrdersByClient(const SessionTable& sessions, std::uint32_t client_count,
                            EpochMillis as_of) {
  return RowsByClient(sessions, client_count, [&](std::size_t row) {
    return sessions.purchased(row) && !sessions.is_refunded(row) &&
           sessions.client[row] != kNoCode && sessions.start[row] < as_of;
  });
}

ClientOrders VisitsByClient(const SessionTable& sessions, std::uint32_t client_count,
                            EpochMillis as_of) {
  return RowsByClient(sessions, client_count, [&](std::size_t row) {
    return !sessions.is_credit(row) && sessions.client[row] != kNoCode &&
           sessions.start[row] < as_of;
  });
}

}  // namespace cartwright
