#include "analyses/retention/retention_curve.h"

#include <algorithm>
#include <utility>

#include "analyses/retention/own_periods.h"

namespace cartwright {
namespace {

/// Adds one customer's rows to the points at which they fall, as differences where a figure is of
/// several points: FinishCurve sums them up.
class CurveCounter {
 public:
  CurveCounter(const SessionTable& sessions, Period period, std::size_t offsets,
               DayNumber first_open)
      : sessions_(sessions),
        period_(period),
        first_open_(first_open),
        // One more: where the differences of the last point end.
        points_(offsets + 1) {}

  void Add(std::span<const std::uint32_t> rows) {
    const DayNumber start = sessions_.day[rows.front()];
    const std::size_t complete = Complete(start);
    std::size_t last = 0;
    bool any_counted = false;
    std::size_t counted = 0;
    ForEachDay(sessions_, rows, [&](std::uint32_t row, DayNumber day) {
      const auto offset = static_cast<std::size_t>(OwnOffset(start, day, period_));
      last = offset;
      if (offset >= complete) {
        return;
      }
      CurvePoint& point = points_[offset];
      point.customers += any_counted && counted == offset ? 0 : 1;
      any_counted = true;
      counted = offset;
      if (sessions_.purchased(row) && !sessions_.is_refunded(row)) {
        ++point.orders;
        point.net += sessions_.Net(row);
        point.running_net += sessions_.Net(row);
        points_[complete].running_net -= sessions_.Net(row);
      }
    });
    if (complete > 0) {
      ++points_[complete - 1].size;
      ++points_[std::min(last, complete - 1)].on_or_after;
    }
  }

  std::vector<CurvePoint> Finish() {
    points_.pop_back();
    std::int64_t size = 0;
    std::int64_t on_or_after = 0;
    for (auto point = points_.rbegin(); point != points_.rend(); ++point) {
      size += point->size;
      on_or_after += point->on_or_after;
      point->size = size;
      point->on_or_after = on_or_after;
    }
    std::int64_t running = 0;
    for (CurvePoint& point : points_) {
      running += point.running_net;
      point.running_net = running;
    }
    return std::move(points_);
  }

 private:
  /// How many points are over for a customer who started on this day.
  std::size_t Complete(DayNumber start) const {
    const std::size_t offsets = points_.size() - 1;
    return start >= first_open_
               ? 0
               : std::min(offsets,
                          static_cast<std::size_t>(OwnOffset(start, first_open_, period_)));
  }

  const SessionTable& sessions_;
  Period period_;
  DayNumber first_open_;
  std::vector<CurvePoint> points_;
};

void AddToBrackets(const SessionTable& sessions, std::span<const std::uint32_t> rows,
                   std::span<const DayBracket> brackets, DayNumber first_open,
                   std::vector<CurvePoint>& points) {
  const DayNumber start = sessions.day[rows.front()];
  // Brackets and days ascend together: `next` is the first bracket not passed yet.
  std::size_t next = 0;
  std::int32_t last = 0;
  const auto is_over = [&](const DayBracket& bracket) { return start + bracket.to < first_open; };
  ForEachDay(sessions, rows, [&](std::uint32_t /*row*/, DayNumber day) {
    last = day - start;
    while (next < brackets.size() && brackets[next].to < last) {
      ++next;
    }
    if (next < brackets.size() && brackets[next].from <= last) {
      points[next].customers += is_over(brackets[next]) ? 1 : 0;
      ++next;
    }
  });
  for (std::size_t i = 0; i < brackets.size() && is_over(brackets[i]); ++i) {
    ++points[i].size;
    points[i].on_or_after += last >= brackets[i].from ? 1 : 0;
  }
}

}  // namespace

std::vector<CurvePoint> RetentionCurve(const ShopTables& tables, const CustomerActivity& activity,
                                       const ShopCalendar& calendar, Period period,
                                       std::size_t offsets) {
  CurveCounter counter(tables.sessions, period, offsets, FirstOpenDay(calendar));
  for (std::uint32_t client = 0; client < activity.by_client.clients(); ++client) {
    const std::span<const std::uint32_t> rows = activity.by_client.Of(client);
    if (!rows.empty()) {
      counter.Add(rows);
    }
  }
  return counter.Finish();
}

std::vector<CurvePoint> RetentionBrackets(const ShopTables& tables,
                                          const CustomerActivity& activity,
                                          const ShopCalendar& calendar,
                                          std::span<const DayBracket> brackets) {
  std::vector<CurvePoint> points(brackets.size());
  const DayNumber first_open = FirstOpenDay(calendar);
  for (std::uint32_t client = 0; client < activity.by_client.clients(); ++client) {
    const std::span<const std::uint32_t> rows = activity.by_client.Of(client);
    if (!rows.empty()) {
      AddToBrackets(tables.sessions, rows, brackets, first_open, points);
    }
  }
  return points;
}

DaysToNext CountDaysToNext(const ShopTables& tables, const CustomerActivity& activity,
                           const ShopCalendar& calendar, std::size_t n) {
  const DayNumber as_of_day = calendar.AsOfDay();
  DaysToNext days;
  const auto count = [&days](std::vector<std::int64_t>& of, std::int32_t gap) {
    const auto place = static_cast<std::size_t>(std::max(gap, 0));
    if (place >= days.returned.size()) {
      days.returned.resize(place + 1, 0);
      days.away.resize(place + 1, 0);
    }
    ++of[place];
  };
  for (std::uint32_t client = 0; client < activity.by_client.clients(); ++client) {
    const std::span<const std::uint32_t> rows = activity.by_client.Of(client);
    if (rows.size() > n) {
      count(days.returned, tables.sessions.day[rows[n]] - tables.sessions.day[rows[n - 1]]);
    } else if (rows.size() == n) {
      count(days.away, as_of_day - tables.sessions.day[rows[n - 1]]);
    }
  }
  return days;
}

}  // namespace cartwright
