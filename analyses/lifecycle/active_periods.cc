#include "analyses/lifecycle/active_periods.h"

#include <span>

#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

/// Counts one customer after another.
class StateCounter {
 public:
  StateCounter(const SessionTable& sessions, const ShopCalendar& calendar, CustomerStates& states)
      : sessions_(sessions), calendar_(calendar), states_(states) {}

  void Add(std::span<const std::uint32_t> rows) {
    if (rows.empty()) {
      return;
    }
    std::int64_t periods = 0;
    std::size_t before = 0;
    DayNumber day_before = 0;
    ForEachDay(sessions_, rows, [&](std::uint32_t /*row*/, DayNumber day) {
      if (periods > 0 && day == day_before) {
        return;
      }
      day_before = day;
      const auto now =
          static_cast<std::size_t>(calendar_.PeriodOf(day, states_.period) - states_.first);
      ++states_.periods[now].active_days;
      if (periods > 0 && now == before) {
        return;
      }
      Enter(periods == 0, before, now);
      before = now;
      ++periods;
    });
    Leave(before);
    if (static_cast<std::size_t>(periods) > states_.customers_by_periods.size()) {
      states_.customers_by_periods.resize(static_cast<std::size_t>(periods), 0);
    }
    ++states_.customers_by_periods[static_cast<std::size_t>(periods) - 1];
  }

 private:
  void Enter(bool is_first, std::size_t before, std::size_t now) {
    PeriodStates& period = states_.periods[now];
    ++period.active;
    if (is_first) {
      ++period.first;
    } else if (now == before + 1) {
      ++period.returning;
    } else {
      ++period.resurrected;
      Leave(before);
    }
  }
  void Leave(std::size_t before) {
    if (before + 1 < states_.periods.size()) {
      ++states_.periods[before + 1].dormant;
    }
  }

  const SessionTable& sessions_;
  const ShopCalendar& calendar_;
  CustomerStates& states_;
};

}  // namespace

CustomerStates FindStates(const ShopTables& tables, const CustomerActivity& activity,
                          const ShopCalendar& calendar, Period period) {
  CustomerStates states{.period = period, .first = 0, .periods = {}, .customers_by_periods = {}};
  DayRange days(calendar);
  for (const std::uint32_t row : activity.by_client.row) {
    days.Add(tables.sessions.day[row]);
  }
  if (days.empty()) {
    return states;
  }
  states.first = calendar.PeriodOf(days.first(), period);
  states.periods.resize(
      static_cast<std::size_t>(calendar.PeriodOf(days.last(), period) - states.first) + 1);
  StateCounter counter(tables.sessions, calendar, states);
  for (std::uint32_t client = 0; client < activity.by_client.clients(); ++client) {
    counter.Add(activity.by_client.Of(client));
  }
  return states;
}

}  // namespace cartwright
