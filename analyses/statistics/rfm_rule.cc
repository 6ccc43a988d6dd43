#include "analyses/statistics/rfm_rule.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "daemon/base/money.h"

namespace cartwright {
namespace {

constexpr std::size_t kCuts = kRfmClasses - 1;

/// The numbers of texts without faults.
std::vector<double> ReadCuts(const std::vector<std::string>& texts, int decimals) {
  std::vector<double> cuts;
  cuts.reserve(texts.size());
  for (const std::string& text : texts) {
    cuts.push_back(static_cast<double>(ParseDecimal(text, decimals).scaled) /
                   std::pow(10.0, decimals));
  }
  return cuts;
}

void CheckCuts(std::string_view name, const std::vector<std::string>& texts, int decimals,
               std::vector<OptionFault>& faults) {
  const std::size_t before = faults.size();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (ParseDecimal(texts[i], decimals).fault != DecimalFault::kNone) {
      faults.push_back({std::string(name), i,
                        fmt::format("expected a number with at most {} decimals, found \"{}\"",
                                    decimals, texts[i])});
    }
  }
  if (faults.size() > before) {
    return;
  }
  const std::vector<double> cuts = ReadCuts(texts, decimals);
  const bool ascending =
      std::adjacent_find(cuts.begin(), cuts.end(), std::greater_equal<>()) == cuts.end();
  if (cuts.size() != kCuts || !ascending) {
    faults.push_back({std::string(name), std::nullopt,
                      fmt::format("the scheme thresholds needs four ascending numbers, found [{}]",
                                  fmt::join(texts, ", "))});
  }
}

/// In the order of kRfmSchemes.
constexpr std::array<RfmScheme, kRfmSchemes.size()> kSchemes = {
    RfmScheme::kQuintiles,  RfmScheme::kNested, RfmScheme::kThresholds,
    RfmScheme::kRfmPackage, RfmScheme::kKMeans, RfmScheme::kLogKMeans};

RfmScheme SchemeOf(std::string_view name) {
  const auto found = std::find(kRfmSchemes.begin(), kRfmSchemes.end(), name);
  return found == kRfmSchemes.end()
             ? RfmScheme::kQuintiles
             : kSchemes[static_cast<std::size_t>(found - kRfmSchemes.begin())];
}

}  // namespace

std::vector<OptionFault> RfmRuleFaults(const RfmRule& rule, int currency_exponent) {
  std::vector<OptionFault> faults;
  if (rule.reference && !ParseDay(*rule.reference)) {
    faults.push_back({"reference", std::nullopt,
                      fmt::format("expected a day YYYY-MM-DD, found \"{}\"", *rule.reference)});
  }
  if (rule.scheme == "thresholds") {
    CheckCuts("recency_cuts", rule.recency_cuts, 0, faults);
    CheckCuts("frequency_cuts", rule.frequency_cuts, 0, faults);
    CheckCuts("monetary_cuts", rule.monetary_cuts, currency_exponent, faults);
  }
  return faults;
}

RfmScoring ReadRfmRule(const RfmRule& rule, DayNumber end_day, int currency_exponent) {
  RfmScoring scoring;
  scoring.scheme = SchemeOf(rule.scheme);
  scoring.monetary_is_mean = rule.monetary == "mean";
  scoring.reference = rule.reference ? ParseDay(*rule.reference).value() : end_day;
  if (scoring.scheme == RfmScheme::kThresholds) {
    scoring.recency_cuts = ReadCuts(rule.recency_cuts, 0);
    scoring.frequency_cuts = ReadCuts(rule.frequency_cuts, 0);
    scoring.monetary_cuts = ReadCuts(rule.monetary_cuts, currency_exponent);
  }
  return scoring;
}

std::vector<std::pair<std::string, std::string>> RfmRuleParams(const RfmRule& rule,
                                                               DayNumber end_day) {
  return {{"scheme", rule.scheme},
          {"monetary", rule.monetary},
          {"reference", rule.reference.value_or(FormatDay(end_day))},
          {"recency_cuts", fmt::format("{}", fmt::join(rule.recency_cuts, ", "))},
          {"frequency_cuts", fmt::format("{}", fmt::join(rule.frequency_cuts, ", "))},
          {"monetary_cuts", fmt::format("{}", fmt::join(rule.monetary_cuts, ", "))}};
}

std::vector<std::pair<std::string, std::string>> RfmCutsInUse(const RfmScores& scores) {
  std::vector<std::pair<std::string, std::string>> params;
  for (const RfmVariable* variable : {&scores.recency, &scores.frequency, &scores.monetary}) {
    if (!variable->cuts.empty()) {
      params.emplace_back(fmt::format("{}_cuts_in_use", variable->name),
                          fmt::format("{}", fmt::join(variable->cuts, ", ")));
    }
  }
  return params;
}

}  // namespace cartwright
