#include "analyses/statistics/rfm_scores.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "analyses/statistics/kmeans_1d.h"
#include "analyses/statistics/quantile_classes.h"
#include "daemon/base/check.h"

namespace cartwright {
namespace {

Status CheckReference(const RfmInput& input, DayNumber reference) {
  const auto last = std::max_element(input.last_day.begin(), input.last_day.end());
  if (last != input.last_day.end() && reference < *last) {
    return Error{ErrorKind::kConfig,
                 fmt::format("reference: lies before the last order, which is of {}: {}",
                             FormatDay(*last), FormatDay(reference))};
  }
  return {};
}

RfmScores Measure(const RfmInput& input, const RfmScoring& scoring) {
  CARTWRIGHT_CHECK(input.last_day.size() == input.orders.size() &&
                       input.orders.size() == input.net.size() &&
                       input.orders.size() == input.valued_orders.size(),
                   "one entry a customer in each");
  const double unit = std::pow(10.0, input.currency_exponent);
  RfmScores scores;
  scores.recency.name = "recency";
  scores.frequency.name = "frequency";
  scores.monetary.name = "monetary";
  for (std::size_t i = 0; i < input.orders.size(); ++i) {
    scores.recency.value.push_back(scoring.reference - input.last_day[i]);
    scores.frequency.value.push_back(static_cast<double>(input.orders[i]));
    // Orders that cost nothing have no part in a mean.
    const auto orders = static_cast<double>(std::max<std::int64_t>(1, input.valued_orders[i]));
    scores.monetary.value.push_back(static_cast<double>(input.net[i]) /
                                    (scoring.monetary_is_mean ? unit * orders : unit));
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

// A scale on which ten times as much is as far at every size; money may be negative.
double SignedLog(double value) { return std::copysign(std::log1p(std::abs(value)), value); }
double SignedExp(double value) { return std::copysign(std::expm1(std::abs(value)), value); }

// Back from the logarithm a cut may have lost its last digits: it stays between its neighbours.
std::vector<double> CutsOfLogs(std::vector<double> values) {
  std::vector<double> logs;
  logs.reserve(values.size());
  for (const double value : values) {
    logs.push_back(SignedLog(value));
  }
  std::sort(values.begin(), values.end());
  std::vector<double> cuts;
  for (const double log_cut : ClusterOnLine(std::move(logs), kRfmClasses).cuts) {
    const auto above = std::find_if(values.begin(), values.end(),
                                    [log_cut](double value) { return SignedLog(value) > log_cut; });
    const double cut = SignedExp(log_cut);
    cuts.push_back(cut < *above ? std::max(cut, *(above - 1)) : *(above - 1));
  }
  return cuts;
}

void ScoreByClusters(bool logarithmic, RfmVariable& variable) {
  if (variable.value.empty()) {
    return;
  }
  std::vector<double> cuts =
      logarithmic ? CutsOfLogs(variable.value) : ClusterOnLine(variable.value, kRfmClasses).cuts;
  // Fewer clusters than scores: the best one still gets the best score.
  cuts.resize(kRfmClasses - 1, cuts.empty() ? variable.value.front() : cuts.back());
  ScoreByCuts(variable, std::move(cuts));
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

void ScoreByThresholds(const RfmScoring& scoring, RfmScores& scores) {
  ScoreByCuts(scores.recency, scoring.recency_cuts);
  Reverse(scores.recency.score);
  ScoreByCuts(scores.frequency, scoring.frequency_cuts);
  ScoreByCuts(scores.monetary, scoring.monetary_cuts);
}

// Each variable by its own distribution.
void ScoreEach(RfmScheme scheme, RfmScores& scores) {
  for (RfmVariable* variable : {&scores.recency, &scores.frequency, &scores.monetary}) {
    if (scheme == RfmScheme::kQuintiles) {
      ScoreByQuintiles(*variable);
    } else if (scheme == RfmScheme::kRfmPackage) {
      ScoreAsThePackage(*variable);
    } else {
      ScoreByClusters(scheme == RfmScheme::kLogKMeans, *variable);
    }
  }
  Reverse(scores.recency.score);
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

Result<RfmScores> ScoreRfm(const RfmInput& input, const RfmScoring& scoring) {
  CARTWRIGHT_TRY(CheckReference(input, scoring.reference));
  RfmScores scores = Measure(input, scoring);
  if (scoring.scheme == RfmScheme::kThresholds) {
    ScoreByThresholds(scoring, scores);
  } else if (scoring.scheme == RfmScheme::kNested) {
    ScoreNested(scores);
  } else {
    ScoreEach(scoring.scheme, scores);
  }
  WarnOfEmptyScores(scores);
  return scores;
}

}  // namespace cartwright
