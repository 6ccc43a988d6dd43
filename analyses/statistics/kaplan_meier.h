#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cartwright {

/// The product-limit estimate at one time.
struct SurvivalPoint {
  std::int64_t time = 0;
  std::int64_t at_risk = 0;   ///< Subjects whose time is this one or later.
  std::int64_t events = 0;    ///< Of them, those whose event came at this time.
  std::int64_t censored = 0;  ///< Of them, those not seen any longer than this time.
  double survival = 1;        ///< Share without the event after this time.
  double standard_error = 0;  ///< Of `survival`, by Greenwood's formula.
  /// The 95 % interval on the log(-log) scale; nothing while nobody or everybody had the event.
  std::optional<double> lower;
  std::optional<double> upper;
};

/// The estimate of Kaplan and Meier (1958) of the time to an event, with those censored who have
/// not had it yet: events[t] and censored[t] are subjects by whole time t, both of one length.
/// Subjects censored at a time are at risk of the events of that time.
///
/// One point a time with an event or a censored subject, ascending. Cost: linear in the times.
std::vector<SurvivalPoint> KaplanMeier(std::span<const std::int64_t> events,
                                       std::span<const std::int64_t> censored);

/// The first time by which at least the share `p` has had the event (0 < p < 1), or nothing where
/// the estimate does not fall so far.
std::optional<std::int64_t> SurvivalQuantile(std::span<const SurvivalPoint> points, double p);

}  // namespace cartwright
