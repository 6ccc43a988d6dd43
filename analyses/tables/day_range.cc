#include "analyses/tables/day_range.h"

namespace cartwright {

std::size_t CompleteDays(const DayRange& days, const ShopCalendar& calendar) {
  std::size_t complete = days.size();
  while (complete > 0 &&
         !calendar.IsComplete(days.first() + static_cast<DayNumber>(complete) - 1, Period::kDay)) {
    --complete;
  }
  return complete;
}

DayRange DaysOfRows(const SessionTable& sessions, const ShopCalendar& calendar) {
  DayRange days(calendar);
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] < calendar.as_of) {
      days.Add(sessions.day[row]);
    }
  }
  return days;
}

}  // namespace cartwright
