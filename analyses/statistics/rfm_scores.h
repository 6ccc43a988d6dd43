#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/result.h"

namespace cartwright {

/// Scores run from 1 to 5; 5 is best.
inline constexpr int kRfmClasses = 5;

inline constexpr std::array<std::string_view, 4> kRfmSchemes = {"quintiles", "nested", "thresholds",
                                                                "rfm_package"};
inline constexpr std::array<std::string_view, 2> kRfmMonetary = {"total", "mean"};

/// How customers are scored on recency, frequency and monetary value, in the configuration's words.
struct RfmRule {
  std::string scheme = "quintiles";
  std::string monetary = "total";
  std::optional<std::string> reference;
  std::vector<std::string> recency_cuts;
  std::vector<std::string> frequency_cuts;
  std::vector<std::string> monetary_cuts;
};

/// The fields of RfmRule for an options struct that is derived from it.
template <class Options>
std::array<Field<Options>, 6> RfmRuleFields() {
  return {{
      {.name = "scheme",
       .member = &RfmRule::scheme,
       .sentence = "quintiles cuts each variable at its own fifths, a value on a cut going to the "
                   "lower fifth; nested cuts frequency within each recency score and monetary "
                   "within both; thresholds takes the cuts below; rfm_package adds one day, order "
                   "or major unit to each fifth as the R package rfm does.",
       .choices = kRfmSchemes},
      {.name = "monetary",
       .member = &RfmRule::monetary,
       .sentence = "What the monetary score looks at: the total net revenue of a customer or the "
                   "mean of an order.",
       .choices = kRfmMonetary},
      {.name = "reference",
       .member = &RfmRule::reference,
       .sentence = "The local date (YYYY-MM-DD) that recency is counted to, not before the last "
                   "order; the day of as_of when not given."},
      {.name = "recency_cuts",
       .member = &RfmRule::recency_cuts,
       .sentence = "For thresholds: four ascending numbers of days; a value on a cut gets the "
                   "better score."},
      {.name = "frequency_cuts",
       .member = &RfmRule::frequency_cuts,
       .sentence = "For thresholds: four ascending numbers of orders; a value on a cut gets the "
                   "worse score."},
      {.name = "monetary_cuts",
       .member = &RfmRule::monetary_cuts,
       .sentence = "For thresholds: four ascending amounts in major units; a value on a cut gets "
                   "the worse score."},
  }};
}

/// The parameters of a rule as texts, in the order of its fields; `as_of_day` stands in for a
/// reference that is not given.
std::vector<std::pair<std::string, std::string>> RfmRuleParams(const RfmRule& rule,
                                                               DayNumber as_of_day);

/// What the scores are made from: one entry a customer in each.
struct RfmInput {
  std::span<const DayNumber> last_day;   ///< Local day of the last order.
  std::span<const std::int64_t> orders;  ///< At least one.
  std::span<const std::int64_t> net;     ///< Minor units.
  DayNumber as_of_day = 0;
  int currency_exponent = 2;
};

/// One of the three variables, scored.
struct RfmVariable {
  std::string_view name;      ///< "recency", "frequency", "monetary".
  std::vector<double> value;  ///< One a customer: days, orders, major units.
  std::vector<int> score;     ///< One a customer, 1..5.
  /// The four inner cuts, ascending; a value on a cut is with those below it. Empty where each
  /// group of customers has cuts of its own.
  std::vector<double> cuts;
};

struct RfmScores {
  RfmVariable recency;
  RfmVariable frequency;
  RfmVariable monetary;
  /// One line a variable with scores that nobody has (ties make cuts coincide), with its cuts.
  std::vector<std::string> warnings;
};

/// Scores every customer. Cost: O(n log n). Errors: kConfig for a reference that is no date or lies
/// before the last order, and for cuts that are not four ascending numbers.
Result<RfmScores> ScoreRfm(const RfmInput& input, const RfmRule& rule);

}  // namespace cartwright
