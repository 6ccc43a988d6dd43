#include "analyses/clv/customer_value.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace cartwright {
namespace {

constexpr std::size_t kLeastCustomers = 10;
constexpr std::int64_t kLeastRepeaters = 3;
/// Upper 5 % point of chi-squared with two degrees of freedom: what two more parameters must gain.
constexpr double kLikelihoodRatioLimit = 5.991464547107979;
/// Above this correlation the independence that the spend model assumes is in doubt.
constexpr double kCorrelationLimit = 0.3;

std::vector<PurchaseSummary> Summaries(const PurchaseHistories& histories,
                                       std::int64_t period_days) {
  std::vector<PurchaseSummary> summaries;
  summaries.reserve(histories.customers.size());
  for (const CustomerHistory& customer : histories.customers) {
    summaries.push_back(SummaryOf(customer, histories.end_day, period_days));
  }
  return summaries;
}

std::vector<SpendSummary> Spending(const PurchaseHistories& histories, double minor_per_major) {
  std::vector<SpendSummary> spending;
  for (const CustomerHistory& customer : histories.customers) {
    if (const auto mean = MeanRepeatValue(customer, minor_per_major)) {
      spending.push_back({customer.valued_repeats, *mean});
    }
  }
  return spending;
}

void Weaken(ClvModels& models, ReportStatus status, const std::string& reason) {
  if (models.status == ReportStatus::kOk) {
    models.status = status;
  }
  models.status_reason += (models.status_reason.empty() ? "" : "; ") + reason;
}

/// Whether there is enough to fit; says why not.
bool HasEnough(const PurchaseHistories& histories, ClvModels& models) {
  const auto repeaters =
      std::count_if(histories.customers.begin(), histories.customers.end(),
                    [](const CustomerHistory& customer) { return customer.repeats > 0; });
  if (histories.customers.size() < kLeastCustomers) {
    Weaken(models, ReportStatus::kInsufficientData,
           "fewer than " + std::to_string(kLeastCustomers) + " customers");
    return false;
  }
  if (repeaters == 0) {
    Weaken(models, ReportStatus::kDegenerate, "no customer bought on a second day");
    return false;
  }
  if (repeaters < kLeastRepeaters) {
    Weaken(models, ReportStatus::kInsufficientData,
           "fewer than " + std::to_string(kLeastRepeaters) + " customers bought on a second day");
    return false;
  }
  return true;
}

void FitPurchases(std::span<const PurchaseSummary> customers, double penalty, ClvModels& models) {
  models.nbd = FitNbd(customers, penalty);
  models.bg_nbd = FitBgNbd(customers, penalty);
  const double ratio = 2 * (models.bg_nbd->log_likelihood - models.nbd->log_likelihood);
  models.dropout_found = ratio > kLikelihoodRatioLimit;
  if (!models.dropout_found) {
    Weaken(models, ReportStatus::kDegenerate, "no dropout identifiable; NBD reported");
  } else if (models.bg_nbd->at_bound) {
    Weaken(models, ReportStatus::kDegenerate,
           "a parameter of the purchase model ran to its bound; its single value means nothing");
  }
  if (!models.purchases()->converged) {
    models.warnings.emplace_back("the fit of the purchase model did not converge");
  }
}

void FitValues(std::span<const SpendSummary> spending, double penalty, ClvModels& models) {
  if (spending.size() < static_cast<std::size_t>(kLeastRepeaters)) {
    Weaken(models, ReportStatus::kDegenerate, "too few repeat purchases with a value");
    return;
  }
  models.spend = FitSpend(spending, penalty);
  models.spend_usable = !models.spend->has_infinite_mean;
  if (!models.spend_usable) {
    Weaken(models, ReportStatus::kDegenerate,
           "the values of purchases have no finite mean under the spend model");
  } else if (models.spend->at_bound) {
    models.warnings.emplace_back(
        "a parameter of the spend model ran to its bound: customers hardly differ in what they "
        "spend, or one customer's purchases hardly do");
  }
  if (!models.spend->converged) {
    models.warnings.emplace_back("the fit of the spend model did not converge");
  }
  if (std::abs(models.spend->correlation) > kCorrelationLimit) {
    models.warnings.emplace_back(
        "number and value of repeat purchases are correlated; the spend model assumes they are "
        "not");
  }
}

/// The curves that customers of one age and number of repeats share, per unit of being alive.
struct AliveCurve {
  double horizon = 0;     ///< Purchases over the horizon.
  double discounted = 0;  ///< The same, discounted by month.
  std::vector<double> spans;
};

class CurveMaker {
 public:
  CurveMaker(const PurchaseModel& model, const ClvOptions& options, DayNumber end_day,
             std::span<const DayNumber> days)
      : model_(model),
        options_(options),
        month_(kDaysPerMonth / static_cast<double>(options.period_days)),
        monthly_discount_(std::pow(1 + options.discount_rate_per_year, 1.0 / 12) - 1) {
    for (const DayNumber day : days) {
      times_.push_back(static_cast<double>(day - end_day - 1) /
                       static_cast<double>(options.period_days));
    }
  }

  AliveCurve For(const PurchaseSummary& customer) const {
    AliveCurve curve;
    curve.horizon = ExpectedPurchasesIfAlive(model_, customer.repeats, customer.age,
                                             month_ * static_cast<double>(options_.horizon_months));
    curve.discounted = DiscountedPurchasesIfAlive(model_, customer, month_, options_.horizon_months,
                                                  monthly_discount_);
    double before = 0;
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const double until =
          ExpectedPurchasesIfAlive(model_, customer.repeats, customer.age, times_[i]);
      if (i > 0) {
        curve.spans.push_back(until - before);
      }
      before = until;
    }
    return curve;
  }

 private:
  const PurchaseModel& model_;
  const ClvOptions& options_;
  double month_;
  double monthly_discount_;
  std::vector<double> times_;
};

/// Fills in one customer; returns what he adds to the weight of his curve.
ExpectedSpan Apply(const AliveCurve& curve, double alive, double margin, CustomerValue& value) {
  value.alive = alive;
  value.purchases = alive * curve.horizon;
  if (value.value) {
    value.clv = margin * *value.value * alive * curve.discounted;
  }
  return {alive, alive * value.value.value_or(0)};
}

}  // namespace

double DiscountedPurchasesIfAlive(const PurchaseModel& model, const PurchaseSummary& customer,
                                  double month, std::int64_t months, double monthly_discount) {
  double sum = 0;
  double before = 0;
  double factor = 1;
  for (std::int64_t k = 1; k <= months; ++k) {
    const double until = ExpectedPurchasesIfAlive(model, customer.repeats, customer.age,
                                                  month * static_cast<double>(k));
    factor /= 1 + monthly_discount;
    sum += factor * (until - before);
    before = until;
  }
  return sum;
}

PurchaseSummary SummaryOf(const CustomerHistory& customer, DayNumber end_day,
                          std::int64_t period_days) {
  const auto period = static_cast<double>(period_days);
  return {.repeats = customer.repeats,
          .last = static_cast<double>(customer.last_day - customer.first_day) / period,
          .age = static_cast<double>(end_day - customer.first_day) / period};
}

std::optional<double> MeanRepeatValue(const CustomerHistory& customer, double minor_per_major) {
  if (customer.valued_repeats == 0) {
    return std::nullopt;
  }
  return static_cast<double>(customer.repeat_net) / minor_per_major /
         static_cast<double>(customer.valued_repeats);
}

ClvModels FitClvModels(const PurchaseHistories& histories, const ClvOptions& options,
                       double minor_per_major) {
  ClvModels models;
  if (HasEnough(histories, models)) {
    FitPurchases(Summaries(histories, options.period_days), options.penalty, models);
    FitValues(Spending(histories, minor_per_major), options.penalty, models);
  }
  return models;
}

ClvForecast Forecast(const PurchaseHistories& histories, const ClvModels& models,
                     const ClvOptions& options, std::span<const DayNumber> days,
                     double minor_per_major) {
  const std::vector<CustomerHistory>& customers = histories.customers;
  ClvForecast forecast;
  forecast.customers.resize(customers.size());
  forecast.spans.resize(days.empty() ? 0 : days.size() - 1);
  if (models.purchases() == nullptr) {
    return forecast;
  }
  const PurchaseModel& model = models.purchases()->model;
  std::vector<std::size_t> order(customers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return std::tie(customers[one].first_day, customers[one].repeats, one) <
           std::tie(customers[other].first_day, customers[other].repeats, other);
  });
  const CurveMaker curves(model, options, histories.end_day, days);
  for (std::size_t place = 0; place < order.size();) {
    const CustomerHistory& first = customers[order[place]];
    const AliveCurve curve = curves.For(SummaryOf(first, histories.end_day, options.period_days));
    ExpectedSpan weight;
    for (; place < order.size() && customers[order[place]].first_day == first.first_day &&
           customers[order[place]].repeats == first.repeats;
         ++place) {
      const CustomerHistory& customer = customers[order[place]];
      CustomerValue& value = forecast.customers[order[place]];
      if (models.spend_usable) {
        value.value = ExpectedValue(models.spend->model, customer.valued_repeats,
                                    MeanRepeatValue(customer, minor_per_major).value_or(0));
      }
      const double alive =
          AliveProbability(model, SummaryOf(customer, histories.end_day, options.period_days));
      const ExpectedSpan own = Apply(curve, alive, options.margin, value);
      weight.purchases += own.purchases;
      weight.revenue += own.revenue;
    }
    for (std::size_t i = 0; i < forecast.spans.size(); ++i) {
      forecast.spans[i].purchases += weight.purchases * curve.spans[i];
      forecast.spans[i].revenue += weight.revenue * curve.spans[i];
    }
  }
  return forecast;
}

}  // namespace cartwright
