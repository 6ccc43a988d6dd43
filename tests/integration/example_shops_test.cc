// The example configurations end to end: files → a real Elasticsearch → reports.

#include <gmock/gmock.h>

#include <fstream>

#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAreArray;
using Json = nlohmann::json;

class ExampleShopsTest : public RealShopTest {
 protected:
  void SetUp() override {
    RealShopTest::SetUp();
    if (!IsSkipped() && !std::filesystem::exists(DataFolder())) {
      GTEST_SKIP() << "no data sets at " << DataFolder();
    }
  }

  Shop OpenExample(const std::string& name, const std::string& data_file) {
    Shop shop = Open("configs/examples/" + name);
    shop.config.sources[0].csv.path = DataFolder() + "/" + data_file;
    return shop;
  }

  /// Loads and reports twice: the second time the same documents and balanced books.
  void ExpectSameDocumentsTheSecondTime(const Shop& shop) {
    std::map<std::string, std::map<std::string, std::string>> before;
    for (const char* name : kIndices) {
      before[name] = Documents(shop, name);
      EXPECT_FALSE(before[name].empty()) << name;
    }
    const Receipt second = Run(shop);
    ASSERT_EQ(second.books.indices.size(), 1U);
    EXPECT_EQ(second.books.indices[0].created, 0);
    EXPECT_EQ(second.books.indices[0].replaced, second.books.indices[0].built);
    for (const char* name : kIndices) {
      EXPECT_EQ(Documents(shop, name), before[name]) << name;
    }
  }

  /// The offline way gives the published reports, rows and customer values.
  void ExpectOfflineEqualsPublished(const Shop& shop) {
    Console console(true);
    const std::string out = folder_ + "/offline";
    const Result<Receipt> receipt = RunOffline(shop, {}, out, console);
    ASSERT_TRUE(receipt) << receipt.error().message;
    for (const auto& [file, index] : {std::pair{"reports.ndjson", "reports"},
                                      std::pair{"report-rows.ndjson", "report-rows-latest"},
                                      std::pair{"report-rows.ndjson", "report-rows-history"},
                                      std::pair{"customer-values.ndjson", "customer-values"}}) {
      std::multiset<std::string> offline;
      std::ifstream stream(out + "/" + file);
      for (std::string line; std::getline(stream, line);) {
        offline.insert(WithoutRun(line));
      }
      std::multiset<std::string> published;
      for (const auto& [id, document] : Documents(shop, index)) {
        published.insert(document);
      }
      EXPECT_EQ(offline, published) << file << " against " << index;
    }
  }

  static constexpr std::array kIndices{"orders", "reports", "report-rows-latest",
                                       "report-rows-history"};
};

TEST_F(ExampleShopsTest, OnlineRetailReproducesItsReferenceNumbers) {
  const Shop shop = OpenExample("online-retail.yaml", "online_retail/online_retail.csv.gz");
  const Receipt receipt = Run(shop);
  ASSERT_EQ(receipt.books.sources.size(), 1U);
  EXPECT_EQ(receipt.books.sources[0].read, 541'909);
  EXPECT_EQ(receipt.books.sources[0].used, 541'909);
  ASSERT_EQ(receipt.books.indices.size(), 1U);
  EXPECT_EQ(receipt.books.indices[0].created, 25'900);
  EXPECT_EQ(Count(shop, "orders"), 25'900);

  const Json gross = FindRow(FindReport(shop, "stats", "kpis"), {{"window", "all"}});
  EXPECT_EQ(gross["gross_revenue"], 10'666'684.54);
  EXPECT_EQ(gross["net_revenue"], 9'747'747.93);

  const Json clean = FindRow(FindReport(shop, "stats", "kpis", "", "clean"), {{"window", "all"}});
  EXPECT_EQ(clean["lines"], 397'884);
  EXPECT_EQ(clean["orders"], 18'532);
  EXPECT_EQ(clean["customers"], 4'338);
  EXPECT_EQ(clean["net_revenue"], 8'911'407.90);
  EXPECT_NEAR(clean["average_order_value"].get<double>(), 480.8660, 5e-5);
  EXPECT_EQ(clean["one_time_buyers"], 1'493);

  // analyses.md 2: revenue and orders of the clean rows by month.
  const Json orders = FindReport(shop, "stats", "monthly_orders", "", "clean");
  const Json revenue = FindReport(shop, "stats", "monthly_revenue", "", "clean");
  const std::vector<std::tuple<std::string, double, int, int>> months{
      {"2010-12", 572'713.89, 1400, 885},    {"2011-01", 569'445.04, 987, 741},
      {"2011-02", 447'137.35, 997, 758},     {"2011-03", 595'500.76, 1321, 974},
      {"2011-04", 469'200.36, 1149, 856},    {"2011-05", 678'594.56, 1555, 1056},
      {"2011-06", 661'213.69, 1393, 991},    {"2011-07", 600'091.01, 1331, 949},
      {"2011-08", 645'343.90, 1280, 935},    {"2011-09", 952'838.38, 1755, 1266},
      {"2011-10", 1'039'318.79, 1929, 1364}, {"2011-11", 1'161'817.38, 2657, 1664},
      {"2011-12", 518'192.79, 778, 615}};
  ASSERT_EQ(orders["data"].size(), months.size());
  for (const auto& [month, amount, order_count, customers] : months) {
    EXPECT_EQ(FindRow(revenue, {{"bucket_local", month}})["net_revenue"], amount) << month;
    const Json row = FindRow(orders, {{"bucket_local", month}});
    EXPECT_EQ(row["orders"], order_count) << month;
    EXPECT_EQ(row["customers"], customers) << month;
  }

  // analyses.md 4.4: customers of December 2010 in each later month.
  const Json retention = FindReport(shop, "cohort", "retention", "monthly");
  std::vector<int> december;
  for (int offset = 0; offset <= 12; ++offset) {
    december.push_back(
        FindRow(retention, {{"cohort_local", "2010-12"}, {"period_offset", offset}})["customers"]);
  }
  EXPECT_THAT(december,
              ElementsAreArray({885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235}));

  const Json segmentation = FindReport(shop, "segmentation", "");
  std::int64_t segmented = 0;
  for (const Json& row : segmentation["data"]) {
    segmented += row["customers"].get<std::int64_t>();
  }
  EXPECT_EQ(segmented, 4'338);
  EXPECT_EQ(FindReport(shop, "clv_prediction", "")["status"], "degenerate");
  EXPECT_EQ(Count(shop, "customer-values"), 4'338);

  ExpectSameDocumentsTheSecondTime(shop);
  ExpectOfflineEqualsPublished(shop);
}

TEST_F(ExampleShopsTest, CdnowReproducesItsReferenceNumbers) {
  const Shop shop = OpenExample("cdnow.yaml", "cdnow/btyd_cdnowElog.csv");
  const Receipt receipt = Run(shop);
  EXPECT_EQ(receipt.books.sources[0].read, 6'919);
  EXPECT_EQ(receipt.books.indices[0].created, 6'919);
  const Json model = FindReport(shop, "clv_prediction", "model");
  const auto parameter = [&model](const char* name, const char* parameter_name) {
    return FindRow(model, {{"model", name}, {"parameter", parameter_name}})["value"].get<double>();
  };
  EXPECT_NEAR(parameter("bg_nbd", "log_likelihood"), -9'582.429, 1e-3);
  EXPECT_NEAR(parameter("gamma_gamma", "log_likelihood"), -4'055.918, 1e-3);
  const Json summary = FindReport(shop, "clv_prediction", "");
  EXPECT_EQ(summary["data"][0]["customers"], 2'357);
  EXPECT_EQ(summary["data"][0]["repeat_purchases"], 2'457);
  EXPECT_NEAR(parameter("bg_nbd", "r"), .243, .001);
  EXPECT_NEAR(parameter("bg_nbd", "alpha"), 4.414, .01);
  EXPECT_NEAR(parameter("bg_nbd", "a"), .793, .002);
  EXPECT_NEAR(parameter("bg_nbd", "b"), 2.426, .01);
  EXPECT_NEAR(parameter("gamma_gamma", "p"), 6.25, .01);
  EXPECT_NEAR(parameter("gamma_gamma", "q"), 3.74, .01);
  EXPECT_NEAR(parameter("gamma_gamma", "v"), 15.44, .02);
  ExpectSameDocumentsTheSecondTime(shop);
  ExpectOfflineEqualsPublished(shop);
}

TEST_F(ExampleShopsTest, Rees46ReproducesItsReferenceNumbers) {
  const Shop shop = OpenExample("rees46.yaml", "rees46/rees46_2019-Oct_first3h.csv");
  const Receipt receipt = Run(shop);
  EXPECT_EQ(receipt.books.sources[0].read, 17'434);
  EXPECT_EQ(receipt.books.sources[0].used, 17'434);
  EXPECT_EQ(receipt.books.indices[0].created, 5'066);
  EXPECT_EQ(Count(shop, "orders"), 5'066);

  const auto step = [](const Json& report, const char* name, const char* column) {
    return FindRow(report, {{"step", name}})[column].get<int>();
  };
  // analyses.md 3.5 by session, and 14: 135 sessions bought without a cart event.
  const Json sessions = FindReport(shop, "funnel", "overall", "overall");
  EXPECT_EQ(step(sessions, "has_sessions", "reached"), 5'066);
  EXPECT_EQ(step(sessions, "has_basket", "reached"), 118);
  EXPECT_EQ(step(sessions, "purchased", "reached"), 65);
  EXPECT_EQ(step(sessions, "purchased", "bypassed"), 135);
  const Json customers = FindReport(shop, "funnel", "customers", "overall");
  EXPECT_EQ(step(customers, "has_sessions", "reached"), 4'504);
  EXPECT_EQ(step(customers, "has_basket", "reached"), 111);
  EXPECT_EQ(step(customers, "purchased", "reached"), 62);
  const Json bought = FindReport(shop, "funnel", "overall", "overall", "bought");
  EXPECT_EQ(step(bought, "purchased", "reached"), 200);
  const Json kpis = FindRow(FindReport(shop, "stats", "kpis"), {{"window", "all"}});
  EXPECT_EQ(kpis["orders"], 200);
  EXPECT_EQ(kpis["lines"], 214);
  EXPECT_EQ(kpis["customers"], 193);
  EXPECT_EQ(kpis["net_revenue"], 59'442.63);
  const Json carts = FindReport(shop, "cart", "abandonment");
  const Json by_session = FindRow(carts, {{"counted_by", "session"}});
  EXPECT_EQ(by_session["carts"], 118);
  EXPECT_EQ(by_session["orders_without_cart"], 135);
  EXPECT_NEAR(by_session["abandonment_rate"].get<double>(), .449153, 5e-7);
  const Json by_customer = FindRow(carts, {{"counted_by", "customer"}});
  EXPECT_NEAR(by_customer["abandonment_rate"].get<double>(), .441441, 5e-7);
  const Json load = FindReport(shop, "data_overview", "load");
  EXPECT_EQ(FindRow(load, {{"outcome", "used"}})["rows"], 17'434);
  ExpectSameDocumentsTheSecondTime(shop);
  ExpectOfflineEqualsPublished(shop);
}

TEST_F(ExampleShopsTest, RfmReproducesItsReferenceNumbers) {
  const Shop shop = OpenExample("rfm.yaml", "rfm/rfm_orders.csv");
  const Receipt receipt = Run(shop);
  EXPECT_EQ(receipt.books.indices[0].created, 4'906);
  const Json champions =
      FindRow(FindReport(shop, "segmentation", "", "", "classic10"), {{"segment", "Champions"}});
  EXPECT_EQ(champions["customers"], 158);
  EXPECT_EQ(champions["orders"], 1'234);
  EXPECT_EQ(champions["net_revenue"], 120'178.0);
  double cells = 0;
  const Json report = FindReport(shop, "rfm", "cells");
  for (const Json& row : report["data"]) {
    cells += row["average_monetary"].is_null() ? 0 : row["average_monetary"].get<double>();
  }
  EXPECT_NEAR(cells, 12'634, 1);
  ExpectSameDocumentsTheSecondTime(shop);
  ExpectOfflineEqualsPublished(shop);
}

}  // namespace
}  // namespace cartwright
