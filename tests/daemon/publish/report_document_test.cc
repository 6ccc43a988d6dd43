#include "daemon/publish/report_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace cartwright {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;

PublishContext Context() {
  PublishContext context;
  context.run_id = "run-1";
  context.generator = "cartwright test";
  context.generated_at = 1'700'000'000'000;
  context.calendar = {TimeZone::Find("Europe/Berlin").value(), WeekStart::kMonday,
                      ParseInstant("2024-02-29T23:00:00.000Z").value()};
  context.currency = "EUR";
  context.max_rows = 2;
  return context;
}

Report SmallReport() {
  Report report;
  report.key = {
      .report_name = "cohort", .type = "orders", .time_period = "daily", .from = 1, .to = 2};
  report.table = ReportTable({{"cohort_local", ColumnType::kText},
                              {"customers", ColumnType::kInteger},
                              {"share", ColumnType::kReal},
                              {"net_revenue", ColumnType::kMoney},
                              {"cohort", ColumnType::kInstant},
                              {"is_complete", ColumnType::kBoolean}});
  report.table.Append({"2024-02-01", 3, 0.1, Money{1230}, Instant{0}, true});
  report.table.Append({"a\"b\n", {}, {}, {}, {}, {}});
  report.table.Append({"third", 1, 1e-7, Money{-5}, Instant{1}, false});
  report.rows_read = 10;
  report.rows_used = 7;
  report.rows_dropped["guest"] = 3;
  report.warnings = {"careful"};
  report.params = {{"max_offset", "15"}};
  report.period_from = 0;
  report.period_to = 86'400'000;
  return report;
}

TEST(ReportDocumentTest, HoldsIdentityAccountAndRowsByteForByte) {
  EXPECT_EQ(
      ReportDocument(SmallReport(), Context(), 12),
      R"({"report_id":")" + ReportId(SmallReport().key, *ParseDay("2024-02-29")) +
          R"(","report_name":"cohort","report_types":{"type":"orders","time_period":"daily","from":1,"to":2},)"
          R"("index":"main","report_date":"2024-02-29","run_id":"run-1","schema_version":"1",)"
          R"("generator":"cartwright test","period_from":"1970-01-01T00:00:00.000Z",)"
          R"("period_to":"1970-01-02T00:00:00.000Z","as_of":"2024-02-29T23:00:00.000Z",)"
          R"("generated_at":"2023-11-14T22:13:20.000Z","time_zone":"Europe/Berlin","currency":"EUR",)"
          R"("rows_read":10,"rows_used":7,"rows_dropped":{"guest":3},"row_count":3,"truncated":true,)"
          R"("status":"ok","warnings":["careful"],"params":{"max_offset":"15"},"duration_ms":12,"data":[)"
          R"({"cohort_local":"2024-02-01","customers":3,"share":0.1,"net_revenue":12.30,)"
          R"("cohort":"1970-01-01T00:00:00.000Z","is_complete":true},)"
          R"({"cohort_local":"a\"b\n","customers":null,"share":null,"net_revenue":null,)"
          R"("cohort":null,"is_complete":null}]})");
}

TEST(ReportDocumentTest, ReportDateIsTheLocalDayBeforeTheExclusiveAsOf) {
  const Json document = Json::parse(ReportDocument(SmallReport(), Context(), 0));
  EXPECT_EQ(document["report_date"], "2024-02-29")
      << "23:00Z is midnight in Berlin: the day before";
}

TEST(ReportDocumentTest, IdsFollowTheKeyAndTheDateAndNothingElse) {
  const Report report = SmallReport();
  const DayNumber day = *ParseDay("2024-02-29");
  const std::string id = ReportId(report.key, day);
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id, ReportId(report.key, day));
  EXPECT_NE(id, ReportId(report.key, day + 1));
  for (auto change : std::vector<void (*)(ReportKey&)>{
           [](ReportKey& key) { key.report_name = "cohorT"; },
           [](ReportKey& key) { key.type.clear(); },
           [](ReportKey& key) { key.time_period = "weekly"; }, [](ReportKey& key) { key.from = 2; },
           [](ReportKey& key) { key.to.reset(); }, [](ReportKey& key) { key.partition = 0; },
           [](ReportKey& key) { key.abtest_type = "x"; },
           [](ReportKey& key) { key.variant = "clean"; },
           [](ReportKey& key) { key.dimension_name = "city"; },
           [](ReportKey& key) { key.dimension_value = "Bonn"; }}) {
    ReportKey other = report.key;
    change(other);
    EXPECT_NE(ReportKeyText(other), ReportKeyText(report.key));
    EXPECT_NE(ReportId(other, day), id);
  }
}

TEST(ReportDocumentTest, PartsOfAKeyCannotRunIntoEachOther) {
  EXPECT_NE(ReportKeyText({.report_name = "a;1:b"}),
            ReportKeyText({.report_name = "a", .type = "b"}));
}

TEST(ReportDocumentTest, ADimensionValueIsTheIndexOfTheReport) {
  Report report = SmallReport();
  report.key.dimension_name = "city";
  report.key.dimension_value = "Bonn";
  const Json document = Json::parse(ReportDocument(report, Context(), 0));
  EXPECT_EQ(document["index"], "Bonn");
  EXPECT_EQ(document["dimension_name"], "city");
}

TEST(ReportDocumentTest, RowsAreAllWrittenWithTheSameValuesAsInData) {
  std::vector<Json> rows;
  std::vector<std::string> ids;
  ASSERT_TRUE(ForEachRowDocument(SmallReport(), Context(), [&](const RowDocument& row) -> Status {
    rows.push_back(Json::parse(row.json));
    ids.push_back(row.latest_id);
    ids.push_back(row.history_id);
    return {};
  }));
  ASSERT_EQ(rows.size(), 3U) << "data is cut at max_rows, the row documents are not";
  EXPECT_EQ(rows[0]["net_revenue"], 12.3);
  EXPECT_EQ(rows[0]["row_index"], 0);
  EXPECT_EQ(rows[2]["net_revenue"], -0.05);
  EXPECT_EQ(rows[2]["share"], 1e-7);
  EXPECT_EQ(rows[0]["bucket"], "2024-02-28T23:00:00.000Z") << "no bucket column: the report date";
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST(ReportDocumentTest, LatestIdsStayFromDateToDateAndHistoryIdsDoNot) {
  const auto first_row = [](const PublishContext& context) {
    std::pair<std::string, std::string> ids;
    EXPECT_TRUE(
        ForEachRowDocument(SmallReport(), context, [&ids](const RowDocument& row) -> Status {
          if (ids.first.empty()) {
            ids = {row.latest_id, row.history_id};
          }
          return {};
        }));
    return ids;
  };
  PublishContext next = Context();
  next.calendar.as_of += 86'400'000;
  EXPECT_EQ(first_row(Context()).first, first_row(next).first);
  EXPECT_NE(first_row(Context()).second, first_row(next).second);
}

TEST(ReportDocumentTest, CustomerValuesMergeReportsByClientInClientOrder) {
  Report scores;
  scores.customers =
      ReportTable({{"client", ColumnType::kText}, {"rfm_score", ColumnType::kInteger}});
  scores.customers.Append({"b", 111});
  scores.customers.Append({"c", 555});
  Report value;
  value.customers = ReportTable({{"client", ColumnType::kText},
                                 {"clv", ColumnType::kMoney},
                                 {"rfm_score", ColumnType::kInteger}});
  value.customers.Append({"a", Money{1}, 9});
  value.customers.Append({"b", Money{2}, 111});
  Report part = value;
  part.key.dimension_name = "city";
  std::vector<std::string> seen;
  const std::vector<Report> reports{scores, value, part};
  ASSERT_TRUE(ForEachCustomerValue(
      reports, Context(), [&seen](std::string_view client, std::string_view json) -> Status {
        const Json document = Json::parse(json);
        seen.push_back(std::string(client) + " " + document.value("rfm_score", Json(0)).dump() +
                       " " + document.value("clv", Json(0)).dump());
        return {};
      }));
  EXPECT_THAT(seen, ElementsAre("a 9 0.01", "b 111 0.02", "c 555 0"));
}

TEST(ReportDocumentTest, TwoValuesOfOneCustomerColumnAreAnError) {
  Report one;
  one.customers =
      ReportTable({{"client", ColumnType::kText}, {"recency_days", ColumnType::kInteger}});
  one.customers.Append({"a", 3});
  one.customers.Append({"b", 5});
  Report other = one;
  other.customers =
      ReportTable({{"client", ColumnType::kText}, {"recency_days", ColumnType::kInteger}});
  other.customers.Append({"a", 3});
  other.customers.Append({"b", std::nullopt});
  const std::vector<Report> reports{one, other};
  const Status written = ForEachCustomerValue(
      reports, Context(), [](std::string_view, std::string_view) -> Status { return {}; });
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(written.error().message,
            "customer-values: two analyses give the client \"b\" the column recency_days, once as "
            "5, once as null");
}

TEST(ReportDocumentTest, ADocumentReadsBackAsTheReportItWas) {
  const auto catalogue = Catalogue::Load();
  ASSERT_TRUE(catalogue);
  PublishContext context = Context();
  context.max_rows = 100;
  const std::string text = ReportDocument(SmallReport(), context, 0);
  const auto back = ParseReportDocument(text, *catalogue);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(ReportDocument(back->report, context, 0), text);
  EXPECT_EQ(back->report_date, "2024-02-29");
}

TEST(ReportDocumentTest, WhatIsNoReportIsRefusedWithAReason) {
  const auto catalogue = Catalogue::Load();
  ASSERT_TRUE(catalogue);
  for (const char* text : {"", "{", "[]", R"({"report_name":"x"})"}) {
    const auto parsed = ParseReportDocument(text, *catalogue);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kData);
  }
}

}  // namespace
}  // namespace cartwright
