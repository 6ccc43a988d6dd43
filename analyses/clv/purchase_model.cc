#include "analyses/clv/purchase_model.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace cartwright {
namespace {

/// Sums are scaled by this when they outgrow it, so that weights may start at exp(-100,000).
constexpr double kRescale = 1e200;
constexpr double kRelativeTail = 1e-16;

/// E[(1 - q^N) / (1 - q)]: the purchases of a customer whose N chances to buy come from a negative
/// binomial with shape `shape` and failure odds `odds` = horizon / (alpha + age), and who stays
/// with probability q ~ Beta(b, a) after each.
///
/// This is (a+b-1)/(a-1) [1 - (1-z)^shape 2F1(shape, b; a+b; ...)] of Fader, Hardie & Lee written
/// as sum_k P(N = k) sum_{j<k} E[q^j]. Every term is positive: nothing cancels, nothing overflows
/// for heavy buyers, and a = 1 and a + b = 1 are points like any other.
double MeanStay(double shape, double odds, const DropoutShape& dropout) {
  const double z = odds / (1.0 + odds);
  double log_scale = -shape * std::log1p(odds);
  double weight = 1.0;     // P(N = k), up to exp(log_scale).
  double stays = 0.0;      // sum_{j<k} E[q^j].
  double next_stay = 1.0;  // E[q^k].
  double sum = 0.0;
  for (double k = 0;; ++k) {
    weight *= (shape + k) / (k + 1) * z;
    stays += next_stay;
    next_stay *= (dropout.b + k) / (dropout.a + dropout.b + k);
    sum += weight * stays;
    const double ratio = std::max(z, (shape + k + 1) / (k + 2) * z);
    if (ratio < 1) {
      const double tail = weight * (stays + 1 / (1 - ratio)) * ratio / (1 - ratio);
      if (tail <= kRelativeTail * sum) {
        return sum * std::exp(log_scale);
      }
    }
    if (sum > kRescale) {
      weight /= kRescale;
      sum /= kRescale;
      log_scale += std::log(kRescale);
    }
  }
}

}  // namespace

double AliveProbability(const PurchaseModel& model, const PurchaseSummary& customer) {
  if (!model.dropout || customer.repeats == 0) {
    return 1.0;
  }
  const auto x = static_cast<double>(customer.repeats);
  const double log_odds_gone =
      std::log(model.dropout->a / (model.dropout->b + x - 1)) +
      (model.r + x) * std::log1p((customer.age - customer.last) / (model.alpha + customer.last));
  return 1.0 / (1.0 + std::exp(log_odds_gone));
}

double ExpectedPurchasesIfAlive(const PurchaseModel& model, std::int64_t repeats, double age,
                                double horizon) {
  if (horizon <= 0) {
    return 0.0;
  }
  const auto x = static_cast<double>(repeats);
  const double odds = horizon / (model.alpha + age);
  if (!model.dropout) {
    return (model.r + x) * odds;
  }
  return MeanStay(model.r + x, odds, {model.dropout->a, model.dropout->b + x});
}

double CountProbability(const PurchaseModel& model, std::int64_t count, double duration) {
  const double odds = duration / model.alpha;
  const double z = odds / (1.0 + odds);
  double log_chances = -model.r * std::log1p(odds);  // log P(N = count) of the NBD.
  double log_stays = 0.0;                            // log E[q^count] = log B(a,b+n)/B(a,b).
  const DropoutShape dropout = model.dropout.value_or(DropoutShape{});
  for (std::int64_t step = 0; step < count; ++step) {
    const auto i = static_cast<double>(step);
    log_chances += std::log((model.r + i) / (1 + i) * z);
    log_stays -= std::log1p(dropout.a / (dropout.b + i));
  }
  if (!model.dropout) {
    return std::exp(log_chances);
  }
  const double stayed = std::exp(log_stays + log_chances);
  if (count == 0 || z == 0) {
    return stayed;
  }
  // Left with the last of `count` purchases, which needs at least that many chances:
  // B(a+1,b+n-1)/B(a,b) P(N >= n), the second factor as a regularised incomplete beta.
  const auto n = static_cast<double>(count);
  const double left = std::exp(log_stays) * dropout.a / (dropout.b + n - 1);
  return stayed + left * boost::math::ibeta(n, model.r, z);
}

}  // namespace cartwright
