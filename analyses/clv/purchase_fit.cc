#include "analyses/clv/purchase_fit.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "analyses/statistics/minimize.h"
#include "analyses/statistics/positive_definite.h"

namespace cartwright {
namespace {

/// Log parameters are searched in ±this, in time scaled so that the longest age is 1.
constexpr double kLogBound = 12.0;

std::uint32_t PlaceOf(const std::vector<double>& times, double time) {
  return static_cast<std::uint32_t>(std::lower_bound(times.begin(), times.end(), time) -
                                    times.begin());
}

double LongestAge(std::span<const PurchaseSummary> customers) {
  double longest = 0;
  for (const PurchaseSummary& customer : customers) {
    longest = std::max(longest, customer.age);
  }
  return longest;
}

PurchaseModel ModelAt(std::span<const double> log_parameters) {
  PurchaseModel model{.r = std::exp(log_parameters[0]), .alpha = std::exp(log_parameters[1])};
  if (log_parameters.size() == 4) {
    model.dropout = DropoutShape{std::exp(log_parameters[2]), std::exp(log_parameters[3])};
  }
  return model;
}

std::array<double, 4> ParametersOf(const PurchaseModel& model) {
  const DropoutShape dropout = model.dropout.value_or(DropoutShape{0, 0});
  return {model.r, model.alpha, dropout.a, dropout.b};
}

/// Mean negative log-likelihood plus penalty, by log parameters.
double Loss(const PurchaseLikelihood& likelihood, double penalty, std::span<const double> point,
            std::span<double> gradient) {
  const PurchaseModel model = ModelAt(point);
  const std::array<double, 4> parameters = ParametersOf(model);
  std::array<double, 4> slopes{};
  const auto n = static_cast<double>(likelihood.customers());
  double loss = -likelihood.Evaluate(model, &slopes) / n;
  for (std::size_t i = 0; i < point.size(); ++i) {
    loss += penalty * parameters[i] * parameters[i];
    gradient[i] = parameters[i] * (-slopes[i] / n + 2 * penalty * parameters[i]);
  }
  return loss;
}

PurchaseFit Fit(std::span<const PurchaseSummary> customers, double penalty,
                std::span<const std::vector<double>> starts) {
  const double longest = LongestAge(customers);
  const PurchaseLikelihood likelihood(customers, 1.0 / longest);
  const Minimum minimum = Minimize(
      [&](std::span<const double> point, std::span<double> gradient) {
        return Loss(likelihood, penalty, point, gradient);
      },
      starts, kLogBound);

  PurchaseFit fit{.model = ModelAt(minimum.point),
                  .converged = minimum.converged,
                  .at_bound = minimum.at_bound,
                  .evaluations = minimum.evaluations};
  // A density of `repeats` times changes with their unit.
  fit.log_likelihood = likelihood.Evaluate(fit.model) -
                       static_cast<double>(likelihood.repeats()) * std::log(longest);
  fit.model.alpha *= longest;
  const std::size_t size = minimum.point.size();
  const auto covariance = InverseOfPositiveDefinite(minimum.hessian, size);
  const std::array<double, 4> parameters = ParametersOf(fit.model);
  for (std::size_t i = 0; covariance && i < size; ++i) {
    const double variance =
        (*covariance)[i * size + i] / static_cast<double>(likelihood.customers());
    fit.standard_errors[i] = parameters[i] * std::sqrt(variance);
  }
  return fit;
}

std::vector<double> Logs(std::initializer_list<double> parameters) {
  std::vector<double> logs;
  for (const double parameter : parameters) {
    logs.push_back(std::clamp(std::log(parameter), -kLogBound, kLogBound));
  }
  return logs;
}

}  // namespace

PurchaseLikelihood::PurchaseLikelihood(std::span<const PurchaseSummary> customers, double scale) {
  std::vector<PurchaseSummary> sorted(customers.begin(), customers.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& one, const auto& other) {
    return std::tie(one.repeats, one.age, one.last) <
           std::tie(other.repeats, other.age, other.last);
  });
  for (PurchaseSummary& customer : sorted) {
    customer.last *= scale;
    customer.age *= scale;
    times_.push_back(customer.last);
    times_.push_back(customer.age);
  }
  std::sort(times_.begin(), times_.end());
  times_.erase(std::unique(times_.begin(), times_.end()), times_.end());

  const PurchaseSummary* before = nullptr;
  for (const PurchaseSummary& customer : sorted) {
    if (before != nullptr && before->repeats == customer.repeats && before->age == customer.age &&
        before->last == customer.last) {
      groups_.back().customers += 1;
    } else {
      groups_.push_back(
          {customer.repeats, PlaceOf(times_, customer.last), PlaceOf(times_, customer.age), 1});
    }
    before = &customer;
    repeats_ += customer.repeats;
  }
  customers_ = static_cast<std::int64_t>(sorted.size());
  const std::int64_t most = sorted.empty() ? 0 : sorted.back().repeats;
  more_than_.reserve(static_cast<std::size_t>(most));
  std::size_t first = 0;  // The first customer with more than i repeats: `sorted` is by repeats.
  for (std::int64_t i = 0; i < most; ++i) {
    while (sorted[first].repeats <= i) {
      ++first;
    }
    more_than_.push_back(static_cast<double>(sorted.size() - first));
  }
}

double PurchaseLikelihood::AddPrefixTerms(const PurchaseModel& model,
                                          std::array<double, 4>& slopes) const {
  const auto n = static_cast<double>(customers_);
  double sum = n * model.r * std::log(model.alpha);
  slopes[0] += n * std::log(model.alpha);
  slopes[1] += n * model.r / model.alpha;
  for (std::size_t i = 0; i < more_than_.size(); ++i) {
    const auto step = static_cast<double>(i);
    sum += more_than_[i] * std::log(model.r + step);
    slopes[0] += more_than_[i] / (model.r + step);
    if (model.dropout) {
      const double b = model.dropout->b + step;
      const double a = model.dropout->a;
      sum -= more_than_[i] * std::log1p(a / b);
      slopes[2] -= more_than_[i] / (a + b);
      slopes[3] += more_than_[i] * a / (b * (a + b));
    }
  }
  return sum;
}

double PurchaseLikelihood::Evaluate(const PurchaseModel& model,
                                    std::array<double, 4>* slopes) const {
  std::array<double, 4> partial{};
  double sum = AddPrefixTerms(model, partial);
  std::vector<double> logs(times_.size());
  std::vector<double> inverses(times_.size());
  for (std::size_t i = 0; i < times_.size(); ++i) {
    logs[i] = std::log(model.alpha + times_[i]);
    inverses[i] = 1.0 / (model.alpha + times_[i]);
  }
  std::int64_t repeats = 0;  // Of the last group whose log odds were taken; groups come by repeats.
  double log_share = 0;      // log (a / (b + repeats - 1)).
  for (const Group& group : groups_) {
    const auto x = static_cast<double>(group.repeats);
    const double shape = model.r + x;
    double log_sum = -shape * logs[group.age];
    double by_r = -logs[group.age];
    double by_alpha = -shape * inverses[group.age];
    if (model.dropout && group.repeats > 0) {
      const double wait = logs[group.age] - logs[group.last];
      const double survivors = model.dropout->b + x - 1;
      if (group.repeats != repeats) {
        repeats = group.repeats;
        log_share = std::log(model.dropout->a / survivors);
      }
      const double log_odds = log_share + shape * wait;
      const double shrunk = std::exp(-std::abs(log_odds));
      log_sum += std::max(log_odds, 0.0) + std::log1p(shrunk);
      const double gone = (log_odds > 0 ? 1.0 : shrunk) / (1.0 + shrunk);
      by_r += gone * wait;
      by_alpha += gone * shape * (inverses[group.age] - inverses[group.last]);
      partial[2] += group.customers * gone / model.dropout->a;
      partial[3] -= group.customers * gone / survivors;
    }
    sum += group.customers * log_sum;
    partial[0] += group.customers * by_r;
    partial[1] += group.customers * by_alpha;
  }
  if (slopes != nullptr) {
    *slopes = partial;
  }
  return sum;
}

double LogLikelihood(const PurchaseModel& model, std::span<const PurchaseSummary> customers) {
  return PurchaseLikelihood(customers, 1.0).Evaluate(model);
}

PurchaseFit FitNbd(std::span<const PurchaseSummary> customers, double penalty) {
  const std::vector<std::vector<double>> starts = {Logs({0.5, 0.25}), Logs({2.0, 1.0})};
  return Fit(customers, penalty, starts);
}

PurchaseFit FitBgNbd(std::span<const PurchaseSummary> customers, double penalty) {
  // From a typical shop, and from the NBD with few and with many customers leaving.
  const PurchaseModel nbd = FitNbd(customers, penalty).model;
  const double alpha = nbd.alpha / LongestAge(customers);
  const std::vector<std::vector<double>> starts = {
      Logs({0.25, 0.1, 0.8, 2.5}), Logs({nbd.r, alpha, 0.1, 2.0}), Logs({nbd.r, alpha, 1.0, 10.0})};
  return Fit(customers, penalty, starts);
}

}  // namespace cartwright
