#include "analyses/statistics/kaplan_meier.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr double kNormal975 = 1.959963984540054;  // 0.975 quantile of the standard normal.

/// `spread` is Greenwood's sum of d / (n (n - d)).
void SetInterval(double spread, SurvivalPoint& point) {
  if (point.survival <= 0 || point.survival >= 1) {
    return;
  }
  const double log_survival = std::log(point.survival);
  const double half = kNormal975 * std::sqrt(spread) / -log_survival;
  point.lower = std::exp(log_survival * std::exp(half));
  point.upper = std::exp(log_survival * std::exp(-half));
}

}  // namespace

std::vector<SurvivalPoint> KaplanMeier(std::span<const std::int64_t> events,
                                       std::span<const std::int64_t> censored) {
  CARTWRIGHT_CHECK(events.size() == censored.size(), "events and censored have one entry a time");
  std::vector<SurvivalPoint> points;
  std::int64_t at_risk = std::accumulate(events.begin(), events.end(), std::int64_t{0}) +
                         std::accumulate(censored.begin(), censored.end(), std::int64_t{0});
  double survival = 1;
  double spread = 0;
  for (std::size_t time = 0; time < events.size(); ++time) {
    if (events[time] == 0 && censored[time] == 0) {
      continue;
    }
    const auto n = static_cast<double>(at_risk);
    const auto d = static_cast<double>(events[time]);
    survival = events[time] == at_risk ? 0 : survival * (1 - d / n);
    spread += events[time] == at_risk ? 0 : d / (n * (n - d));
    SurvivalPoint point{.time = static_cast<std::int64_t>(time),
                        .at_risk = at_risk,
                        .events = events[time],
                        .censored = censored[time],
                        .survival = survival,
                        .standard_error = survival * std::sqrt(spread),
                        .lower = {},
                        .upper = {}};
    SetInterval(spread, point);
    points.push_back(point);
    at_risk -= events[time] + censored[time];
  }
  return points;
}

std::optional<std::int64_t> SurvivalQuantile(std::span<const SurvivalPoint> points, double p) {
  CARTWRIGHT_CHECK(p > 0 && p < 1, "a quantile of survival lies in (0, 1)");
  // The product is rounded at each step: half of 2 must count as half.
  constexpr double kRounding = 1e-12;
  const auto found = std::find_if(points.begin(), points.end(), [p](const SurvivalPoint& point) {
    return point.survival <= 1 - p + kRounding;
  });
  return found == points.end() ? std::nullopt : std::optional(found->time);
}

}  // namespace cartwright
