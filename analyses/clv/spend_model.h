#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace cartwright {

/// What the spend model knows of a customer: the mean value of `repeats` repeat purchases.
struct SpendSummary {
  std::int64_t repeats = 0;  ///< At least 1.
  double mean = 0;           ///< Above 0.
};

/// Gamma-Gamma model of the value of a purchase (Fader & Hardie 2013): values of a customer are
/// gamma with shape `p`, their rate gamma over customers with shape `q` and rate `v`.
struct SpendModel {
  double p = 1;
  double q = 2;
  double v = 1;

  /// Mean value over all customers; q must exceed 1.
  double PopulationMean() const { return p * v / (q - 1); }
};

/// Expected mean value of a customer's purchases: a weighted mean of his own and of the
/// population's; the population's alone when repeats = 0.
double ExpectedValue(const SpendModel& model, std::int64_t repeats, double mean);

double LogLikelihood(const SpendModel& model, std::span<const SpendSummary> customers);

struct SpendFit {
  SpendModel model;
  double log_likelihood = 0;
  std::array<std::optional<double>, 3> standard_errors = {};  ///< Of p, q, v by the delta method.
  double correlation =
      0;  ///< Pearson's, of repeats and mean; the model assumes none. 0 if constant.
  bool converged = false;
  bool at_bound = false;
  /// q stands at 1: the population mean is infinite and the model useless.
  bool has_infinite_mean = false;
  int evaluations = 0;
};

/// Maximum likelihood with q > 1, independent of the currency's scale. `penalty` as in FitBgNbd.
/// Needs a customer. Deterministic; order matters only to the last bits.
SpendFit FitSpend(std::span<const SpendSummary> customers, double penalty);

}  // namespace cartwright
