#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// The local days that a series runs over: from the earliest event's to as_of's, both included.
///
/// Where a clock is set back over midnight, an event before as_of can have a later local day than
/// as_of has; the range then reaches to that day.
class DayRange {
 public:
  explicit DayRange(const ShopCalendar& calendar) : last_(calendar.AsOfDay()) {}

  /// The local day of an event before as_of.
  void Add(DayNumber day) {
    first_ = std::min(first_, day);
    last_ = std::max(last_, day);
  }
  /// Whether there was no event.
  bool empty() const { return first_ == kNoDay; }
  DayNumber first() const { return first_; }  ///< Not for an empty range.
  /// Without an event the day of as_of.
  DayNumber last() const { return last_; }
  /// Days of the range; none when it is empty.
  std::size_t size() const { return empty() ? 0 : static_cast<std::size_t>(last_ - first_) + 1; }

 private:
  static constexpr DayNumber kNoDay = std::numeric_limits<DayNumber>::max();
  DayNumber first_ = kNoDay;
  DayNumber last_;
};

/// How many days of the range lie wholly before as_of: the first so many. Averages a day are over
/// these.
std::size_t CompleteDays(const DayRange& days, const ShopCalendar& calendar);

/// The range of all session rows before as_of.
DayRange DaysOfRows(const SessionTable& sessions, const ShopCalendar& calendar);

}  // namespace cartwright
