#include "analyses/stats/shop_days.h"

#include <algorithm>

#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

CustomerKind KindOf(const SessionTable& table, std::uint32_t row) {
  if (table.client[row] == kNoCode) {
    return CustomerKind::kGuest;
  }
  return table.is_first_order(row) ? CustomerKind::kNew : CustomerKind::kReturning;
}

// Makes a day for every local day from the first row's to as_of's and counts the rows in each.
void LayOutDays(const SessionTable& table, const ShopCalendar& calendar, ShopDays& days) {
  const DayRange range = DaysOfRows(table, calendar);
  if (range.empty()) {
    days.begin = {0};
    return;
  }
  days.first_day = range.first();
  days.day_sums.resize(range.size());
  days.complete_days = CompleteDays(range, calendar);
  days.begin.assign(days.days() + 1, 0);
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.start[row] < calendar.as_of) {
      ++days.begin[static_cast<std::size_t>(table.day[row] - days.first_day) + 1];
    }
  }
  for (std::size_t day = 0; day < days.days(); ++day) {
    days.begin[day + 1] += days.begin[day];
  }
  days.rows.resize(days.begin.back());
}

/// Counts the known clients of one period after another, each once a period.
class ClientCounter {
 public:
  ClientCounter(const ShopTables& tables, const ShopDays& days)
      : table_(tables.sessions),
        days_(days),
        visited_(tables.clients.size(), 0),
        bought_(tables.clients.size(), 0),
        bought_again_(tables.clients.size(), 0) {}

  void StartPeriod() { ++period_; }

  void Count(std::uint32_t row, PeriodFigures& now) {
    const std::uint32_t client = table_.client[row];
    if (client == kNoCode || table_.is_credit(row)) {
      return;
    }
    ++now.visits;
    now.visitors += CountOnce(visited_[client]);
    if (!table_.purchased(row)) {
      return;
    }
    now.customers += CountOnce(bought_[client]);
    if (days_.kind[row] == CustomerKind::kReturning) {
      now.returning_customers += CountOnce(bought_again_[client]);
    }
  }

 private:
  int CountOnce(std::uint32_t& last_period) const {
    const bool is_new = last_period != period_;
    last_period = period_;
    return is_new ? 1 : 0;
  }

  const SessionTable& table_;
  const ShopDays& days_;
  std::uint32_t period_ = 0;  ///< Numbered from 1.
  // The period in which each client was last counted.
  std::vector<std::uint32_t> visited_;
  std::vector<std::uint32_t> bought_;
  std::vector<std::uint32_t> bought_again_;
};

}  // namespace

KpiSums ShopDays::Sum(DayNumber from, DayNumber to, CustomerKind of_kind) const {
  KpiSums sum;
  for (DayNumber day = std::max(from, first_day); day < std::min(to, end_day()); ++day) {
    sum.Merge(
        day_sums[static_cast<std::size_t>(day - first_day)][static_cast<std::size_t>(of_kind)]);
  }
  return sum;
}

KpiSums ShopDays::Sum(DayNumber from, DayNumber to) const {
  KpiSums sum = Sum(from, to, CustomerKind::kNew);
  sum.Merge(Sum(from, to, CustomerKind::kReturning));
  sum.Merge(Sum(from, to, CustomerKind::kGuest));
  return sum;
}

ShopDays GroupByDay(const ShopTables& tables, const ShopCalendar& calendar) {
  const SessionTable& table = tables.sessions;
  ShopDays days;
  LayOutDays(table, calendar, days);
  std::vector<std::uint32_t> next(days.begin.begin(), days.begin.end());
  days.kind.resize(table.size());
  for (std::uint32_t row = 0; row < table.size(); ++row) {
    days.kind[row] = KindOf(table, row);
    if (table.start[row] >= calendar.as_of) {
      ++days.after_as_of;
      continue;
    }
    const auto day = static_cast<std::size_t>(table.day[row] - days.first_day);
    days.rows[next[day]++] = row;
    days.day_sums[day][static_cast<std::size_t>(days.kind[row])].Add(table, row);
    const std::size_t weekday = WeekdayPlace(table.day[row]);
    days.weekday_hour_sums[weekday][table.hour[row]].Add(table, row);
    if (day < days.complete_days && table.purchased(row)) {
      ++days.complete_orders[weekday][table.hour[row]];
    }
  }
  for (const auto& weekday : days.weekday_hour_sums) {
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      days.hour_sums[hour].Merge(weekday[hour]);
    }
  }
  return days;
}

std::vector<std::uint32_t> RowsOfDays(const ShopDays& days, DayNumber from, DayNumber to) {
  from = std::max(from, days.first_day);
  to = std::min(to, days.end_day());
  if (from >= to) {
    return {};
  }
  const std::uint32_t begin = days.begin[static_cast<std::size_t>(from - days.first_day)];
  const std::uint32_t end = days.begin[static_cast<std::size_t>(to - days.first_day)];
  return {days.rows.begin() + begin, days.rows.begin() + end};
}

std::vector<PeriodFigures> FiguresByPeriod(const ShopTables& tables, const ShopDays& days,
                                           const ShopCalendar& calendar, Period period) {
  std::vector<PeriodFigures> figures;
  ClientCounter clients(tables, days);
  for (std::size_t day = 0; day < days.days(); ++day) {
    const std::int32_t index =
        calendar.PeriodOf(days.first_day + static_cast<DayNumber>(day), period);
    if (figures.empty() || figures.back().index != index) {
      figures.push_back({});
      figures.back().index = index;
      clients.StartPeriod();
    }
    PeriodFigures& now = figures.back();
    for (std::size_t kind = 0; kind < kCustomerKinds; ++kind) {
      now.kinds[kind].Merge(days.day_sums[day][kind]);
      now.all.Merge(days.day_sums[day][kind]);
    }
    for (std::uint32_t at = days.begin[day]; at < days.begin[day + 1]; ++at) {
      clients.Count(days.rows[at], now);
    }
  }
  return figures;
}

}  // namespace cartwright
