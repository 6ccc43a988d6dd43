#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/result.h"

namespace cartwright {

struct StatsOptions {
  std::int64_t daily_dimension_values = 20;
};

std::span<const Field<StatsOptions>> StatsOptionFields();

/// Sales KPIs, their series by hour, day, week and month, the distributions of order amounts and of
/// orders per customer, KPIs by dimension, and new against returning customers.
///
/// Rows that start at as_of or later are left out. Guests count in sessions, orders and revenue,
/// not in customers. gross_revenue is what orders were charged (payments, discounts already off),
/// returns is what went back (refunds of orders and credit notes, on their own day), net_revenue
/// the difference. A series runs from the first record's period to as_of's; averages a day are over
/// the days that are over. A customer is new with the first order ever in the shop, in a dimension
/// value too. Reports whose table would have no basis carry the status insufficient_data; columns
/// that rest on what no source records are null, with a warning.
///
/// Report types, in this order: kpis, kpi_changes, hourly_orders, hourly_revenue, weekday_hours;
/// daily_orders and _revenue; weekly_orders and _revenue, weekly_average_order_per_user,
/// weekly_average_session_per_user, weekly_average_payment_amount, new_vs_returning (weekly);
/// monthly_orders and _revenue, new_vs_returning (monthly); purchase_amount_distribution,
/// purchase_amount_quantiles, user_counts_per_order_seq, order_count_distribution; dimension_kpis
/// and daily_dimension_values where sessions have dimensions.
///
/// Cost: a few passes over the rows. Errors: none.
Result<std::vector<Report>> ComputeStats(const ShopTables& tables, const ShopCalendar& calendar,
                                         const StatsOptions& options);

}  // namespace cartwright
