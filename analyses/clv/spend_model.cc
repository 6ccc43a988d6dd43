#include "analyses/clv/spend_model.h"

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <tuple>
#include <vector>

#include "analyses/statistics/minimize.h"
#include "analyses/statistics/positive_definite.h"

namespace cartwright {
namespace {

/// Searched unknowns are log p, log (q - 1) and log v, each in ±this, values scaled to mean 1.
constexpr double kLogBound = 12.0;
/// q - 1 below this is called an infinite mean.
constexpr double kLeastExcess = 1e-3;

/// Customers by repeats, so that gamma functions are evaluated once for each number of repeats.
class SpendLikelihood {
 public:
  SpendLikelihood(std::span<const SpendSummary> customers, double scale)
      : customers_(customers.begin(), customers.end()) {
    std::sort(customers_.begin(), customers_.end(), [](const auto& one, const auto& other) {
      return std::tie(one.repeats, one.mean) < std::tie(other.repeats, other.mean);
    });
    for (SpendSummary& customer : customers_) {
      customer.mean *= scale;
      logs_.push_back(std::log(customer.mean));
    }
  }

  /// log L (in scaled values) and its slopes by p, q, v.
  double Evaluate(const SpendModel& model, std::array<double, 3>& slopes) const {
    slopes = {};
    double sum = 0;
    for (std::size_t begin = 0; begin < customers_.size();) {
      std::size_t end = begin;
      while (end < customers_.size() && customers_[end].repeats == customers_[begin].repeats) {
        ++end;
      }
      sum += EvaluateEqual(model, begin, end, slopes);
      begin = end;
    }
    return sum;
  }

  double size() const { return static_cast<double>(customers_.size()); }

 private:
  /// The customers [begin, end), who have equally many repeats.
  double EvaluateEqual(const SpendModel& model, std::size_t begin, std::size_t end,
                       std::array<double, 3>& slopes) const {
    const auto n = static_cast<double>(end - begin);
    const auto x = static_cast<double>(customers_[begin].repeats);
    const double px = model.p * x;
    const double log_v = std::log(model.v);
    double sum_log_mean = 0;
    double sum_log_total = 0;  // Of log (x m + v).
    double sum_inverse = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double total = x * customers_[i].mean + model.v;
      sum_log_mean += logs_[i];
      sum_log_total += std::log(total);
      sum_inverse += 1.0 / total;
    }
    const double psi_both = boost::math::digamma(px + model.q);
    slopes[0] += x * (n * (psi_both - boost::math::digamma(px) + std::log(x)) + sum_log_mean -
                      sum_log_total);
    slopes[1] += n * (psi_both - boost::math::digamma(model.q) + log_v) - sum_log_total;
    slopes[2] += n * model.q / model.v - (px + model.q) * sum_inverse;
    return n * (boost::math::lgamma(px + model.q) - boost::math::lgamma(px) -
                boost::math::lgamma(model.q) + model.q * log_v + px * std::log(x)) +
           (px - 1) * sum_log_mean - (px + model.q) * sum_log_total;
  }

  std::vector<SpendSummary> customers_;  ///< Ordered by (repeats, mean).
  std::vector<double> logs_;             ///< log mean.
};

SpendModel ModelAt(std::span<const double> point) {
  return {.p = std::exp(point[0]), .q = 1 + std::exp(point[1]), .v = std::exp(point[2])};
}

double MeanOf(std::span<const SpendSummary> customers) {
  std::vector<double> means;
  for (const SpendSummary& customer : customers) {
    means.push_back(customer.mean);
  }
  std::sort(means.begin(), means.end());
  double sum = 0;
  for (const double mean : means) {
    sum += mean;
  }
  return sum / static_cast<double>(means.size());
}

double Correlation(std::span<const SpendSummary> customers) {
  double mean_x = 0;
  double mean_y = 0;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  double n = 0;
  for (const SpendSummary& customer : customers) {
    n += 1;
    const double dx = static_cast<double>(customer.repeats) - mean_x;
    const double dy = customer.mean - mean_y;
    mean_x += dx / n;
    mean_y += dy / n;
    xx += dx * (static_cast<double>(customer.repeats) - mean_x);
    yy += dy * (customer.mean - mean_y);
    xy += dx * (customer.mean - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0.0;
}

/// Mean negative log-likelihood plus penalty, by the searched unknowns.
double Loss(const SpendLikelihood& likelihood, double penalty, std::span<const double> point,
            std::span<double> gradient) {
  const SpendModel model = ModelAt(point);
  const std::array<double, 3> parameters = {model.p, model.q, model.v};
  const std::array<double, 3> by_log = {model.p, model.q - 1, model.v};
  std::array<double, 3> slopes{};
  double loss = -likelihood.Evaluate(model, slopes) / likelihood.size();
  for (std::size_t i = 0; i < 3; ++i) {
    loss += penalty * parameters[i] * parameters[i];
    gradient[i] = by_log[i] * (-slopes[i] / likelihood.size() + 2 * penalty * parameters[i]);
  }
  return loss;
}

}  // namespace

double ExpectedValue(const SpendModel& model, std::int64_t repeats, double mean) {
  const auto x = static_cast<double>(repeats);
  return model.p * (model.v + x * mean) / (model.p * x + model.q - 1);
}

double LogLikelihood(const SpendModel& model, std::span<const SpendSummary> customers) {
  std::array<double, 3> slopes{};
  return SpendLikelihood(customers, 1.0).Evaluate(model, slopes);
}

SpendFit FitSpend(std::span<const SpendSummary> customers, double penalty) {
  const double unit = MeanOf(customers);
  const SpendLikelihood likelihood(customers, 1.0 / unit);
  const std::vector<std::vector<double>> starts = {{std::log(5.0), std::log(3.0), std::log(0.5)},
                                                   {0.0, std::log(2.0), std::log(2.0)}};
  const Minimum minimum = Minimize(
      [&](std::span<const double> point, std::span<double> gradient) {
        return Loss(likelihood, penalty, point, gradient);
      },
      starts, kLogBound);

  SpendFit fit{.model = ModelAt(minimum.point),
               .correlation = Correlation(customers),
               .converged = minimum.converged,
               .at_bound = minimum.at_bound,
               .evaluations = minimum.evaluations};
  fit.has_infinite_mean = fit.model.q - 1 < kLeastExcess;
  std::array<double, 3> slopes{};
  // A density of values changes with their unit.
  fit.log_likelihood = likelihood.Evaluate(fit.model, slopes) - likelihood.size() * std::log(unit);
  fit.model.v *= unit;
  const std::array<double, 3> by_log = {fit.model.p, fit.model.q - 1, fit.model.v};
  const auto covariance = InverseOfPositiveDefinite(minimum.hessian, 3);
  for (std::size_t i = 0; covariance && i < 3; ++i) {
    fit.standard_errors[i] = by_log[i] * std::sqrt((*covariance)[i * 3 + i] / likelihood.size());
  }
  return fit;
}

}  // namespace cartwright
