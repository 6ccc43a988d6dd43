#include "analyses/cohort/cohort_orders.h"

#include <algorithm>

namespace cartwright {
namespace {

constexpr std::size_t kNoCustomer = static_cast<std::size_t>(-1);

/// The reason to leave a row out, or nothing.
const char* DropReason(const SessionTable& sessions, std::size_t row, EpochMillis as_of) {
  if (sessions.start[row] >= as_of) {
    return "after_as_of";
  }
  if (!sessions.purchased(row)) {
    return "not_purchased";
  }
  if (sessions.client[row] == kNoCode) {
    return "guest";
  }
  return sessions.Net(row) <= 0 ? "net_not_positive" : nullptr;
}

/// Takes the orders without a positive net amount out of the lists.
ClientOrders KeepPositiveNet(const SessionTable& sessions, const ClientOrders& orders) {
  ClientOrders kept;
  kept.row.reserve(orders.row.size());
  kept.begin.reserve(orders.begin.size());
  kept.begin.push_back(0);
  for (std::uint32_t client = 0; client < orders.clients(); ++client) {
    for (const std::uint32_t row : orders.Of(client)) {
      if (sessions.Net(row) > 0) {
        kept.row.push_back(row);
      }
    }
    kept.begin.push_back(static_cast<std::uint32_t>(kept.row.size()));
  }
  return kept;
}

/// The row of each client in the customers table, or kNoCustomer.
std::vector<std::size_t> CustomerRows(const ShopTables& tables) {
  std::vector<std::size_t> rows(tables.clients.size(), kNoCustomer);
  for (std::size_t row = 0; row < tables.customers.size(); ++row) {
    rows[tables.customers.client[row]] = row;
  }
  return rows;
}

/// The first order that is not before the download's day; the earlier ones leave the books.
EventPair PairOfDownload(const SessionTable& sessions, DayNumber download,
                         std::span<const std::uint32_t> orders, CohortBooks& books) {
  EventPair pair{.start = download, .next = {}};
  for (const std::uint32_t row : orders) {
    if (sessions.day[row] < download) {
      books.DropUsed("order_before_download");
    } else if (!pair.next) {
      pair.next = sessions.day[row];
      pair.next_net = sessions.Net(row);
    }
  }
  return pair;
}

}  // namespace

void CohortBooks::SeeEvent(EpochMillis time) {
  first_event = std::min(first_event.value_or(time), time);
}

CohortOrders FindCohortOrders(const ShopTables& tables, EpochMillis as_of) {
  const SessionTable& sessions = tables.sessions;
  CohortOrders found;
  found.books.rows_read = static_cast<std::int64_t>(sessions.size());
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    const char* reason = DropReason(sessions, row, as_of);
    if (reason != nullptr) {
      found.books.Drop(reason);
    } else {
      ++found.books.rows_used;
      found.books.SeeEvent(sessions.start[row]);
    }
  }
  found.by_client =
      KeepPositiveNet(sessions, OrdersByClient(sessions, tables.clients.size(), as_of));
  return found;
}

std::vector<EventPair> OrderPairs(const SessionTable& sessions, const ClientOrders& orders,
                                  std::size_t n) {
  std::vector<EventPair> pairs;
  for (std::uint32_t client = 0; client < orders.clients(); ++client) {
    const std::span<const std::uint32_t> rows = orders.Of(client);
    if (rows.size() < n) {
      continue;
    }
    EventPair pair{.start = sessions.day[rows[n - 1]], .next = {}};
    if (rows.size() > n) {
      pair.next = sessions.day[rows[n]];
      pair.next_net = sessions.Net(rows[n]);
    }
    pairs.push_back(pair);
  }
  return pairs;
}

DownloadPairs FindDownloadPairs(const ShopTables& tables, const ShopCalendar& calendar,
                                const CohortOrders& orders) {
  DownloadPairs found{{}, orders.books};
  CohortBooks& books = found.books;
  books.rows_read += static_cast<std::int64_t>(tables.customers.size());
  books.first_event.reset();
  const std::vector<std::size_t> customer_rows = CustomerRows(tables);
  for (std::uint32_t client = 0; client < tables.clients.size(); ++client) {
    const std::size_t row = customer_rows[client];
    const EpochMillis download =
        row == kNoCustomer ? kMissingInstant : tables.customers.download[row];
    const bool downloaded = download != kMissingInstant && download < calendar.as_of;
    const std::span<const std::uint32_t> rows = orders.by_client.Of(client);
    if (!downloaded) {
      if (row != kNoCustomer) {
        books.Drop(download == kMissingInstant ? "download_unknown" : "after_as_of");
      }
      for (std::size_t i = 0; i < rows.size(); ++i) {
        books.DropUsed("no_download");
      }
      continue;
    }
    ++books.rows_used;
    books.SeeEvent(download);
    found.pairs.push_back(
        PairOfDownload(tables.sessions, calendar.zone.ToLocal(download).day, rows, books));
  }
  return found;
}

}  // namespace cartwright
