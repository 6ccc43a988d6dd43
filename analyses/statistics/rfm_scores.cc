#include "analyses/statistics/rfm_scores.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "analyses/statistics/quantile_classes.h"
#include "daemon/base/check.h"
#include "daemon/base/money.h"

namespace cartwright {
namespace {

constexpr std::size_t kCuts = kRfmClasses - 1;

std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    joined.append(joined.empty() ? "" : ", ").append(text);
  }
  return joined;
}

Result<DayNumber> ReferenceDay(const RfmInput& input, const RfmRule& rule) {
  if (!rule.reference) {
    return input.as_of_day;
  }
  const Result<DayNumber> day = ParseDay(*rule.reference);
  if (!day) {
    return Error{ErrorKind::kConfig, "reference: " + day.error().message};
  }
  const auto last = std::max_element(input.last_day.begin(), input.last_day.end());
  if (last != input.last_day.end() && *day < *last) {
    return Error{ErrorKind::kConfig,
                 fmt::format("reference: lies before the last order, which is of {}: {}",
                             FormatDay(*last), *rule.reference)};
  }
  return *day;
}

Result<std::vector<double>> ParseCuts(std::string_view name, const std::vector<std::string>& texts,
                                      int decimals) {
  std::vector<double> cuts;
  for (const std::string& text : texts) {
    const ParsedDecimal cut = ParseDecimal(text, decimals);
    if (cut.fault != DecimalFault::kNone) {
      return Error{ErrorKind::kConfig, fmt::format("{}: not a number with at most {} decimals: {}",
                                                   name, decimals, text)};
    }
    cuts.push_back(static_cast<double>(cut.scaled) / std::pow(10.0, decimals));
  }
  const bool ascending =
      std::adjacent_find(cuts.begin(), cuts.end(), std::greater_equal<>()) == cuts.end();
  if (cuts.size() != kCuts || !ascending) {
    return Error{ErrorKind::kConfig, fmt::format("{}: thresholds need four ascending numbers: [{}]",
                                                 name, Join(texts))};
  }
  return cuts;
}

RfmScores Measure(const RfmInput& input, const RfmRule& rule, DayNumber reference) {
  CARTWRIGHT_CHECK(
      input.last_day.size() == input.orders.size() && input.orders.size() == input.net.size(),
      "one entry a customer in each");
  const double unit = std::pow(10.0, input.currency_exponent);
  const bool mean = rule.monetary == "mean";
  RfmScores scores;
  scores.recency.name = "recency";
  scores.frequency.name = "frequency";
  scores.monetary.name = "monetary";
  for (std::size_t i = 0; i < input.orders.size(); ++i) {
    const auto orders = static_cast<double>(input.orders[i]);
    scores.recency.value.push_back(reference - input.last_day[i]);
    scores.frequency.value.push_back(orders);
    scores.monetary.value.push_back(static_cast<double>(input.net[i]) /
                                    (mean ? unit * orders : unit));
  }
  return scores;
}

void ScoreByCuts(RfmVariable& variable, std::vector<double> cuts) {
  variable.cuts = std::move(cuts);
  for (const double value : variable.value) {
    variable.score.push_back(ClassOf(value, variable.cuts));
  }
}

void ScoreByQuintiles(RfmVariable& variable) {
  ScoreByCuts(variable, QuantileCuts(variable.value, kRfmClasses));
}

// The R package raises every inner cut by one and lets values below it stay in the lower class. For
// whole values that differs from "at most the quantile" where the quantile is a fraction.
void ScoreAsThePackage(RfmVariable& variable) {
  variable.cuts = QuantileCuts(variable.value, kRfmClasses);
  for (double& cut : variable.cuts) {
    cut += 1;
  }
  for (const double value : variable.value) {
    const auto above = std::upper_bound(variable.cuts.begin(), variable.cuts.end(), value);
    variable.score.push_back(static_cast<int>(above - variable.cuts.begin()) + 1);
  }
}

// Few days since the last order are good.
void Reverse(std::vector<int>& scores) {
  for (int& score : scores) {
    score = kRfmClasses + 1 - score;
  }
}

// Cuts the variable at the fifths of each group by itself.
void ScoreWithin(const std::vector<int>& group, RfmVariable& variable) {
  std::map<int, std::vector<double>> values;
  for (std::size_t i = 0; i < group.size(); ++i) {
    values[group[i]].push_back(variable.value[i]);
  }
  std::map<int, std::vector<double>> cuts;
  for (auto& [name, members] : values) {
    cuts[name] = QuantileCuts(std::move(members), kRfmClasses);
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    variable.score.push_back(ClassOf(variable.value[i], cuts[group[i]]));
  }
}

void ScoreNested(RfmScores& scores) {
  ScoreByQuintiles(scores.recency);
  Reverse(scores.recency.score);
  ScoreWithin(scores.recency.score, scores.frequency);
  std::vector<int> cell;
  cell.reserve(scores.recency.score.size());
  for (std::size_t i = 0; i < scores.recency.score.size(); ++i) {
    cell.push_back(10 * scores.recency.score[i] + scores.frequency.score[i]);
  }
  ScoreWithin(cell, scores.monetary);
}

Status ScoreByThresholds(const RfmInput& input, const RfmRule& rule, RfmScores& scores) {
  CARTWRIGHT_ASSIGN(auto recency, ParseCuts("recency_cuts", rule.recency_cuts, 0));
  CARTWRIGHT_ASSIGN(auto frequency, ParseCuts("frequency_cuts", rule.frequency_cuts, 0));
  CARTWRIGHT_ASSIGN(auto monetary,
                    ParseCuts("monetary_cuts", rule.monetary_cuts, input.currency_exponent));
  ScoreByCuts(scores.recency, std::move(recency));
  Reverse(scores.recency.score);
  ScoreByCuts(scores.frequency, std::move(frequency));
  ScoreByCuts(scores.monetary, std::move(monetary));
  return {};
}

void WarnOfEmptyScores(RfmScores& scores) {
  for (const RfmVariable* variable : {&scores.recency, &scores.frequency, &scores.monetary}) {
    const std::set<int> used(variable->score.begin(), variable->score.end());
    if (used.size() == kRfmClasses) {
      continue;
    }
    std::string cuts;
    for (const double cut : variable->cuts) {
      cuts.append(fmt::format("{}{}", cuts.empty() ? "; its cuts are " : ", ", cut));
    }
    scores.warnings.push_back(fmt::format("{}: only {} of {} scores occur{}", variable->name,
                                          used.size(), kRfmClasses, cuts));
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> RfmRuleParams(const RfmRule& rule,
                                                               DayNumber as_of_day) {
  return {{"scheme", rule.scheme},
          {"monetary", rule.monetary},
          {"reference", rule.reference.value_or(FormatDay(as_of_day))},
          {"recency_cuts", Join(rule.recency_cuts)},
          {"frequency_cuts", Join(rule.frequency_cuts)},
          {"monetary_cuts", Join(rule.monetary_cuts)}};
}

Result<RfmScores> ScoreRfm(const RfmInput& input, const RfmRule& rule) {
  CARTWRIGHT_ASSIGN(const DayNumber reference, ReferenceDay(input, rule));
  RfmScores scores = Measure(input, rule, reference);
  if (rule.scheme == "thresholds") {
    CARTWRIGHT_TRY(ScoreByThresholds(input, rule, scores));
  } else if (rule.scheme == "nested") {
    ScoreNested(scores);
  } else {
    const auto score = rule.scheme == "rfm_package" ? ScoreAsThePackage : ScoreByQuintiles;
    score(scores.recency);
    Reverse(scores.recency.score);
    score(scores.frequency);
    score(scores.monetary);
  }
  WarnOfEmptyScores(scores);
  return scores;
}

}  // namespace cartwright
