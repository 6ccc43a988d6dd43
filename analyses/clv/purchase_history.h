#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// One customer's purchases as the models see them: all orders of a local day are one purchase, and
/// the first day is no repeat.
struct CustomerHistory {
  std::uint32_t client = 0;  ///< Code in ShopTables::clients.
  DayNumber first_day = 0;
  DayNumber last_day = 0;
  std::int64_t repeats = 0;         ///< Purchase days after the first.
  std::int64_t valued_repeats = 0;  ///< Repeats with a net above zero.
  std::int64_t repeat_net = 0;      ///< Net of the repeats, minor units.
  std::int64_t net = 0;             ///< CustomerOrders::Net, minor units.
};

/// One repeat purchase: what a customer spent on a day after his first.
struct RepeatPurchase {
  DayNumber day = 0;
  std::int64_t net = 0;  ///< Minor units.
};

struct PurchaseHistories {
  std::vector<CustomerHistory> customers;  ///< Those with a purchase, ordered by client code.
  std::vector<RepeatPurchase> repeats;     ///< By customer, then day.
  DayNumber end_day = 0;                   ///< The last day seen (DayRange::last).
  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;
  std::map<std::string, std::int64_t> rows_dropped;
};

/// Collects what customers bought before as_of, by the definition of CustomerOrders: an order that
/// cost nothing is a purchase without value. Rows are counted as there.
PurchaseHistories CollectPurchases(const ShopTables& tables, const ShopCalendar& calendar);

}  // namespace cartwright
