#pragma once

#include <cstdint>

#include "daemon/base/calendar.h"

namespace cartwright {

/// The day `months` months later; in a shorter month its last day (31 January + 1: 28 February).
DayNumber AddMonths(DayNumber day, std::int32_t months);

/// How many whole own periods (days, weeks of seven days, months by AddMonths; not kHour) have
/// passed from `start` to `day`, which is not before it.
std::int32_t OwnOffset(DayNumber start, DayNumber day, Period period);

/// The first local day that is not over at as_of.
DayNumber FirstOpenDay(const ShopCalendar& calendar);

}  // namespace cartwright
