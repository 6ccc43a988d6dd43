#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/random.h"

namespace cartwright {

/// When things happen in the demo shop.
///
/// Time is first drawn as "even days": days since the start, in which every hour of a week counts
/// the same. ToSecond() then bends each week so that evenings and Sundays are busy. Order is kept
/// and nothing leaves its week, so a purchase process drawn in even days keeps its parameters.
/// Growth and the seasons of the year lie in Arrival() alone.
class Season {
 public:
  /// `weeks` whole weeks from the start of day `start` (UTC).
  Season(DayNumber start, std::int64_t weeks);

  double days() const { return days_; }
  /// The even day on which a new customer turns up: more every year, most before Christmas.
  double Arrival(Random& random) const;
  /// The second (UTC, since 1970) of an even day in [0, days()).
  std::int64_t ToSecond(double even_day) const;

  std::int64_t first_second() const { return first_second_; }
  std::int64_t end_second() const { return end_second_; }  ///< Exclusive.
  /// "2024-03-01T09:12:33Z". The second must lie in [first_second(), end_second()).
  void AppendIso(std::string& out, std::int64_t second) const;

 private:
  static constexpr std::size_t kWeekHours = 168;
  double days_;
  std::int64_t first_second_;
  std::int64_t end_second_;
  std::vector<double> arrivals_;                     ///< Cumulative by day; ends at 1.
  std::array<double, kWeekHours + 1> week_hours_{};  ///< Cumulative from 0 to 1.
  std::vector<std::string> day_texts_;
};

}  // namespace cartwright
