#include "analyses/churn/inactivity.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analyses/statistics/quantile.h"
#include "analyses/tables/customer_activity.h"
#include "analyses/tables/customer_orders.h"
#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

void AddCustomer(const SessionTable& sessions, std::span<const std::uint32_t> rows,
                 PurchaseDays& purchases) {
  const std::size_t begin = purchases.day.size();
  ForEachDay(sessions, rows, [&](std::uint32_t row, DayNumber day) {
    if (purchases.day.size() == begin || purchases.day.back() != day) {
      purchases.day.push_back(day);
      purchases.day_net.push_back(0);
    }
    purchases.day_net.back() += sessions.Net(row);
  });
  purchases.begin.push_back(static_cast<std::uint32_t>(purchases.day.size()));
  const EpochMillis first = sessions.start[rows.front()];
  purchases.first_order = std::min(purchases.first_order.value_or(first), first);
}

}  // namespace

PurchaseDays FindPurchaseDays(const ShopTables& tables, const ShopCalendar& calendar) {
  const SessionTable& sessions = tables.sessions;
  CustomerOrders customers = OrdersOfCustomers(tables, calendar.as_of);
  PurchaseDays purchases;
  DayRange days(calendar);
  for (std::uint32_t client = 0; client < customers.orders.clients(); ++client) {
    const std::span<const std::uint32_t> rows = customers.orders.Of(client);
    if (rows.empty()) {
      continue;
    }
    AddCustomer(sessions, rows, purchases);
    purchases.client.push_back(client);
    purchases.net.push_back(customers.Net(sessions, client));
    days.Add(purchases.day.back());
  }
  purchases.end_day = days.last();
  purchases.rows_read = customers.rows_read;
  purchases.rows_used = customers.rows_used;
  purchases.rows_dropped = std::move(customers.rows_dropped);
  return purchases;
}

PurchaseGaps FindGaps(const PurchaseDays& purchases) {
  PurchaseGaps gaps;
  std::vector<std::int64_t> closed;
  std::vector<std::int64_t> open;
  const auto count = [&](std::vector<std::int64_t>& of, std::int32_t gap) {
    const auto place = static_cast<std::size_t>(gap);
    if (place >= closed.size()) {
      closed.resize(place + 1, 0);
      open.resize(place + 1, 0);
    }
    ++of[place];
  };
  for (std::size_t customer = 0; customer < purchases.size(); ++customer) {
    const std::span<const DayNumber> days = purchases.Of(customer);
    for (std::size_t i = 1; i < days.size(); ++i) {
      count(closed, days[i] - days[i - 1]);
    }
    if (days.size() > 1) {
      count(open, purchases.Quiet(customer));
      ++gaps.open;
    }
  }
  for (std::size_t gap = 0; gap < closed.size(); ++gap) {
    gaps.closed.insert(gaps.closed.end(), static_cast<std::size_t>(closed[gap]),
                       static_cast<double>(gap));
  }
  gaps.survival = KaplanMeier(closed, open);
  return gaps;
}

InactivityThreshold FindThreshold(const PurchaseGaps& gaps, double quantile,
                                  std::optional<std::int64_t> given_days,
                                  std::int64_t minimum_at_risk) {
  if (given_days) {
    return {static_cast<std::int32_t>(*given_days), "inactivity_days"};
  }
  // At risk never rises with time, so the trusted part is the beginning.
  const auto tail = std::find_if(
      gaps.survival.begin(), gaps.survival.end(),
      [minimum_at_risk](const SurvivalPoint& point) { return point.at_risk < minimum_at_risk; });
  if (const auto days = SurvivalQuantile(std::span(gaps.survival.begin(), tail), quantile)) {
    return {static_cast<std::int32_t>(*days), "kaplan_meier"};
  }
  if (const auto days = SortedQuantile(gaps.closed, quantile)) {
    return {static_cast<std::int32_t>(std::ceil(*days)), "closed_gaps"};
  }
  return {std::nullopt, ""};
}

std::vector<std::int32_t> OwnThresholds(const PurchaseDays& purchases, double quantile,
                                        std::int64_t minimum_gaps, std::int32_t shop_days) {
  std::vector<std::int32_t> thresholds;
  thresholds.reserve(purchases.size());
  std::vector<double> gaps;
  for (std::size_t customer = 0; customer < purchases.size(); ++customer) {
    const std::span<const DayNumber> days = purchases.Of(customer);
    if (static_cast<std::int64_t>(days.size()) - 1 < minimum_gaps) {
      thresholds.push_back(shop_days);
      continue;
    }
    gaps.clear();
    for (std::size_t i = 1; i < days.size(); ++i) {
      gaps.push_back(days[i] - days[i - 1]);
    }
    std::sort(gaps.begin(), gaps.end());
    thresholds.push_back(
        static_cast<std::int32_t>(std::ceil(SortedQuantile(gaps, quantile).value())));
  }
  return thresholds;
}

std::string_view ChurnStateName(ChurnState state) {
  switch (state) {
    case ChurnState::kTooNew:
      return "too_new";
    case ChurnState::kRetained:
      return "retained";
    case ChurnState::kChurned:
      return "churned";
  }
  return "";
}

ChurnState StateOf(const PurchaseDays& purchases, std::size_t customer, std::int32_t threshold) {
  if (purchases.end_day - purchases.Of(customer).front() <= threshold) {
    return ChurnState::kTooNew;
  }
  return purchases.Quiet(customer) > threshold ? ChurnState::kChurned : ChurnState::kRetained;
}

}  // namespace cartwright
