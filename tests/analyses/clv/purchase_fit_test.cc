#include "analyses/clv/purchase_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "daemon/base/random.h"
#include "tests/analyses/clv/reference_data.h"

namespace cartwright {
namespace {

const PurchaseModel kNote27{.r = .25, .alpha = 4, .dropout = DropoutShape{.8, 2.5}};

/// Customers of a BG/NBD shop with these parameters, watched for `age`.
std::vector<PurchaseSummary> Simulate(const PurchaseModel& model, int count, double age,
                                      std::uint64_t seed) {
  Random random(seed);
  std::vector<PurchaseSummary> customers;
  for (int i = 0; i < count; ++i) {
    const double rate = random.Gamma(model.r, model.alpha);
    const double dropout = model.dropout ? random.Beta(model.dropout->a, model.dropout->b) : 0;
    PurchaseSummary customer{.age = age * (0.5 + 0.5 * random.Uniform())};
    double time = random.Exponential(rate);
    while (time < customer.age) {
      ++customer.repeats;
      customer.last = time;
      if (random.Uniform() < dropout) {
        break;
      }
      time += random.Exponential(rate);
    }
    customers.push_back(customer);
  }
  return customers;
}

/// The likelihood as it is written in the paper, with log-gammas: right for small arguments.
double PaperLogLikelihood(const PurchaseModel& model, const PurchaseSummary& customer) {
  const auto x = static_cast<double>(customer.repeats);
  const auto log_beta = [](double a, double b) {
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  };
  const double a = model.dropout->a;
  const double b = model.dropout->b;
  double sum = std::exp(log_beta(a, b + x) - log_beta(a, b)) *
               std::pow(model.alpha + customer.age, -model.r - x);
  if (x > 0) {
    sum += std::exp(log_beta(a + 1, b + x - 1) - log_beta(a, b)) *
           std::pow(model.alpha + customer.last, -model.r - x);
  }
  return std::lgamma(model.r + x) - std::lgamma(model.r) + model.r * std::log(model.alpha) +
         std::log(sum);
}

TEST(PurchaseFitTest, LogLikelihoodOfSingleCustomersMatchesNote27) {
  const PurchaseSummary once[] = {{0, 0, 40}};
  const PurchaseSummary heavy[] = {{200, 38, 40}};
  EXPECT_NEAR(LogLikelihood(kNote27, once), -0.59947382, 1e-8);
  EXPECT_NEAR(LogLikelihood(kNote27, heavy), 100.7957, 1e-4);
}

TEST(PurchaseFitTest, LogLikelihoodEqualsThePapersForm) {
  const std::vector<PurchaseSummary> customers = Simulate(kNote27, 300, 50, 3);
  double naive = 0;
  for (const PurchaseSummary& customer : customers) {
    naive += PaperLogLikelihood(kNote27, customer);
  }
  EXPECT_NEAR(LogLikelihood(kNote27, customers), naive, 1e-8);
}

TEST(PurchaseFitTest, NbdLogLikelihoodEqualsItsFormula) {
  const PurchaseModel nbd{.r = .4, .alpha = 12};
  const PurchaseSummary customers[] = {{3, 7, 20}, {0, 0, 5}};
  const double expected = std::lgamma(3.4) - std::lgamma(.4) + .4 * std::log(12.) -
                          3.4 * std::log(32.) + .4 * std::log(12.) - .4 * std::log(17.);
  EXPECT_NEAR(LogLikelihood(nbd, customers), expected, 1e-12);
}

TEST(PurchaseFitTest, SlopesEqualFiniteDifferences) {
  std::vector<PurchaseSummary> customers = Simulate(kNote27, 200, 50, 4);
  customers.push_back({400, 49, 50});
  const PurchaseLikelihood likelihood(customers, 1.0);
  std::array<double, 4> slopes{};
  likelihood.Evaluate(kNote27, &slopes);
  const auto moved = [&](std::size_t parameter, double by) {
    PurchaseModel model = kNote27;
    double* const parameters[] = {&model.r, &model.alpha, &model.dropout->a, &model.dropout->b};
    *parameters[parameter] += by;
    return likelihood.Evaluate(model);
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const double h = 1e-5;
    const double difference = (moved(i, h) - moved(i, -h)) / (2 * h);
    EXPECT_NEAR(slopes[i], difference, 1e-5 * std::max(1.0, std::abs(difference))) << i;
  }
}

TEST(PurchaseFitTest, LikelihoodDoesNotGrowWhereLogGammasCancel) {
  // Plain log-gamma differences gain hundreds here; the true limit is the NBD.
  const std::vector<PurchaseSummary> customers = Simulate({.r = .8, .alpha = 9.9}, 500, 50, 5);
  const PurchaseModel nbd{.r = .8, .alpha = 9.9};
  const PurchaseModel far{.r = .8, .alpha = 9.9, .dropout = DropoutShape{1e-3, 1e14}};
  EXPECT_NEAR(LogLikelihood(far, customers), LogLikelihood(nbd, customers), 1e-6);
}

TEST(PurchaseFitTest, FitsTheRoundedSummaryOfCdnow) {
  const auto summary = ReadCdnowSummary();
  CARTWRIGHT_REQUIRE_DATA(summary);
  const PurchaseFit fit = FitBgNbd(summary->purchases, 0);
  EXPECT_TRUE(fit.converged);
  EXPECT_FALSE(fit.at_bound);
  EXPECT_NEAR(fit.log_likelihood, -9582.4256, 1e-3);
  EXPECT_NEAR(fit.model.r / .242593, 1, 1e-4);
  EXPECT_NEAR(fit.model.alpha / 4.413532, 1, 1e-4);
  EXPECT_NEAR(fit.model.dropout->a / .792886, 1, 1e-4);
  EXPECT_NEAR(fit.model.dropout->b / 2.425752, 1, 1e-4);
  const double errors[] = {.012557, .378221, .185719, .705345};
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(fit.standard_errors[i].has_value());
    EXPECT_NEAR(*fit.standard_errors[i] / errors[i], 1, 1e-3) << i;
  }
  const PurchaseFit nbd = FitNbd(summary->purchases, 0);
  EXPECT_NEAR(nbd.log_likelihood, -9763.6602, 1e-3);
  EXPECT_NEAR(nbd.model.r / .384768, 1, 1e-4);
  EXPECT_NEAR(nbd.model.alpha / 12.072085, 1, 1e-4);
}

TEST(PurchaseFitTest, ThePenaltyPullsParametersIn) {
  const auto summary = ReadCdnowSummary();
  CARTWRIGHT_REQUIRE_DATA(summary);
  const PurchaseFit fit = FitBgNbd(summary->purchases, 0.01);
  const PurchaseFit free = FitBgNbd(summary->purchases, 0);
  EXPECT_TRUE(fit.converged);
  EXPECT_LT(fit.log_likelihood, free.log_likelihood - 1);
  EXPECT_LT(fit.model.dropout->b, free.model.dropout->b);
}

TEST(PurchaseFitTest, FitsTheExampleTransactionsInDays) {
  const auto rows = ReadCells("cdnow/example_transactions.csv", ',');
  CARTWRIGHT_REQUIRE_DATA(rows);
  std::map<std::string, std::set<DayNumber>> days;
  for (const auto& row : *rows) {
    days[row[1]].insert(*ParseDay(row[0].substr(0, 10)));
  }
  const std::vector<PurchaseSummary> customers = SummariesOf(days, *ParseDay("2014-12-31"), 1);
  ASSERT_EQ(customers.size(), 5000U);
  const PurchaseFit fit = FitBgNbd(customers, 0);
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.log_likelihood, -39248.626, 1e-3);
  EXPECT_NEAR(fit.model.r / .163851, 1, 1e-3);
  EXPECT_NEAR(fit.model.alpha / 1.864281, 1, 1e-3);
  EXPECT_NEAR(fit.model.dropout->a / 1.850343, 1, 1e-3);
  EXPECT_NEAR(fit.model.dropout->b / 3.181059, 1, 1e-3);
}

TEST(PurchaseFitTest, FitsTheWholeOfCdnow) {
  const auto rows = ReadCells("cdnow/CDNOW_master.txt", ' ');
  CARTWRIGHT_REQUIRE_DATA(rows);
  std::map<std::string, std::set<DayNumber>> days;
  for (const auto& row : *rows) {
    days[row[0]].insert(*ParseDay(DashedDay(row[1])));
  }
  const std::vector<PurchaseSummary> customers = SummariesOf(days, *ParseDay("1998-06-30"), 7);
  ASSERT_EQ(customers.size(), 23'570U);
  const PurchaseFit fit = FitBgNbd(customers, 0);
  EXPECT_TRUE(fit.converged);
  // lifetimes 0.11.3.
  EXPECT_NEAR(fit.log_likelihood, -173425.9163, 1e-2);
  EXPECT_NEAR(fit.model.r / .267128, 1, 1e-3);
  EXPECT_NEAR(fit.model.alpha / 5.986493, 1, 1e-3);
  EXPECT_NEAR(fit.model.dropout->a / .483517, 1, 1e-3);
  EXPECT_NEAR(fit.model.dropout->b / 2.111608, 1, 1e-3);
}

TEST(PurchaseFitTest, FindsTheParametersOfASimulatedShop) {
  const PurchaseModel truth{.r = .6, .alpha = 5, .dropout = DropoutShape{.9, 3}};
  const std::vector<PurchaseSummary> customers = Simulate(truth, 20'000, 60, 6);
  const PurchaseFit fit = FitBgNbd(customers, 0);
  ASSERT_TRUE(fit.converged);
  const double found[] = {fit.model.r, fit.model.alpha, fit.model.dropout->a, fit.model.dropout->b};
  const double true_values[] = {.6, 5, .9, 3};
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(fit.standard_errors[i].has_value());
    EXPECT_NEAR(found[i], true_values[i], 4 * *fit.standard_errors[i]) << i;
    EXPECT_LT(*fit.standard_errors[i], 0.2 * true_values[i]) << i;
  }
  EXPECT_GE(fit.log_likelihood, LogLikelihood(truth, customers));
}

TEST(PurchaseFitTest, FindsNoDropoutWhereThereIsNone) {
  const std::vector<PurchaseSummary> customers = Simulate({.r = .8, .alpha = 9.9}, 3000, 50, 7);
  const PurchaseFit with = FitBgNbd(customers, 0);
  const PurchaseFit without = FitNbd(customers, 0);
  EXPECT_LT(2 * (with.log_likelihood - without.log_likelihood), 5.99);
  EXPECT_GT(with.log_likelihood, without.log_likelihood - 0.1);
}

TEST(PurchaseFitTest, UnitOfTimeChangesAlphaAlone) {
  std::vector<PurchaseSummary> customers = Simulate(kNote27, 2000, 50, 8);
  const PurchaseFit weeks = FitBgNbd(customers, 0);
  double repeats = 0;
  for (PurchaseSummary& customer : customers) {
    customer.last *= 7;
    customer.age *= 7;
    repeats += static_cast<double>(customer.repeats);
  }
  const PurchaseFit days = FitBgNbd(customers, 0);
  EXPECT_NEAR(days.model.alpha / weeks.model.alpha, 7, 1e-4);
  EXPECT_NEAR(days.model.r / weeks.model.r, 1, 1e-5);
  EXPECT_NEAR(days.log_likelihood, weeks.log_likelihood - repeats * std::log(7.), 1e-5);
}

TEST(PurchaseFitTest, OrderOfCustomersChangesNoBit) {
  std::vector<PurchaseSummary> customers = Simulate(kNote27, 1000, 50, 9);
  const PurchaseFit forwards = FitBgNbd(customers, 0);
  std::reverse(customers.begin(), customers.end());
  const PurchaseFit backwards = FitBgNbd(customers, 0);
  EXPECT_EQ(forwards.model.r, backwards.model.r);
  EXPECT_EQ(forwards.model.alpha, backwards.model.alpha);
  EXPECT_EQ(forwards.log_likelihood, backwards.log_likelihood);
  EXPECT_EQ(forwards.standard_errors, backwards.standard_errors);
}

TEST(PurchaseFitTest, EqualCustomersAreEvaluatedOnce) {
  const PurchaseSummary customers[] = {{1, 2, 9}, {0, 0, 9}, {1, 2, 9}, {1, 3, 9}, {0, 0, 9}};
  EXPECT_EQ(PurchaseLikelihood(customers, 1).groups(), 3U);
}

}  // namespace
}  // namespace cartwright
