#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyses/clv/purchase_model.h"

namespace cartwright {

/// The customers' likelihood under a PurchaseModel, with equal customers evaluated once and gamma
/// functions as exact products over prefix counts: differences of log-gammas cancel for large
/// arguments and invent likelihood.
class PurchaseLikelihood {
 public:
  /// Times are multiplied by `scale` first. O(n log n).
  PurchaseLikelihood(std::span<const PurchaseSummary> customers, double scale);

  /// log L of all customers (in scaled time) and, when asked for, its slopes by r, alpha, a, b.
  double Evaluate(const PurchaseModel& model, std::array<double, 4>* slopes = nullptr) const;

  std::int64_t customers() const { return customers_; }
  std::int64_t repeats() const { return repeats_; }
  std::size_t groups() const { return groups_.size(); }

 private:
  struct Group {
    std::int64_t repeats;
    std::uint32_t last;  ///< Place in times_.
    std::uint32_t age;   ///< Place in times_.
    double customers;
  };
  double AddPrefixTerms(const PurchaseModel& model, std::array<double, 4>& slopes) const;

  std::int64_t customers_ = 0;
  std::int64_t repeats_ = 0;
  std::vector<double> times_;  ///< Distinct `last` and `age`, ascending.
  std::vector<Group> groups_;
  std::vector<double> more_than_;  ///< [i]: customers with more than i repeats.
};

/// log L of customers in the model's own unit of time.
double LogLikelihood(const PurchaseModel& model, std::span<const PurchaseSummary> customers);

/// A model with what its fit is worth.
struct PurchaseFit {
  PurchaseModel model;
  double log_likelihood = 0;  ///< In the customers' unit of time, without the penalty.
  /// Of r, alpha, a, b by the delta method; missing where the curvature gives none.
  std::array<std::optional<double>, 4> standard_errors = {};
  bool converged = false;
  bool at_bound = false;
  int evaluations = 0;
};

/// Maximum likelihood over log parameters in scaled time. `penalty` times the sum of the squared
/// parameters (of scaled time) is added to the mean negative log-likelihood. Needs a customer with
/// age > 0. Deterministic and independent of the customers' order.
PurchaseFit FitNbd(std::span<const PurchaseSummary> customers, double penalty);
PurchaseFit FitBgNbd(std::span<const PurchaseSummary> customers, double penalty);

}  // namespace cartwright
