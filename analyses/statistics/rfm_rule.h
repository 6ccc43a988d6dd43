#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyses/statistics/rfm_scores.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/option_fault.h"

namespace cartwright {

inline constexpr std::array<std::string_view, 6> kRfmSchemes = {
    "quintiles", "nested", "thresholds", "rfm_package", "kmeans", "log_kmeans"};
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
                   "or major unit to each fifth as the R package rfm does; kmeans parts each "
                   "variable into the five clusters of least squared distances (exact), log_kmeans "
                   "those of its logarithm.",
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

/// A reference that is no date; cuts that are not four ascending numbers under `thresholds`.
std::vector<OptionFault> RfmRuleFaults(const RfmRule& rule, int currency_exponent);

/// The scoring that a rule without faults asks for; `end_day` stands in for a reference that is not
/// given.
RfmScoring ReadRfmRule(const RfmRule& rule, DayNumber end_day, int currency_exponent);

/// The parameters of a rule as texts, in the order of its fields, with the reference in use.
std::vector<std::pair<std::string, std::string>> RfmRuleParams(const RfmRule& rule,
                                                               DayNumber end_day);

/// The cuts in use as parameters (recency_cuts_in_use, …); none for a variable that has no cuts of
/// all customers.
std::vector<std::pair<std::string, std::string>> RfmCutsInUse(const RfmScores& scores);

}  // namespace cartwright
