#include "analyses/tables/customer_purchases.h"

namespace cartwright {
namespace {

/// The running figures of one client.
struct Account {
  EpochMillis last_start = kMissingInstant;
  DayNumber last_day = 0;
  std::int64_t orders = 0;
  std::int64_t order_net = 0;
  std::int64_t credits = 0;     ///< Credit notes.
  std::int64_t credit_sum = 0;  ///< What they gave back.
};

void AddOrder(const SessionTable& table, std::size_t row, Account& account) {
  ++account.orders;
  account.order_net += table.Net(row);
  if (table.start[row] >= account.last_start) {
    account.last_start = table.start[row];
    account.last_day = table.day[row];
  }
}

}  // namespace

std::map<std::string, std::int64_t> CustomerPurchases::RowsDropped() const {
  std::map<std::string, std::int64_t> dropped = {{"after_as_of", after_as_of},
                                                 {"guest", guest},
                                                 {"not_purchased", not_purchased},
                                                 {"nonpositive_net", nonpositive_net}};
  std::erase_if(dropped, [](const auto& reason) { return reason.second == 0; });
  return dropped;
}

CustomerPurchases PurchasesByCustomer(const ShopTables& tables, EpochMillis as_of) {
  const SessionTable& table = tables.sessions;
  CustomerPurchases purchases;
  std::vector<Account> accounts(tables.clients.size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.start[row] >= as_of) {
      ++purchases.after_as_of;
    } else if (table.client[row] == kNoCode) {
      ++purchases.guest;
    } else if (table.is_credit(row)) {
      Account& account = accounts[table.client[row]];
      ++account.credits;
      account.credit_sum += table.AmountOrZero(row, AmountKind::kRefund);
    } else if (!table.purchased(row)) {
      ++purchases.not_purchased;
    } else if (table.Net(row) <= 0) {
      ++purchases.nonpositive_net;
    } else {
      AddOrder(table, row, accounts[table.client[row]]);
    }
  }
  for (std::uint32_t client = 0; client < accounts.size(); ++client) {
    const Account& account = accounts[client];
    if (account.orders == 0) {
      purchases.not_purchased += account.credits;
      continue;
    }
    purchases.rows_used += account.orders + account.credits;
    purchases.client.push_back(client);
    purchases.last_day.push_back(account.last_day);
    purchases.orders.push_back(account.orders);
    purchases.net.push_back(account.order_net - account.credit_sum);
  }
  return purchases;
}

}  // namespace cartwright
