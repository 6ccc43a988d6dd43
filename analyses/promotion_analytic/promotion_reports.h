#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyses/promotion_analytic/promotion_analytic.h"
#include "analyses/promotion_analytic/promotion_sums.h"
#include "analyses/report/report.h"
#include "analyses/tables/day_range.h"
#include "analyses/tables/row_groups.h"

namespace cartwright {

/// What every report of `promotion_analytic` is made from.
struct PromotionInput {
  const ShopTables& tables;
  const ShopCalendar& calendar;
  const PromotionAnalyticOptions& options;
  const OrderRows& counted;                  ///< The orders, and why other rows are none.
  const std::vector<std::uint32_t>& orders;  ///< The same orders by local day.
  const DayRange& days;                      ///< Of all rows before as_of.
  std::size_t complete_days;                 ///< The first so many of `days` are over.
  const Promotions& promotions;
  const KindSeries& kinds;

  /// The place of an order's day in `days`.
  std::size_t DayPlace(std::uint32_t row) const {
    return static_cast<std::size_t>(tables.sessions.day[row] - days.first());
  }
};

/// A report of this type with no rows yet and its account of the session rows: used are the orders.
Report StartPromotionReport(const PromotionInput& input, std::string_view type,
                            std::vector<ColumnSpec> columns);

/// Three rows: promoted, organic, all.
Report PromotedAgainstOrganic(const PromotionInput& input);
/// One row a promotion.
Report PromotionKpis(const PromotionInput& input);
Report AverageOrdersPerCustomer(const PromotionInput& input);
Report PromotionCustomers(const PromotionInput& input);
/// One row a promotion: organic orders a day before, during and after it.
Report CannibalisationHint(const PromotionInput& input);

/// The three daily series by promotion: orders, revenue, discount.
std::vector<Report> DailyByPromotion(const PromotionInput& input);
Report DailyOrganicOrders(const PromotionInput& input);
Report HourlyOrganicOrders(const PromotionInput& input);
Report DailyInorganicRatio(const PromotionInput& input);
Report HourlyInorganicRatio(const PromotionInput& input);

}  // namespace cartwright
