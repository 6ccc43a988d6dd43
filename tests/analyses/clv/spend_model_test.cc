#include "analyses/clv/spend_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "daemon/base/random.h"
#include "tests/analyses/clv/reference_data.h"

namespace cartwright {
namespace {

const SpendModel kPublished{.p = 6.25, .q = 3.74, .v = 15.44};

std::vector<SpendSummary> Simulate(const SpendModel& model, int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<SpendSummary> customers;
  for (int i = 0; i < count; ++i) {
    const double rate = random.Gamma(model.q, model.v);
    const std::int64_t repeats = 1 + random.Poisson(2);
    const auto x = static_cast<double>(repeats);
    customers.push_back({repeats, random.Gamma(model.p * x, rate * x)});
  }
  return customers;
}

TEST(SpendModelTest, ExpectedValuesMatchHardiesSheet) {
  const std::int64_t repeats[] = {2, 1, 0, 0, 0, 7, 1, 0, 2, 0};
  const double means[] = {22.35, 11.77, 0, 0, 0, 73.74, 11.77, 0, 25.55, 0};
  const double expected[] = {24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17};
  for (std::size_t i = 0; i < std::size(repeats); ++i) {
    EXPECT_NEAR(ExpectedValue(kPublished, repeats[i], means[i]), expected[i], .1) << i;
  }
  EXPECT_NEAR(kPublished.PopulationMean(), 6.25 * 15.44 / 2.74, 1e-12);
}

TEST(SpendModelTest, LogLikelihoodEqualsItsFormula) {
  const SpendSummary customers[] = {{3, 22.5}, {1, 80}};
  double expected = 0;
  for (const SpendSummary& customer : customers) {
    const auto x = static_cast<double>(customer.repeats);
    const double px = 6.25 * x;
    expected += std::lgamma(px + 3.74) - std::lgamma(px) - std::lgamma(3.74) +
                3.74 * std::log(15.44) + (px - 1) * std::log(customer.mean) + px * std::log(x) -
                (px + 3.74) * std::log(x * customer.mean + 15.44);
  }
  EXPECT_NEAR(LogLikelihood(kPublished, customers), expected, 1e-10);
}

TEST(SpendModelTest, FitsTheRepeatersOfCdnow) {
  const auto summary = ReadCdnowSummary();
  CARTWRIGHT_REQUIRE_DATA(summary);
  const std::vector<SpendSummary> spending = summary->Spending();
  ASSERT_EQ(spending.size(), 946U);
  const SpendFit fit = FitSpend(spending, 0);
  EXPECT_TRUE(fit.converged);
  EXPECT_FALSE(fit.at_bound);
  EXPECT_NEAR(fit.log_likelihood, -4055.9232, 1e-3);
  EXPECT_NEAR(fit.model.p / 6.2488, 1, 1e-4);
  EXPECT_NEAR(fit.model.q / 3.7446, 1, 1e-4);
  EXPECT_NEAR(fit.model.v / 15.4477, 1, 1e-4);
  EXPECT_NEAR(fit.model.PopulationMean(), 35.1710, 1e-3);
  EXPECT_NEAR(fit.correlation, .1139, 1e-4);
}

TEST(SpendModelTest, MeanOverTheCdnowCustomers) {
  const auto summary = ReadCdnowSummary();
  CARTWRIGHT_REQUIRE_DATA(summary);
  double sum = 0;
  for (std::size_t i = 0; i < summary->purchases.size(); ++i) {
    sum += ExpectedValue(kPublished, summary->purchases[i].repeats, summary->mean_values[i]);
  }
  EXPECT_NEAR(sum / 2357, 35.25296, 0.1);
}

TEST(SpendModelTest, FindsTheParametersOfASimulatedShop) {
  const SpendModel truth{.p = 5, .q = 4, .v = 30};
  const SpendFit fit = FitSpend(Simulate(truth, 20'000, 21), 0);
  ASSERT_TRUE(fit.converged);
  const double found[] = {fit.model.p, fit.model.q, fit.model.v};
  const double true_values[] = {5, 4, 30};
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(fit.standard_errors[i].has_value());
    EXPECT_NEAR(found[i], true_values[i], 4 * *fit.standard_errors[i]) << i;
    EXPECT_LT(*fit.standard_errors[i], 0.1 * true_values[i]) << i;
  }
}

TEST(SpendModelTest, CurrencyUnitChangesVAlone) {
  std::vector<SpendSummary> customers = Simulate(kPublished, 2000, 22);
  const SpendFit euros = FitSpend(customers, 0);
  for (SpendSummary& customer : customers) {
    customer.mean *= 100;
  }
  const SpendFit cents = FitSpend(customers, 0);
  EXPECT_NEAR(cents.model.v / euros.model.v, 100, 1e-3);
  EXPECT_NEAR(cents.model.p / euros.model.p, 1, 1e-5);
  EXPECT_NEAR(cents.log_likelihood, euros.log_likelihood - 2000 * std::log(100.), 1e-5);
}

TEST(SpendModelTest, TailsWithoutAMeanAreNamed) {
  // Of shape 0.5 the population has no mean; the fit must say so, not report a huge one.
  Random random(23);
  std::vector<SpendSummary> customers;
  for (int i = 0; i < 3000; ++i) {
    customers.push_back({20, random.Gamma(100, 100 * random.Gamma(.5, 1))});
  }
  const SpendFit fit = FitSpend(customers, 0);
  EXPECT_TRUE(fit.has_infinite_mean);
}

TEST(SpendModelTest, EqualValuesEverywhereStayFiniteAndReachABound) {
  std::vector<SpendSummary> customers;
  for (int i = 0; i < 50; ++i) {
    customers.push_back({1 + i % 4, 20.0});
  }
  const SpendFit fit = FitSpend(customers, 0);
  EXPECT_TRUE(fit.at_bound);
  EXPECT_TRUE(std::isfinite(fit.log_likelihood));
  EXPECT_NEAR(ExpectedValue(fit.model, 2, 20.0), 20.0, 0.01);
  EXPECT_EQ(fit.correlation, 0.0);
}

TEST(SpendModelTest, OrderOfCustomersChangesNoBitOfTheModel) {
  std::vector<SpendSummary> customers = Simulate(kPublished, 500, 24);
  const SpendFit forwards = FitSpend(customers, 0);
  std::reverse(customers.begin(), customers.end());
  const SpendFit backwards = FitSpend(customers, 0);
  EXPECT_EQ(forwards.model.p, backwards.model.p);
  EXPECT_EQ(forwards.log_likelihood, backwards.log_likelihood);
}

}  // namespace
}  // namespace cartwright
