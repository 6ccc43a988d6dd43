#include "analyses/cohort/cohort_orders.h"

#include <algorithm>
#include <utility>

#include "analyses/tables/customer_activity.h"

namespace cartwright {
namespace {

constexpr std::size_t kNoCustomer = static_cast<std::size_t>(-1);

/// The row of each client in the customers table, or kNoCustomer.
std::vector<std::size_t> CustomerRows(const ShopTables& tables) {
  std::vector<std::size_t> rows(tables.clients.size(), kNoCustomer);
  for (std::size_t row = 0; row < tables.customers.size(); ++row) {
    rows[tables.customers.client[row]] = row;
  }
  return rows;
}

struct Download {
  EpochMillis instant;
  DayNumber day;
};

/// The first order that is not before the download's day; the earlier ones leave the books.
EventPair PairOfDownload(const SessionTable& sessions, const Download& download,
                         std::span<const std::uint32_t> orders, CohortBooks& books) {
  EventPair pair{.start = download.day, .next = {}};
  for (const std::uint32_t row : orders) {
    if (sessions.start[row] < download.instant && sessions.day[row] < download.day) {
      books.DropUsed("order_before_download");
    } else if (!pair.next) {
      pair.next = std::max(download.day, sessions.day[row]);
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
  CustomerActivity activity = FindActivity(tables, ActivityKind::kOrder, as_of);
  CohortOrders found;
  found.by_client = std::move(activity.by_client);
  found.books.rows_read = activity.rows_read;
  found.books.rows_used = activity.rows_used;
  found.books.rows_dropped = std::move(activity.rows_dropped);
  found.books.first_event = activity.first;
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
      pair.next = std::max(pair.start, sessions.day[rows[n]]);
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
    found.pairs.push_back(PairOfDownload(
        tables.sessions, {download, calendar.zone.ToLocal(download).day}, rows, books));
  }
  return found;
}

}  // namespace cartwright
