#include "analyses/tables/day_range.h"

namespace cartwright {

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
