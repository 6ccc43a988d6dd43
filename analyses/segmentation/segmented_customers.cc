#include "analyses/segmentation/segmented_customers.h"

#include <algorithm>
#include <utility>

#include "analyses/segmentation/segment_map.h"
#include "analyses/statistics/rfm_rule.h"

namespace cartwright {
namespace {

Result<SegmentedCustomers> Segment(CustomerPurchases purchases, const RfmScoring& scoring,
                                   std::string_view map, int exponent) {
  SegmentedCustomers customers{std::move(purchases), {}, {}};
  const RfmInput input{.last_day = customers.purchases.last_day,
                       .orders = customers.purchases.orders,
                       .valued_orders = customers.purchases.valued_orders,
                       .net = customers.purchases.net,
                       .currency_exponent = exponent};
  CARTWRIGHT_ASSIGN(customers.scores, ScoreRfm(input, scoring));
  const RfmScores& scores = customers.scores;
  customers.segment.reserve(customers.purchases.size());
  for (std::size_t i = 0; i < customers.purchases.size(); ++i) {
    customers.segment.push_back(SegmentOf(map, scores.recency.score[i], scores.frequency.score[i],
                                          scores.monetary.score[i]));
  }
  return customers;
}

/// The calendar `days` local days earlier, at the same wall-clock time.
ShopCalendar Earlier(const ShopCalendar& calendar, std::int64_t days) {
  ShopCalendar earlier = calendar;
  LocalTime local = calendar.zone.ToLocal(calendar.as_of);
  local.day -= static_cast<DayNumber>(days);
  earlier.as_of = calendar.zone.ToUtc(local).earliest;
  return earlier;
}

}  // namespace

Result<SegmentedCustomers> SegmentCustomers(const ShopTables& tables, const ShopCalendar& calendar,
                                            const SegmentationOptions& options) {
  CustomerPurchases purchases = PurchasesByCustomer(tables, calendar);
  const RfmScoring scoring = ReadRfmRule(options, purchases.end_day, tables.currency_exponent);
  return Segment(std::move(purchases), scoring, options.map, tables.currency_exponent);
}

Result<SegmentedCustomers> SegmentCustomersBefore(const ShopTables& tables,
                                                  const ShopCalendar& calendar,
                                                  const SegmentationOptions& options,
                                                  std::int64_t days) {
  CustomerPurchases purchases = PurchasesByCustomer(tables, Earlier(calendar, days));
  RfmScoring scoring = ReadRfmRule(options, purchases.end_day, tables.currency_exponent);
  if (options.reference) {
    scoring.reference =
        std::max(scoring.reference - static_cast<DayNumber>(days), purchases.end_day);
  }
  return Segment(std::move(purchases), scoring, options.map, tables.currency_exponent);
}

std::vector<std::size_t> SegmentsBefore(const SegmentedCustomers& now,
                                        const SegmentedCustomers& before) {
  std::vector<std::size_t> segments(now.segment.size(), kNotYetCustomer);
  std::size_t at = 0;
  for (std::size_t i = 0; i < segments.size() && at < before.segment.size(); ++i) {
    if (before.purchases.client[at] == now.purchases.client[i]) {
      segments[i] = before.segment[at++];
    }
  }
  return segments;
}

}  // namespace cartwright
