#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/client_orders.h"

namespace cartwright {

/// What became of the rows that a cohort report read.
struct CohortBooks {
  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;
  std::map<std::string, std::int64_t> rows_dropped;
  std::optional<EpochMillis> first_event;  ///< Earliest used order or download.

  void Drop(const std::string& reason) { ++rows_dropped[reason]; }
  /// Takes an order back that was counted as used.
  void DropUsed(const std::string& reason) {
    --rows_used;
    Drop(reason);
  }
  void SeeEvent(EpochMillis time);
};

/// The orders that cohorts are made of, by client.
struct CohortOrders {
  ClientOrders by_client;
  CohortBooks books;
};

/// The orders of known customers before `as_of` that count (CustomerOrders). Credit notes are not
/// used: a cell's net is that of its orders.
CohortOrders FindCohortOrders(const ShopTables& tables, EpochMillis as_of);

/// One customer's two consecutive events. The second is never on an earlier day, though its clock
/// may have been set back over midnight.
struct EventPair {
  DayNumber start = 0;
  std::optional<DayNumber> next;  ///< Nothing: not yet.
  std::int64_t next_net = 0;      ///< Net of the next order, minor units.
};

/// Every customer with an n-th order (n from 1), ordered by client, with the order after it.
std::vector<EventPair> OrderPairs(const SessionTable& sessions, const ClientOrders& orders,
                                  std::size_t n);

struct DownloadPairs {
  std::vector<EventPair> pairs;  ///< Ordered by client.
  CohortBooks books;             ///< Of sessions and customers together.
};

/// Every customer with a download before as_of, with the first order on or after its local day.
DownloadPairs FindDownloadPairs(const ShopTables& tables, const ShopCalendar& calendar,
                                const CohortOrders& orders);

}  // namespace cartwright
