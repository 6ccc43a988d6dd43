#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/option_fault.h"
#include "daemon/base/result.h"

namespace cartwright {

struct CartOptions {
  std::string cart_action = "has_basket";
  std::string checkout_action = "order_screen";
  std::int64_t window_hours = 24;
  std::int64_t recovery_days = 30;
};

std::span<const Field<CartOptions>> CartOptionFields();

/// Actions that sessions do not have.
std::vector<OptionFault> CartOptionFaults(const CartOptions& options, const ShopTablesLayout& shop);

/// How many carts were left, where, and what was in them.
///
/// A cart session is a visit before as_of with `cart_action`. It is counted three ways (CartUnits):
/// by session, by customer, by cart. abandonment_rate = 1 − purchased_carts / carts, open carts
/// among the carts. Orders of sessions without a cart are on neither side; they are counted beside
/// them. The value of a cart is Σ units × unit price of the lines of its last session, rounded
/// once; where no visit without an order has lines, it is null.
///
/// Report types, in this order: abandonment (one row a way of counting); stages; recovery (days
/// since the cart); hourly_abandonment; daily_, weekly_ and monthly_abandonment (empty periods
/// too); dimension_abandonment (dimensions as declared, values in byte order, missing last). All
/// but the first count sessions.
///
/// Where no source gives the cart action or visits without an order, every report is not_available.
///
/// Cost: linear in rows, and a sort of each client's rows. Errors: kConfig for an option fault.
Result<std::vector<Report>> ComputeCart(const ShopTables& tables, const ShopCalendar& calendar,
                                        const CartOptions& options);

}  // namespace cartwright
