#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyses/segmentation/segmentation.h"
#include "analyses/statistics/rfm_scores.h"
#include "analyses/tables/customer_purchases.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/result.h"

namespace cartwright {

/// Customers with their scores and segments, ordered by client.
struct SegmentedCustomers {
  CustomerPurchases purchases;
  RfmScores scores;
  /// One a customer: the place in SegmentNames(map).
  std::vector<std::size_t> segment;
};

/// The segments as they are at the calendar's as_of. Fewer customers than scores are segmented too:
/// see ObstacleToScores. Errors: as ScoreRfm.
Result<SegmentedCustomers> SegmentCustomers(const ShopTables& tables, const ShopCalendar& calendar,
                                            const SegmentationOptions& options);

/// The segments as the same rows gave them `days` local days before as_of, at the same time of day.
/// A reference day of the options moves back by as many days, yet not before the last order then.
/// Errors: as ScoreRfm.
Result<SegmentedCustomers> SegmentCustomersBefore(const ShopTables& tables,
                                                  const ShopCalendar& calendar,
                                                  const SegmentationOptions& options,
                                                  std::int64_t days);

/// A customer now who was none then.
inline constexpr std::size_t kNotYetCustomer = static_cast<std::size_t>(-1);

/// The segment then of each customer of `now`, or kNotYetCustomer. Every customer of `before` is
/// one of `now`.
std::vector<std::size_t> SegmentsBefore(const SegmentedCustomers& now,
                                        const SegmentedCustomers& before);

}  // namespace cartwright
