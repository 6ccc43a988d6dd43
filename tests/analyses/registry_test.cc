#include "analyses/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "daemon/config/yaml.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What the check of an analysis says of `options`, each as "line:column path: message".
std::vector<std::string> Findings(std::string_view analysis, const std::string& options) {
  const ParsedYaml yaml = ParseYaml(options);
  EXPECT_TRUE(yaml.findings.empty()) << options;
  DecodeContext context("shop.yaml");
  FindAnalysis(analysis)->check(yaml.root, FixtureLayout(), context);
  std::vector<std::string> texts;
  for (const ConfigFinding& finding : context.TakeFindings()) {
    texts.push_back(finding.Format("shop.yaml"));
  }
  return texts;
}

TEST(RegistryTest, OptionsThatCannotBeUsedAreFoundAtTheirPlaceBeforeAnythingIsLoaded) {
  EXPECT_THAT(Findings("funnel", "steps: [has_sessions, has_baskt]"),
              ElementsAre("shop.yaml:1:23: steps[1]: expected one of has_sessions, has_basket, "
                          "order_screen, purchased, download, signup, found \"has_baskt\"; did you "
                          "mean \"has_basket\"?"));
  EXPECT_THAT(Findings("cohort", "max_order: 2\nperiods: [dayly]"),
              ElementsAre("shop.yaml:2:11: periods[0]: expected one of daily, weekly, monthly, "
                          "found \"dayly\"; did you mean \"daily\"?"));
  EXPECT_THAT(Findings("rfm", "reference: 2020-13-01"),
              ElementsAre("shop.yaml:1:12: reference: expected a day YYYY-MM-DD, found "
                          "\"2020-13-01\""));
  EXPECT_EQ(Findings("segmentation", "scheme: thresholds").size(), 3U);
  EXPECT_EQ(Findings("rfm",
                     "{scheme: thresholds, recency_cuts: [1, 2, 3, x], frequency_cuts: [1, "
                     "2, 3, 4], monetary_cuts: [1, 2, 3, 4]}")
                .size(),
            1U);
}

TEST(RegistryTest, AValueOfTheWrongTypeIsSaidOnce) {
  EXPECT_EQ(Findings("rfm", "{scheme: thresholds, recency_cuts: 3}").size(), 1U);
}

TEST(RegistryTest, TheDefaultsOfEveryAnalysisPass) {
  for (const AnalysisEntry& entry : AllAnalyses()) {
    EXPECT_THAT(Findings(entry.name, "{}"), IsEmpty()) << entry.name;
  }
}

/// Orders, partly refunded ones, samples, visits and credit notes of 40 customers.
ShopTablesFixture RandomShop() {
  ShopTablesFixture shop("Europe/Berlin");
  std::mt19937 random(11);
  const auto below = [&random](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  for (int i = 0; i < 400; ++i) {
    FixtureSession session;
    session.client = "c" + std::to_string(10 + below(40));
    session.local = FormatDay(ParseDay("2024-01-01").value() + static_cast<DayNumber>(below(90)));
    if (below(8) == 0) {
      session.refund = below(500);
    } else if (below(3) > 0) {
      session.actions = "purchased";
      session.payment = below(5) == 0 ? 0 : below(20'000);
      session.refund = below(4) == 0 ? session.payment : std::nullopt;
    }
    shop.Add(std::move(session));
  }
  return shop;
}

std::vector<Report> ReportsOf(std::string_view analysis, const ShopTablesFixture& shop) {
  return FindAnalysis(analysis)->run(shop.Build(), shop.Calendar("2024-04-10"), {}).value();
}

TEST(RegistryTest, CustomersAndTheirNetAreTheSameInEveryAnalysis) {
  const ShopTablesFixture shop = RandomShop();
  const std::vector<Report> rfm = ReportsOf("rfm", shop);
  const std::vector<Report> clv = ReportsOf("clv", shop);
  const ReportTable& scores = rfm[0].customers;
  const ReportTable& values = clv[0].customers;
  ASSERT_GT(scores.rows(), 30U);
  ASSERT_EQ(scores.rows(), values.rows());
  ASSERT_EQ(ReportsOf("segmentation", shop)[0].customers.rows(), values.rows());
  const std::vector<Report> churn = ReportsOf("churn", shop);
  ASSERT_EQ(churn[0].customers.rows(), values.rows());
  EXPECT_EQ(churn[0].rows_dropped, rfm[0].rows_dropped);
  std::map<std::string, std::int64_t> recency;
  for (std::size_t row = 0; row < scores.rows(); ++row) {
    EXPECT_EQ(scores.Text(row, "client"), values.Text(row, "client"));
    EXPECT_EQ(scores.Amount(row, "monetary"), values.Amount(row, "net_revenue"));
    recency[std::string(scores.Text(row, "client"))] = scores.Integer(row, "recency_days");
    EXPECT_EQ(churn[0].customers.Text(row, "client"), scores.Text(row, "client"));
    EXPECT_EQ(churn[0].customers.Integer(row, "quiet_days"), scores.Integer(row, "recency_days"));
  }
  const ReportTable& top = clv[1].table;
  EXPECT_GT(top.rows(), 0U);
  for (std::size_t row = 0; row < top.rows(); ++row) {
    EXPECT_EQ(top.Integer(row, "recency_days"), recency[std::string(top.Text(row, "client"))]);
  }
  EXPECT_EQ(rfm[0].rows_dropped, clv[0].rows_dropped);
}

}  // namespace
}  // namespace cartwright
