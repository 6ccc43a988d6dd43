#include "daemon/demo/season.h"

#include <algorithm>
#include <string_view>

namespace cartwright {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

/// January to December.
constexpr std::array<double, 12> kMonths{0.90, 0.85, 0.90, 0.95, 1.00, 0.90,
                                         0.80, 0.85, 1.00, 1.05, 1.35, 1.45};
/// Monday to Sunday.
constexpr std::array<double, 7> kWeekdays{1.00, 0.95, 0.95, 1.00, 0.90, 0.80, 1.30};
/// Hours of the day (UTC).
constexpr std::array<double, 24> kHours{0.30, 0.15, 0.08, 0.05, 0.08, 0.20, 0.50, 0.80,
                                        1.00, 1.10, 1.20, 1.30, 1.20, 1.10, 1.10, 1.20,
                                        1.40, 1.70, 2.10, 2.40, 2.20, 1.60, 1.00, 0.60};
/// New customers a day grow by this share of the first day's number every year.
constexpr double kGrowthPerYear = 0.6;

double ArrivalWeight(DayNumber start, std::int64_t day) {
  const CivilDate date = CivilFromDay(start + static_cast<DayNumber>(day));
  return (1.0 + kGrowthPerYear * static_cast<double>(day) / 365.0) * kMonths[date.month - 1];
}

void AppendTwo(std::string& out, std::int64_t value) {
  out.push_back(static_cast<char>('0' + value / 10));
  out.push_back(static_cast<char>('0' + value % 10));
}

}  // namespace

Season::Season(DayNumber start, std::int64_t weeks)
    : days_(static_cast<double>(weeks * 7)),
      first_second_(std::int64_t{start} * kDaySeconds),
      end_second_(first_second_ + weeks * 7 * kDaySeconds) {
  double sum = 0;
  for (std::int64_t day = 0; day < weeks * 7; ++day) {
    sum += ArrivalWeight(start, day);
    arrivals_.push_back(sum);
    day_texts_.push_back(FormatDay(start + static_cast<DayNumber>(day)) + "T");
  }
  for (double& value : arrivals_) {
    value /= sum;
  }
  const auto first_weekday = static_cast<std::size_t>(IsoWeekday(start) - 1);
  for (std::size_t hour = 0; hour < kWeekHours; ++hour) {
    const double weight = kWeekdays[(first_weekday + hour / 24) % 7] * kHours[hour % 24];
    week_hours_[hour + 1] = week_hours_[hour] + weight;
  }
  const double week = week_hours_[kWeekHours];
  for (double& value : week_hours_) {
    value /= week;
  }
}

double Season::Arrival(Random& random) const {
  const auto found = std::upper_bound(arrivals_.begin(), arrivals_.end() - 1, random.Uniform());
  return static_cast<double>(found - arrivals_.begin()) + random.Uniform();
}

std::int64_t Season::ToSecond(double even_day) const {
  const auto week = static_cast<std::int64_t>(even_day / 7.0);
  const double place = (even_day - static_cast<double>(week * 7)) / 7.0;
  const auto next = std::upper_bound(week_hours_.begin() + 1, week_hours_.end() - 1, place);
  const double from = *(next - 1);
  const double hour = static_cast<double>(next - 1 - week_hours_.begin());
  const double hours = hour + (place - from) / (*next - from);
  const auto in_week = static_cast<std::int64_t>(hours * 3600.0);
  return std::clamp(first_second_ + week * 7 * kDaySeconds + in_week, first_second_,
                    end_second_ - 1);
}

void Season::AppendIso(std::string& out, std::int64_t second) const {
  const std::int64_t since_start = second - first_second_;
  out.append(day_texts_[static_cast<std::size_t>(since_start / kDaySeconds)]);
  const std::int64_t of_day = since_start % kDaySeconds;
  AppendTwo(out, of_day / 3600);
  out.push_back(':');
  AppendTwo(out, of_day / 60 % 60);
  out.push_back(':');
  AppendTwo(out, of_day % 60);
  out.push_back('Z');
}

}  // namespace cartwright
