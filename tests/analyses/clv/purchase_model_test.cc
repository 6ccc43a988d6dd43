#include "analyses/clv/purchase_model.h"

#include <gtest/gtest.h>

#include <boost/math/special_functions/hypergeometric_pFq.hpp>
#include <cmath>
#include <vector>

#include "tests/analyses/clv/reference_data.h"

namespace cartwright {
namespace {

/// Parameters of Fader, Hardie & Lee (2005) for CDNOW, in weeks.
const PurchaseModel kPublished{.r = .243, .alpha = 4.414, .dropout = DropoutShape{.793, 2.426}};
/// The same from the exact log, as in the vignette of BTYD.
const PurchaseModel kVignette{
    .r = .2425967, .alpha = 4.413659, .dropout = DropoutShape{.7929869, 2.426164}};

double Expected(const PurchaseModel& model, const PurchaseSummary& customer, double horizon) {
  return AliveProbability(model, customer) *
         ExpectedPurchasesIfAlive(model, customer.repeats, customer.age, horizon);
}

/// The textbook formula with Boost's 2F1: an oracle for small arguments.
double TextbookIfAlive(const PurchaseModel& model, double x, double age, double t) {
  const double a = model.dropout->a;
  const double b = model.dropout->b + x;
  const double shape = model.r + x;
  const double z = t / (model.alpha + age + t);
  const double f = boost::math::hypergeometric_pFq({shape, b}, {a + b - 1}, z);
  return (a + b - 1) / (a - 1) * (1 - std::pow(1 - z, shape) * f);
}

TEST(PurchaseModelTest, ExpectedPurchasesOfANewCustomerMatchHardiesSheet) {
  const double horizons[] = {.1429, 1, 3, 31.8571, 32, 78};
  const double expected[] = {.0078, .0532, .1506, 1.0405, 1.0437, 1.8576};
  // The sheet's printed parameters are rounded; its results come from the exact ones.
  for (std::size_t i = 0; i < std::size(horizons); ++i) {
    EXPECT_NEAR(ExpectedPurchasesIfAlive(kVignette, 0, 0, horizons[i]), expected[i], 5e-4);
  }
  EXPECT_NEAR(ExpectedPurchasesIfAlive(kVignette, 0, 0, 52), 1.444004, 2e-5);
  EXPECT_EQ(ExpectedPurchasesIfAlive(kPublished, 0, 0, 0), 0.0);
}

TEST(PurchaseModelTest, ConditionalExpectationsMatchPublishedCustomers) {
  EXPECT_NEAR(Expected(kPublished, {2, 30.43, 38.86}, 39), 1.226, 5e-4);
  EXPECT_NEAR(Expected(kVignette, {26, 216 / 7.0, 31}, 52), 25.75659, 2e-4);
  EXPECT_NEAR(AliveProbability(kVignette, {26, 216 / 7.0, 31}), .9688523, 1e-6);
  EXPECT_NEAR(AliveProbability(kPublished, {1, 1.71, 38.86}), .2121, 1e-4);
  EXPECT_NEAR(AliveProbability(kPublished, {2, 30.43, 38.86}), .7266, 1e-4);
}

TEST(PurchaseModelTest, MorePurchasesLongAgoMeanLessHope) {
  const std::int64_t repeats[] = {10, 15, 20, 25};
  const double expected[] = {.3474606, .04283391, .004158973, .0003583685};
  for (std::size_t i = 0; i < std::size(repeats); ++i) {
    EXPECT_NEAR(Expected(kVignette, {repeats[i], 20, 39}, 52) / expected[i], 1, 1e-4);
  }
}

TEST(PurchaseModelTest, CountProbabilitiesMatchPublishedOnes) {
  const double weeks39[] = {.5737864, .1993953, .0854298, .0458604, .0276714, .0179655};
  for (std::int64_t n = 0; n < 6; ++n) {
    EXPECT_NEAR(CountProbability(kPublished, n, 39), weeks39[n], 1e-6) << n;
  }
  EXPECT_NEAR(CountProbability(kPublished, 10, 2) / 1.07869e-07, 1, 1e-5);
  const double weeks30[] = {.0019995214, .0015170236, .0011633150, .0009003148, .0007023638,
                            .0005517902, .0004361913, .0003467171, .0002769613, .0002222260};
  for (std::int64_t n = 11; n <= 20; ++n) {
    EXPECT_NEAR(CountProbability(kPublished, n, 30) / weeks30[n - 11], 1, 1e-6) << n;
  }
}

TEST(PurchaseModelTest, CountProbabilitiesSumToOneAndToTheExpectation) {
  const PurchaseModel nbd{.r = .38, .alpha = 12.07};
  for (const PurchaseModel& model : {kPublished, nbd}) {
    double sum = 0;
    double mean = 0;
    for (std::int64_t n = 0; n < 2000; ++n) {
      const double probability = CountProbability(model, n, 39);
      sum += probability;
      mean += static_cast<double>(n) * probability;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_NEAR(mean, ExpectedPurchasesIfAlive(model, 0, 0, 39), 1e-10);
  }
  EXPECT_EQ(CountProbability(kPublished, 0, 0), 1.0);
  EXPECT_EQ(CountProbability(kPublished, 1, 0), 0.0);
}

TEST(PurchaseModelTest, ExpectationEqualsTheTextbookFormula) {
  const PurchaseModel models[] = {
      kPublished,
      {.r = .16, .alpha = 1.86, .dropout = DropoutShape{1.85, 3.18}},
      {.r = 2.5, .alpha = 3, .dropout = DropoutShape{.3, .4}},  // a + b - 1 < 0.
      {.r = 4, .alpha = 10, .dropout = DropoutShape{1.4, .7}},
  };
  for (const PurchaseModel& model : models) {
    for (const double x : {0., 1., 5., 20.}) {
      for (const double t : {.5, 10., 40.}) {
        const double own = ExpectedPurchasesIfAlive(model, static_cast<std::int64_t>(x), 30., t);
        EXPECT_NEAR(own / TextbookIfAlive(model, x, 30., t), 1, 1e-10) << model.r << " " << x;
      }
    }
  }
}

TEST(PurchaseModelTest, ExpectationHasNoHoleWhereTheTextbookFormulaDividesByZero) {
  const auto at = [](double a, double b) {
    const PurchaseModel model{.r = .3, .alpha = 4, .dropout = DropoutShape{a, b}};
    return ExpectedPurchasesIfAlive(model, 0, 10, 26);
  };
  EXPECT_NEAR(at(1, 2.4) / (0.5 * (at(1 - 1e-4, 2.4) + at(1 + 1e-4, 2.4))), 1, 1e-8);
  EXPECT_NEAR(at(.4, .6) / (0.5 * (at(.4, .6 - 1e-4) + at(.4, .6 + 1e-4))), 1, 1e-8);
}

TEST(PurchaseModelTest, HeavyBuyersStayFinite) {
  const PurchaseSummary heavy{.repeats = 2000, .last = 38, .age = 39};
  const double expected = ExpectedPurchasesIfAlive(kPublished, heavy.repeats, heavy.age, 39);
  // Few of 2,000 purchases ended in leaving: about rate × horizon × what dropout leaves over.
  EXPECT_GT(expected, 1200);
  EXPECT_LT(expected, 2000 * 39 / 43.0);
  EXPECT_LT(AliveProbability(kPublished, heavy), 1e-9);
  EXPECT_TRUE(std::isfinite(Expected(kPublished, {100'000, 700, 730}, 520)));
  EXPECT_TRUE(std::isfinite(CountProbability(kPublished, 2000, 39)));
}

TEST(PurchaseModelTest, ACustomerWhoseDropoutIsRareBuysAsInTheNbdModel) {
  const PurchaseModel nbd{.r = .8, .alpha = 9.9};
  const PurchaseModel loyal{.r = .8, .alpha = 9.9, .dropout = DropoutShape{1e-9, 1}};
  EXPECT_NEAR(ExpectedPurchasesIfAlive(loyal, 3, 20, 26), ExpectedPurchasesIfAlive(nbd, 3, 20, 26),
              1e-7);
  EXPECT_NEAR(ExpectedPurchasesIfAlive(nbd, 3, 20, 26), 3.8 / 29.9 * 26, 1e-12);
  EXPECT_EQ(AliveProbability(nbd, {3, 5, 20}), 1.0);
  EXPECT_EQ(AliveProbability(kPublished, {0, 0, 20}), 1.0);
}

TEST(PurchaseModelTest, ThirtyDayExpectationsOnTheExampleTransactions) {
  const PurchaseModel model{
      .r = .163851, .alpha = 1.864281, .dropout = DropoutShape{1.850343, 3.181059}};
  const PurchaseSummary customers[] = {
      {0, 0, 298}, {0, 0, 224}, {6, 142, 292}, {0, 0, 147}, {2, 9, 183}};
  const double expected[] = {.016053, .021171, .030461, .031686, .001607};
  for (std::size_t i = 0; i < std::size(customers); ++i) {
    EXPECT_NEAR(Expected(model, customers[i], 30), expected[i], 2e-6) << i;
  }
}

TEST(PurchaseModelTest, SumsOverTheCdnowCustomers) {
  const auto summary = ReadCdnowSummary();
  CARTWRIGHT_REQUIRE_DATA(summary);
  const PurchaseModel fitted{
      .r = .242593, .alpha = 4.413532, .dropout = DropoutShape{.792886, 2.425752}};
  double purchases = 0;
  double alive = 0;
  for (const PurchaseSummary& customer : summary->purchases) {
    purchases += Expected(fitted, customer, 39);
    alive += AliveProbability(fitted, customer);
  }
  EXPECT_NEAR(purchases, 1653.42, 0.02);
  EXPECT_NEAR(alive / 2357, .813439, 1e-5);
}

/// Actual purchases of the 39 weeks after the calibration, and BG/NBD's expectation, averaged over
/// customers by their repeats in the calibration; the last bin is "7 and more" (vignette of BTYD).
TEST(PurchaseModelTest, HoldoutOfCdnowByRepeats) {
  const auto rows = ReadCells("cdnow/btyd_cdnowElog.csv", ',');
  CARTWRIGHT_REQUIRE_DATA(rows);
  const DayNumber end = *ParseDay("1997-09-30");
  std::map<std::string, std::set<DayNumber>> seen;
  std::map<std::string, std::set<DayNumber>> later;
  for (const auto& row : *rows) {
    const DayNumber day = *ParseDay(DashedDay(row[2]));
    (day <= end ? seen : later)[row[1]].insert(day);
  }
  const double actual[] = {.2367, .6970, 1.3925, 1.5600, 2.5323, 2.9474, 3.8621, 6.3594};
  const double expected[] = {.2251, .5231, 1.0441, 1.5203, 2.1638, 2.6538, 3.5040, 6.1570};
  const int counts[] = {1411, 439, 214, 100, 62, 38, 29, 64};
  double bought[8] = {};
  double forecast[8] = {};
  int customers[8] = {};
  const std::vector<PurchaseSummary> summaries = SummariesOf(seen, end, 7);
  std::size_t place = 0;
  for (const auto& [client, days] : seen) {
    const PurchaseSummary& summary = summaries[place++];
    const auto bin = static_cast<std::size_t>(std::min<std::int64_t>(summary.repeats, 7));
    ++customers[bin];
    bought[bin] += static_cast<double>(later[client].size());
    forecast[bin] += Expected(kVignette, summary, 39);
  }
  for (std::size_t bin = 0; bin < 8; ++bin) {
    EXPECT_EQ(customers[bin], counts[bin]);
    EXPECT_NEAR(bought[bin] / counts[bin], actual[bin], 1e-4) << bin;
    EXPECT_NEAR(forecast[bin] / counts[bin], expected[bin], 1e-4) << bin;
  }
}

/// Repeat purchases of all customers in weeks 20 to 25 as BG/NBD expects them (vignette of BTYD):
/// the sum of E[X(week - start)] over customers, who start when they are won.
TEST(PurchaseModelTest, WeeklyTrackingOfCdnow) {
  const auto rows = ReadCells("cdnow/btyd_cdnowElog.csv", ',');
  CARTWRIGHT_REQUIRE_DATA(rows);
  const DayNumber end = *ParseDay("1997-09-30");
  std::map<std::string, std::set<DayNumber>> days;
  for (const auto& row : *rows) {
    if (const DayNumber day = *ParseDay(DashedDay(row[2])); day <= end) {
      days[row[1]].insert(day);
    }
  }
  const std::vector<PurchaseSummary> summaries = SummariesOf(days, end, 7);
  double longest = 0;
  for (const PurchaseSummary& customer : summaries) {
    longest = std::max(longest, customer.age);
  }
  const auto cumulative = [&](double week) {
    double sum = 0;
    for (const PurchaseSummary& customer : summaries) {
      sum += ExpectedPurchasesIfAlive(kVignette, 0, 0, week - (longest - customer.age));
    }
    return sum;
  };
  const double expected[] = {76.86531, 74.88843, 73.04554, 71.32166, 69.70412, 68.18213};
  EXPECT_NEAR(cumulative(20), 1312.458, 0.01);
  for (int i = 1; i < 6; ++i) {
    EXPECT_NEAR(cumulative(20 + i) - cumulative(19 + i), expected[i], 1e-4) << i;
  }
}

}  // namespace
}  // namespace cartwright
