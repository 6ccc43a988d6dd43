#include "analyses/churn/churn_series.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace cartwright {
namespace {

class SeriesCounter {
 public:
  SeriesCounter(const PurchaseDays& purchases, const ShopCalendar& calendar, ChurnSeries& series)
      : purchases_(purchases),
        calendar_(calendar),
        series_(series),
        active_steps_(series.periods.size() + 1, 0) {}

  /// Orders by period: who came, and who of the period before did not.
  void AddPurchases(std::size_t customer) {
    std::optional<std::size_t> before;
    std::int64_t net_before = 0;
    for (std::uint32_t i = purchases_.begin[customer]; i < purchases_.begin[customer + 1]; ++i) {
      const std::size_t now = Place(purchases_.day[i]);
      series_.periods[now].net += purchases_.day_net[i];
      if (before == now) {
        net_before += purchases_.day_net[i];
        continue;
      }
      ++series_.periods[now].customers;
      series_.periods[now].first += before ? 0 : 1;
      if (before && now > *before + 1) {
        Lose(*before, net_before);
      }
      before = now;
      net_before = purchases_.day_net[i];
    }
    Lose(*before, net_before);
  }

  /// The spells between orders in which the customer is still active.
  void AddSpells(std::size_t customer, std::int32_t threshold) {
    const std::span<const DayNumber> days = purchases_.Of(customer);
    for (std::size_t i = 0; i < days.size(); ++i) {
      const bool is_open = i + 1 == days.size();
      const DayNumber last_active = days[i] + threshold;
      const DayNumber next = is_open ? purchases_.end_day : days[i + 1];
      const std::size_t from = Place(days[i]);
      // Active at the start of every period that begins in (days[i], min(next, last_active)].
      const std::size_t to = Place(std::min(next, last_active));
      ++active_steps_[from + 1];
      --active_steps_[to + 1];
      if (last_active < next) {
        Pass(from, to);
      }
      if (!is_open && last_active < next && to < Place(next)) {
        ++series_.periods[Place(next)].reactivated;
      }
    }
  }

  void Finish() {
    std::int64_t active = 0;
    for (std::size_t i = 0; i < series_.periods.size(); ++i) {
      active += active_steps_[i];
      series_.periods[i].active_at_start = active;
    }
  }

 private:
  std::size_t Place(DayNumber day) const {
    return static_cast<std::size_t>(calendar_.PeriodOf(day, series_.period) - series_.first);
  }
  void Lose(std::size_t before, std::int64_t net) {
    if (before + 1 < series_.periods.size()) {
      ++series_.periods[before + 1].lost;
      series_.periods[before + 1].lost_net += net;
    }
  }
  void Pass(std::size_t from, std::size_t to) {
    if (to > from) {
      ++series_.periods[to].churned;
    } else {
      ++series_.passed_within;
    }
  }

  const PurchaseDays& purchases_;
  const ShopCalendar& calendar_;
  ChurnSeries& series_;
  std::vector<std::int64_t> active_steps_;  ///< Changes of active_at_start from period to period.
};

}  // namespace

ChurnSeries SeriesOfChurn(const PurchaseDays& purchases, const ShopCalendar& calendar,
                          Period period, std::optional<std::int32_t> threshold) {
  ChurnSeries series{.period = period, .first = 0, .periods = {}, .passed_within = 0};
  if (purchases.day.empty()) {
    return series;
  }
  const DayNumber first = *std::min_element(purchases.day.begin(), purchases.day.end());
  series.first = calendar.PeriodOf(first, period);
  series.periods.resize(
      static_cast<std::size_t>(calendar.PeriodOf(purchases.end_day, period) - series.first) + 1);
  SeriesCounter counter(purchases, calendar, series);
  for (std::size_t customer = 0; customer < purchases.size(); ++customer) {
    counter.AddPurchases(customer);
    if (threshold) {
      counter.AddSpells(customer, *threshold);
    }
  }
  counter.Finish();
  return series;
}

}  // namespace cartwright
