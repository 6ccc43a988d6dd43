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

struct PromotionAnalyticOptions {
  std::int64_t daily_promotions = 20;
  std::int64_t baseline_days = 28;
};

std::span<const Field<PromotionAnalyticOptions>> PromotionAnalyticOptionFields();

/// What promotions brought: promoted against organic orders, by promotion, day and hour.
///
/// Orders are visits that bought before as_of, fully refunded ones too, as in sales figures. An
/// order is promoted when it has a promotion, else organic. An order with several promotions counts
/// in full for each of them, and once in every total: figures of promotions do not sum to totals.
/// gross_revenue are payments, discounts already off; refunds count on the day of their order.
/// Averages a day are over days that are over. Guests count in orders and revenue, not in
/// customers. Nothing here compares with a control group: cannibalisation_hint is no more than its
/// name says.
///
/// Report types, in this order: promoted_vs_organic; promotion_kpis;
/// inorganic_orders_per_promotion_ per_day, daily_promotion_revenue, daily_promotion_discount
/// (days, in each the promotions with most orders over all time); daily_organic_orders,
/// hourly_organic_orders; daily_inorganic_ratio, hourly_inorganic_ratio;
/// avg_order_count_per_promo_per_cust, promotion_number_of_customer; cannibalisation_hint. Lists of
/// promotions come by most orders, ties in byte order.
///
/// Where no source gives promotions, every report is not_available; columns that rest on what
/// nobody recorded are null.
///
/// Cost: a few passes over the orders, and one entry a promotion and day. Errors: none.
Result<std::vector<Report>> ComputePromotionAnalytic(const ShopTables& tables,
                                                     const ShopCalendar& calendar,
                                                     const PromotionAnalyticOptions& options);

}  // namespace cartwright
