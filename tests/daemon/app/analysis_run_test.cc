#include "daemon/app/analysis_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "daemon/base/parallel.h"
#include "daemon/publish/report_document.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

constexpr const char* kAsOf = "2024-03-20";

/// A shop with two dimensions, of which customers have one too.
ShopTablesFixture RandomShop() {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city", "channel"};
  ShopTablesFixture fixture("Europe/Berlin", layout);
  std::mt19937 random(17);
  const auto text = [&random](const char* name, std::uint32_t values) {
    return name + std::to_string(random() % values);
  };
  for (int i = 0; i < 600; ++i) {
    const std::string day = std::to_string(10 + random() % 10);
    FixtureSession session{.client = random() % 9 == 0 ? "" : text("client", 60),
                           .local = "2024-0" + std::to_string(1 + random() % 3) + "-" + day,
                           .dimensions = {text("city", 3), text("channel", 2)}};
    if (random() % 3 == 0) {
      session.actions = "has_basket order_screen purchased";
      session.payment = static_cast<std::int64_t>(random() % 10'000);
      session.lines = {{text("product", 9), 1, 500, text("category", 3)}};
    }
    fixture.Add(session);
  }
  return fixture;
}

Shop MakeShop() {
  Shop shop;
  shop.config.all_analyses = true;
  shop.catalogue = Catalogue::Load().value();
  return shop;
}

/// Everything that would be published, in order. Times are left out.
std::vector<std::string> Published(const Analysed& analysed) {
  std::vector<std::string> documents;
  for (const TimedReport& timed : analysed.reports) {
    documents.push_back(ReportDocument(timed.report, PublishContext(), 0));
  }
  for (const Report& report : analysed.customer_reports) {
    for (std::size_t row = 0; row < report.customers.rows(); ++row) {
      documents.emplace_back(report.customers.Text(row, "client"));
    }
  }
  return documents;
}

TEST(PlanRunTest, GivesTheSameBytesForEveryNumberOfThreads) {
  const ShopTablesFixture fixture = RandomShop();
  const ShopTables tables = fixture.Build();
  const Shop shop = MakeShop();
  const AnalysisPlan plan = PlanAnalyses(shop.config, {}, true).value();
  SetParallelThreads(1);
  const auto run = [&] {
    return RunAnalyses(shop, plan, tables, fixture.Calendar(kAsOf), {}).value();
  };
  const Analysed expected = run();
  const std::vector<std::string> documents = Published(expected);
  ASSERT_GT(documents.size(), 100U);
  for (const int threads : {2, 4}) {
    SetParallelThreads(threads);
    EXPECT_EQ(Published(run()), documents) << threads << " threads";
  }
  SetParallelThreads(0);

  // The whole shop, then the values of the dimensions in order of name and value.
  std::vector<std::string> parts;
  for (const TimedReport& timed : expected.reports) {
    const ReportKey& key = timed.report.key;
    std::string part = key.dimension_name + "=" + key.dimension_value;
    if (parts.empty() || parts.back() != part) {
      parts.push_back(std::move(part));
    }
  }
  EXPECT_EQ(parts, (std::vector<std::string>{"=", "channel=channel0", "channel=channel1",
                                             "city=city0", "city=city1", "city=city2"}));
}

TEST(PlanRunTest, TellsHowFarItIsUpToTheEnd) {
  const ShopTablesFixture fixture = RandomShop();
  const ShopTables tables = fixture.Build();
  const Shop shop = MakeShop();
  const AnalysisPlan plan = PlanAnalyses(shop.config, {"funnel", "rfm"}, true).value();
  std::vector<double> shares;
  SetParallelThreads(4);
  const Progress watch = [&shares](const ProgressPoint& point) {
    shares.push_back(point.share.value());
  };
  ASSERT_TRUE(RunAnalyses(shop, plan, tables, fixture.Calendar(kAsOf), watch));
  SetParallelThreads(0);
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_EQ(shares.back(), 1.0);
}

TEST(PlanRunTest, ReportsWhatTheCatalogueDoesNotKnowAsTheFirstFailure) {
  const ShopTablesFixture fixture = RandomShop();
  const ShopTables tables = fixture.Build();
  Shop shop = MakeShop();
  shop.catalogue = Catalogue();
  const AnalysisPlan plan = PlanAnalyses(shop.config, {"stats", "rfm"}, true).value();
  for (const int threads : {1, 4}) {
    SetParallelThreads(threads);
    const auto run = RunAnalyses(shop, plan, tables, fixture.Calendar(kAsOf), {});
    ASSERT_FALSE(run);
    EXPECT_THAT(run.error().message, HasSubstr("stats"));
  }
  SetParallelThreads(0);
}

}  // namespace
}  // namespace cartwright
