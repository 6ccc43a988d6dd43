#include "daemon/publish/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "mappings/mappings.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr std::string_view kSmall = R"({
  "reports": [
    {"report_name": "stats", "type": "daily_orders", "grain": "aggregate", "sentence": "Orders.",
     "time_periods": ["daily"], "columns": ["bucket", "orders"]},
    {"report_name": "rfm", "type": "", "grain": "customer", "sentence": "Scores.",
     "columns": ["orders"], "customer_columns": ["client"]}],
  "columns": {
    "bucket": {"type": "instant", "unit": "", "sentence": "Start."},
    "client": {"type": "text", "sentence": "Customer."},
    "orders": {"type": "integer", "unit": "orders", "sentence": "Orders."}}})";

Report DailyOrders(std::vector<ColumnSpec> columns) {
  Report report;
  report.key = {.report_name = "stats", .type = "daily_orders", .time_period = "daily"};
  report.table = ReportTable(std::move(columns));
  return report;
}

TEST(CatalogueTest, AcceptsTheListedColumnsInTheListedOrder) {
  const auto catalogue = Catalogue::Parse(kSmall);
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  EXPECT_TRUE(catalogue->Check(
      DailyOrders({{"bucket", ColumnType::kInstant}, {"orders", ColumnType::kInteger}})));
}

TEST(CatalogueTest, ACustomerColumnHasOneWriter) {
  std::string text(kSmall);
  const std::string one = R"("customer_columns": ["client"]})";
  const std::string two =
      R"("customer_columns": ["client", "orders"]},
    {"report_name": "clv", "type": "", "grain": "customer", "sentence": "Value.",
     "columns": ["orders"], "customer_columns": ["client", "orders"]})";
  text.replace(text.find(one), one.size(), two);
  const auto catalogue = Catalogue::Parse(text);
  ASSERT_FALSE(catalogue);
  EXPECT_EQ(catalogue.error().message,
            "catalogue: rfm and clv both write the customer column orders");
}

TEST(CatalogueTest, RefusesWhatItDoesNotList) {
  const auto catalogue = Catalogue::Parse(kSmall);
  ASSERT_TRUE(catalogue);
  const auto refusal = [&catalogue](Report report) {
    const Status status = catalogue->Check(report);
    return status ? std::string("accepted") : status.error().message;
  };
  EXPECT_THAT(refusal(DailyOrders({{"bucket", ColumnType::kInstant}})), HasSubstr("lists"));
  EXPECT_THAT(
      refusal(DailyOrders({{"orders", ColumnType::kInteger}, {"bucket", ColumnType::kInstant}})),
      HasSubstr("lists"));
  EXPECT_THAT(
      refusal(DailyOrders({{"bucket", ColumnType::kInstant}, {"orders", ColumnType::kReal}})),
      HasSubstr("orders of type real"));
  EXPECT_THAT(
      refusal(DailyOrders({{"bucket", ColumnType::kInstant}, {"sales", ColumnType::kInteger}})),
      HasSubstr("sales"));
  Report weekly = DailyOrders({{"bucket", ColumnType::kInstant}, {"orders", ColumnType::kInteger}});
  weekly.key.time_period = "weekly";
  EXPECT_THAT(refusal(weekly), HasSubstr("weekly"));
}

TEST(CatalogueTest, RefusesAnUnknownColumnInAReportAndAnUnknownType) {
  EXPECT_FALSE(Catalogue::Parse(R"({"reports":[{"report_name":"a","type":"","grain":"aggregate",
      "sentence":"x","columns":["nowhere"]}],"columns":{}})"));
  EXPECT_FALSE(
      Catalogue::Parse(R"({"reports":[],"columns":{"a":{"type":"colour","sentence":"x"}}})"));
  EXPECT_FALSE(Catalogue::Parse("{"));
}

TEST(CatalogueTest, TheBuiltInCatalogueIsWholeAndSaysWhatEveryColumnMeans) {
  const auto catalogue = Catalogue::Load();
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  std::set<std::string> used{"bucket"};
  for (const CatalogueReport& report : catalogue->reports()) {
    EXPECT_FALSE(report.sentence.empty()) << report.report_name << "/" << report.type;
    EXPECT_EQ(report.grain == Grain::kCustomer, !report.customer_columns.empty())
        << report.report_name << "/" << report.type;
    used.insert(report.columns.begin(), report.columns.end());
    used.insert(report.customer_columns.begin(), report.customer_columns.end());
  }
  for (const auto& [name, column] : catalogue->columns()) {
    EXPECT_FALSE(column.sentence.empty()) << name;
    EXPECT_TRUE(used.contains(name)) << name << " is listed and never used";
  }
}

TEST(CatalogueTest, NoColumnHidesAFieldOfTheRowHeader) {
  const auto catalogue = Catalogue::Load();
  ASSERT_TRUE(catalogue);
  for (const char* header : {"report-rows", "customer-values"}) {
    const auto mapping = nlohmann::json::parse(MappingText(header));
    for (const auto& [field, type] : mapping["properties"].items()) {
      EXPECT_TRUE(field == "client" || !catalogue->columns().contains(field))
          << header << " and the catalogue both have " << field;
    }
  }
}

/// "name/type/period", without what the report does not have.
std::set<std::string> Paths(const Catalogue& catalogue) {
  std::set<std::string> paths;
  for (const CatalogueReport& report : catalogue.reports()) {
    const std::string path = report.report_name + (report.type.empty() ? "" : "/" + report.type);
    paths.insert(path);
    for (const std::string& period : report.time_periods) {
      paths.insert(path + "/" + period);
    }
  }
  return paths;
}

TEST(CatalogueTest, EveryDocumentOfThePredecessorHasASuccessorOrAReason) {
  const auto catalogue = Catalogue::Load();
  ASSERT_TRUE(catalogue);
  const std::set<std::string> known = Paths(*catalogue);
  std::ifstream file("mappings/predecessor.json");
  const auto documents = nlohmann::json::parse(file).at("documents");
  EXPECT_EQ(documents.size(), 87U);
  std::set<std::string> seen;
  for (const auto& document : documents) {
    const auto successors = document.value("successors", std::vector<std::string>());
    EXPECT_TRUE(!successors.empty() || document.value("reason", "").size() > 20) << document;
    EXPECT_THAT(known, IsSupersetOf(successors)) << document;
    auto identity = document;
    identity.erase("successors");
    identity.erase("reason");
    EXPECT_TRUE(seen.insert(identity.dump()).second) << identity << " stands twice";
  }
}

TEST(CatalogueTest, RowMappingHasEveryColumnWithItsElasticsearchType) {
  const auto catalogue = Catalogue::Parse(kSmall);
  ASSERT_TRUE(catalogue);
  const auto rows = nlohmann::json::parse(catalogue->RowMapping());
  EXPECT_EQ(rows["dynamic"], "strict");
  EXPECT_EQ(rows["properties"]["orders"]["type"], "long");
  EXPECT_EQ(rows["properties"]["bucket"]["type"], "date");
  EXPECT_EQ(rows["properties"]["report_date"]["type"], "date");
  EXPECT_FALSE(rows["properties"].contains("client"));
  const auto values = nlohmann::json::parse(catalogue->CustomerValuesMapping());
  EXPECT_EQ(values["properties"]["client"]["type"], "keyword");
}

}  // namespace
}  // namespace cartwright
