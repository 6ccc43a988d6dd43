#pragma once

#include <string>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {

/// A shop in St. John's, where the clocks went back from 2010-11-07 00:01 to 2010-11-06 23:01: one
/// customer's first order has the local day after the second one's and after as_of's.
struct MidnightTwice {
  ShopTablesFixture shop{"America/St_Johns"};
  ShopCalendar calendar;

  MidnightTwice() {
    const EpochMillis second = ParseInstant("2010-11-07T02:45:00.000Z").value();
    const std::string all = "has_sessions has_basket order_screen purchased";
    shop.Add({.client = "a",
              .actions = all,
              .payment = 1000,
              .start = ParseInstant("2010-11-07T02:30:30.000Z").value()});
    shop.Add({.client = "a", .actions = all, .payment = 2000, .start = second});
    calendar = shop.Calendar("2010-11-07");
    calendar.as_of = second + 1;
  }
};

}  // namespace cartwright
