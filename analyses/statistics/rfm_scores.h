#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/result.h"

namespace cartwright {

/// Scores run from 1 to 5; 5 is best.
inline constexpr int kRfmClasses = 5;

enum class RfmScheme { kQuintiles, kNested, kThresholds, kRfmPackage, kKMeans, kLogKMeans };

/// How customers are scored.
struct RfmScoring {
  RfmScheme scheme = RfmScheme::kQuintiles;
  bool monetary_is_mean = false;  ///< The mean of an order instead of the customer's total.
  DayNumber reference = 0;        ///< The day that recency is counted to.
  // For kThresholds: four ascending numbers of days, orders and major units.
  std::vector<double> recency_cuts;
  std::vector<double> frequency_cuts;
  std::vector<double> monetary_cuts;
};

/// What the scores are made from: one entry a customer in each.
struct RfmInput {
  std::span<const DayNumber> last_day;          ///< Local day of the last order.
  std::span<const std::int64_t> orders;         ///< At least one.
  std::span<const std::int64_t> valued_orders;  ///< What a mean is over; without any it is zero.
  std::span<const std::int64_t> net;            ///< Minor units.
  int currency_exponent = 2;
};

/// One of the three variables, scored.
struct RfmVariable {
  std::string_view name;      ///< "recency", "frequency", "monetary".
  std::vector<double> value;  ///< One a customer: days, orders, major units.
  std::vector<int> score;     ///< One a customer, 1..5.
  /// The four inner cuts, ascending; a value on a cut is with those below it. Where there are fewer
  /// than five classes the last cut is repeated. Empty where each group of customers has cuts of
  /// its own.
  std::vector<double> cuts;
};

struct RfmScores {
  RfmVariable recency;
  RfmVariable frequency;
  RfmVariable monetary;
  /// One line a variable with scores that nobody has (ties make cuts coincide), with its cuts.
  std::vector<std::string> warnings;
};

/// Scores every customer. Cost: O(n log n). Errors: kConfig for a reference before the last order.
Result<RfmScores> ScoreRfm(const RfmInput& input, const RfmScoring& scoring);

}  // namespace cartwright
