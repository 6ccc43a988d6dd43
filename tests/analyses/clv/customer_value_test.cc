#include "analyses/clv/customer_value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/analyses/clv/reference_data.h"

namespace cartwright {
namespace {

TEST(CustomerValueTest, DiscountedPurchasesByHand) {
  // Without dropout, one purchase a month: 1/1.5 + 1/1.5^2.
  const PurchaseModel steady{.r = 4, .alpha = 10};
  const PurchaseSummary customer{.repeats = 1, .last = 1, .age = 10};  // 5 per 20 units.
  EXPECT_NEAR(DiscountedPurchasesIfAlive(steady, customer, 4, 2, 0.5), 1 / 1.5 + 1 / 2.25, 1e-12);
  EXPECT_NEAR(DiscountedPurchasesIfAlive(steady, customer, 4, 2, 0), 2, 1e-12);
  EXPECT_EQ(DiscountedPurchasesIfAlive(steady, customer, 4, 0, 0.5), 0);
}

TEST(CustomerValueTest, FullDiscountHalvesTheFirstPeriodAndQuartersTheSecond) {
  const PurchaseModel model{
      .r = .163851, .alpha = 1.864281, .dropout = DropoutShape{1.850343, 3.181059}};
  const PurchaseSummary customer{0, 0, 298};
  const double one = ExpectedPurchasesIfAlive(model, 0, 298, 30);
  EXPECT_NEAR(DiscountedPurchasesIfAlive(model, customer, 30, 1, 1.0), one / 2, 1e-12);
  EXPECT_NEAR(DiscountedPurchasesIfAlive(model, customer, 30, 2, 1.0) / one, 0.75, 0.02);
}

TEST(CustomerValueTest, LifetimeValuesOfTheCdnowCustomers) {
  const auto summary = ReadCdnowSummary();
  CARTWRIGHT_REQUIRE_DATA(summary);
  const PurchaseModel purchases = FitBgNbd(summary->purchases, 0).model;
  const SpendModel spend = FitSpend(summary->Spending(), 0).model;
  const auto value = [&](std::size_t i, double weeks_a_month) {
    const PurchaseSummary& customer = summary->purchases[i];
    return ExpectedValue(spend, customer.repeats, summary->mean_values[i]) *
           AliveProbability(purchases, customer) *
           DiscountedPurchasesIfAlive(purchases, customer, weeks_a_month, 12, 0.01);
  };
  const double right[] = {36.2785,  4.6375, 8.3441, 8.3441, 8.3441,
                          283.5236, 6.8814, 8.3441, 43.3536};
  // What the documentation of lifetimes prints: it takes the weeks for days.
  const double days[] = {140.096211,  18.943467, 38.180574, 38.180574, 38.180574,
                         1003.868107, 28.109683, 38.180574, 167.418216};
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(value(i, 4.345) / right[i], 1, 2e-4) << i;
    EXPECT_NEAR(value(i, 30) / days[i], 1, 1e-3) << i;
  }
  double total = 0;
  for (std::size_t i = 0; i < summary->purchases.size(); ++i) {
    total += value(i, 4.345);
  }
  EXPECT_NEAR(total, 71'509.90, 2);
}

/// Histories of `repeaters` customers with one repeat and `others` with none.
PurchaseHistories Histories(int repeaters, int others) {
  PurchaseHistories histories;
  histories.end_day = 100;
  for (int i = 0; i < repeaters + others; ++i) {
    CustomerHistory customer{
        .client = static_cast<std::uint32_t>(i), .first_day = i, .last_day = i, .net = 1000};
    if (i < repeaters) {
      customer.last_day += 5 + i;
      customer.repeats = customer.valued_repeats = 1;
      customer.repeat_net = 1000 + 100 * i;
    }
    histories.customers.push_back(customer);
  }
  return histories;
}

TEST(CustomerValueTest, SaysWhatIsMissingForAFit) {
  const struct {
    int repeaters;
    int others;
    ReportStatus status;
    const char* reason;
  } cases[] = {
      {0, 0, ReportStatus::kInsufficientData, "fewer than 10 customers"},
      {4, 5, ReportStatus::kInsufficientData, "fewer than 10 customers"},
      {0, 50, ReportStatus::kDegenerate, "no customer bought on a second day"},
      {2, 50, ReportStatus::kInsufficientData, "fewer than 3 customers bought on a second day"},
  };
  for (const auto& c : cases) {
    const ClvModels models = FitClvModels(Histories(c.repeaters, c.others), {}, 100);
    EXPECT_EQ(models.status, c.status) << c.reason;
    EXPECT_EQ(models.status_reason, c.reason);
    EXPECT_EQ(models.purchases(), nullptr);
  }
}

TEST(CustomerValueTest, TenCustomersWithThreeRepeatersAreFitted) {
  const ClvModels models = FitClvModels(Histories(3, 7), {}, 100);
  EXPECT_NE(models.purchases(), nullptr);
  EXPECT_TRUE(models.spend.has_value());
}

TEST(CustomerValueTest, WithoutValuesPurchasesAreStillForecast) {
  PurchaseHistories histories = Histories(20, 30);
  for (CustomerHistory& customer : histories.customers) {
    customer.valued_repeats = customer.repeat_net = 0;
  }
  const ClvOptions options;
  const ClvModels models = FitClvModels(histories, options, 100);
  EXPECT_EQ(models.status, ReportStatus::kDegenerate);
  EXPECT_NE(models.status_reason.find("too few repeat purchases with a value"), std::string::npos);
  const std::vector<DayNumber> days = {101, 108};
  const ClvForecast forecast = Forecast(histories, models, options, days, 100);
  EXPECT_GT(*forecast.customers[0].purchases, 0);
  EXPECT_FALSE(forecast.customers[0].clv.has_value());
  EXPECT_EQ(forecast.spans[0].revenue, 0);
}

TEST(CustomerValueTest, CorrelatedNumberAndValueAreWarnedOf) {
  PurchaseHistories histories = Histories(40, 30);
  for (int i = 0; i < 40; ++i) {
    CustomerHistory& customer = histories.customers[static_cast<std::size_t>(i)];
    customer.repeats = customer.valued_repeats = 1 + i % 5;
    customer.repeat_net = customer.repeats * (1000 + 500 * (i % 5) + i);
  }
  const ClvModels models = FitClvModels(histories, {}, 100);
  bool is_warned = false;
  for (const std::string& warning : models.warnings) {
    is_warned |= warning.find("correlated") != std::string::npos;
  }
  EXPECT_TRUE(is_warned);
}

TEST(CustomerValueTest, SharedCurvesEqualOneEvaluationACustomer) {
  PurchaseHistories histories = Histories(30, 30);
  for (std::size_t i = 0; i < histories.customers.size(); ++i) {
    const DayNumber earlier = histories.customers[i].first_day - static_cast<DayNumber>(i % 7) * 7;
    histories.customers[i].last_day -= histories.customers[i].first_day - earlier;
    histories.customers[i].first_day = earlier;
  }
  ClvOptions options;
  options.margin = 0.4;
  ClvModels models;
  models.bg_nbd = models.nbd = PurchaseFit{};
  models.bg_nbd->model = {.r = .3, .alpha = 5, .dropout = DropoutShape{.8, 2.4}};
  models.dropout_found = models.spend_usable = true;
  models.spend = SpendFit{};
  models.spend->model = {.p = 6, .q = 4, .v = 15};
  const std::vector<DayNumber> days = {101, 104, 111};
  const ClvForecast forecast = Forecast(histories, models, options, days, 100);

  const double month = kDaysPerMonth / 7;
  double spans[2] = {};
  double revenue = 0;
  for (std::size_t i = 0; i < histories.customers.size(); ++i) {
    const CustomerHistory& customer = histories.customers[i];
    const PurchaseSummary summary = SummaryOf(customer, 100, 7);
    const PurchaseModel& model = models.bg_nbd->model;
    const double alive = AliveProbability(model, summary);
    const double value = ExpectedValue(models.spend->model, customer.valued_repeats,
                                       static_cast<double>(customer.repeat_net) / 100);
    const auto until = [&](double time) {
      return alive * ExpectedPurchasesIfAlive(model, summary.repeats, summary.age, time);
    };
    EXPECT_NEAR(*forecast.customers[i].alive, alive, 1e-15);
    EXPECT_NEAR(*forecast.customers[i].purchases, until(6 * month), 1e-12);
    EXPECT_NEAR(*forecast.customers[i].value, value, 1e-12);
    EXPECT_NEAR(
        *forecast.customers[i].clv,
        0.4 * value * alive *
            DiscountedPurchasesIfAlive(model, summary, month, 6, std::pow(1.1, 1 / 12.) - 1),
        1e-12);
    spans[0] += until(3 / 7.);
    spans[1] += until(10 / 7.) - until(3 / 7.);
    revenue += value * until(3 / 7.);
  }
  EXPECT_NEAR(forecast.spans[0].purchases, spans[0], 1e-10);
  EXPECT_NEAR(forecast.spans[1].purchases, spans[1], 1e-10);
  EXPECT_NEAR(forecast.spans[0].revenue, revenue, 1e-9);
}

}  // namespace
}  // namespace cartwright
