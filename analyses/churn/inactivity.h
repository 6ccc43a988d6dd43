#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/statistics/kaplan_meier.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// The local days on which customers ordered, in CSR form: those of customer i are
/// day[begin[i]] .. day[begin[i + 1] - 1], ascending, each once.
struct PurchaseDays {
  std::vector<std::uint32_t> client;  ///< One a customer with an order, ascending.
  std::vector<std::int64_t> net;      ///< One a customer: orders less credit notes, minor units.
  std::vector<std::uint32_t> begin{0};
  std::vector<DayNumber> day;
  std::vector<std::int64_t> day_net;  ///< One a day: net of its orders, minor units.
  DayNumber end_day = 0;              ///< The day that quiet days are counted to.

  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;
  std::map<std::string, std::int64_t> rows_dropped;  ///< As in CustomerOrders.
  std::optional<EpochMillis> first_order;

  std::size_t size() const { return client.size(); }
  std::span<const DayNumber> Of(std::size_t customer) const {
    return std::span(day).subspan(begin[customer], begin[customer + 1] - begin[customer]);
  }
  /// Days since the customer's last order.
  std::int32_t Quiet(std::size_t customer) const { return end_day - Of(customer).back(); }
};

PurchaseDays FindPurchaseDays(const ShopTables& tables, const ShopCalendar& calendar);

/// The gaps between purchases of the customers who bought again at least once.
struct PurchaseGaps {
  std::vector<double> closed;           ///< Days, ascending.
  std::int64_t open = 0;                ///< Last gaps, which as_of cuts off.
  std::vector<SurvivalPoint> survival;  ///< Of both together, open ones censored.
};

PurchaseGaps FindGaps(const PurchaseDays& purchases);

/// How long a pause is still usual.
struct InactivityThreshold {
  std::optional<std::int32_t> days;
  std::string_view source;  ///< "inactivity_days", "kaplan_meier" or "closed_gaps".
};

/// See ComputeChurn. `given_days` wins. The tail of the estimate stands on few gaps: a quantile
/// with fewer than `minimum_at_risk` of them left is not used.
InactivityThreshold FindThreshold(const PurchaseGaps& gaps, double quantile,
                                  std::optional<std::int64_t> given_days,
                                  std::int64_t minimum_at_risk);

/// The threshold of each customer: of its own closed gaps where there are `minimum_gaps` of them,
/// else `shop_days`.
std::vector<std::int32_t> OwnThresholds(const PurchaseDays& purchases, double quantile,
                                        std::int64_t minimum_gaps, std::int32_t shop_days);

enum class ChurnState { kTooNew, kRetained, kChurned };
std::string_view ChurnStateName(ChurnState state);  ///< "too_new", "retained", "churned".

ChurnState StateOf(const PurchaseDays& purchases, std::size_t customer, std::int32_t threshold);

}  // namespace cartwright
