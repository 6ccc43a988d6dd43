#include "analyses/retention/own_periods.h"

#include <algorithm>

namespace cartwright {

DayNumber AddMonths(DayNumber day, std::int32_t months) {
  const CivilDate date = CivilFromDay(day);
  const std::int32_t first = PeriodIndex(day, Period::kMonth, WeekStart::kMonday) + months;
  const DayNumber month_begin = FirstDayOfPeriod(first, Period::kMonth, WeekStart::kMonday);
  const DayNumber month_end = FirstDayOfPeriod(first + 1, Period::kMonth, WeekStart::kMonday);
  return std::min(month_begin + static_cast<DayNumber>(date.day) - 1, month_end - 1);
}

std::int32_t OwnOffset(DayNumber start, DayNumber day, Period period) {
  if (period == Period::kMonth) {
    const std::int32_t months = PeriodIndex(day, Period::kMonth, WeekStart::kMonday) -
                                PeriodIndex(start, Period::kMonth, WeekStart::kMonday);
    return AddMonths(start, months) <= day ? months : months - 1;
  }
  return (day - start) / (period == Period::kWeek ? 7 : 1);
}

DayNumber FirstOpenDay(const ShopCalendar& calendar) {
  DayNumber day = calendar.AsOfDay();
  while (calendar.IsComplete(day, Period::kDay)) {
    ++day;
  }
  return day;
}

}  // namespace cartwright
