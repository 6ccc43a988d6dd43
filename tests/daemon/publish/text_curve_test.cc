#include "daemon/publish/text_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "daemon/publish/terminal_text.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

/// Compares with tests/golden/text_chart/<name>.txt; CARTWRIGHT_REWRITE_GOLDEN=1 rewrites the file.
void ExpectGolden(const std::string& name, const std::string& drawn) {
  const std::string path = "tests/golden/text_chart/" + name + ".txt";
  if (std::getenv("CARTWRIGHT_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << drawn;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(drawn, golden.str());
}

Report Named(std::string name, std::string type, ReportTable table) {
  Report report;
  report.key.report_name = std::move(name);
  report.key.type = std::move(type);
  report.table = std::move(table);
  return report;
}

Report Retention() {
  ReportTable table({{"period_offset", ColumnType::kInteger},
                     {"cohort_size", ColumnType::kInteger},
                     {"customers", ColumnType::kInteger},
                     {"share", ColumnType::kReal},
                     {"share_on_or_after", ColumnType::kReal},
                     {"revenue_per_customer", ColumnType::kReal}});
  table.Append({0, 1000, 1000, 1.0, 1.0, 25.0});
  table.Append({1, 1000, 200, 0.2, 0.42, 31.5});
  table.Append({2, 900, 90, 0.1, 0.3, 34.25});
  table.Append({3, 10, 1, {}, {}, 36.0});
  return Named("retention", "curve", std::move(table));
}

Report Survival() {
  ReportTable table({{"days", ColumnType::kInteger},
                     {"survival", ColumnType::kReal},
                     {"returned_share", ColumnType::kReal},
                     {"survival_lower", ColumnType::kReal},
                     {"survival_upper", ColumnType::kReal}});
  table.Append({1, 0.95, 0.05, 0.9, 0.97});
  table.Append({9, 0.8, 0.2, 0.7, 0.88});
  table.Append({30, 0.5, 0.5, 0.35, 0.62});
  return Named("retention", "survival", std::move(table));
}

Report Lifecycle() {
  ReportTable table({{"bucket", ColumnType::kInstant},
                     {"bucket_local", ColumnType::kText},
                     {"is_complete", ColumnType::kBoolean},
                     {"new_customers", ColumnType::kInteger},
                     {"returning_customers", ColumnType::kInteger},
                     {"resurrected_customers", ColumnType::kInteger},
                     {"dormant_customers", ColumnType::kInteger}});
  table.Append({Instant{0}, "2024-01", true, 400, 0, 0, 0});
  table.Append({Instant{0}, "2024-02", true, 300, 150, 0, 250});
  table.Append({Instant{0}, "2024-03", true, 200, 220, 60, 230});
  table.Append({Instant{0}, "2024-04", false, 20, 30, 1, {}});
  return Named("lifecycle", "states", std::move(table));
}

TEST(TextCurveTest, DrawsARetentionCurve) {
  ExpectGolden("retention", DrawReport(Retention(), {}));
}

TEST(TextCurveTest, DrawsSurvivalAtDaysOfEqualDistance) {
  DrawOptions options;
  options.max_rows = 6;
  ExpectGolden("survival", DrawReport(Survival(), options));
}

TEST(TextCurveTest, DrawsALifecycleAroundALine) {
  ExpectGolden("lifecycle", DrawReport(Lifecycle(), {}));
}

TEST(TextCurveTest, FitsNarrowTerminals) {
  DrawOptions options;
  options.width = 60;
  options.max_rows = 2;
  for (const Report& report : {Retention(), Survival(), Lifecycle()}) {
    std::istringstream lines(DrawReport(report, options));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(DisplayWidth(line), 60U) << line;
    }
  }
  EXPECT_THAT(DrawLifecycle(Lifecycle(), options), HasSubstr("… the last 2 of 4 periods"));
}

TEST(TextCurveTest, WithoutTheirColumnsTheyAreTables) {
  ReportTable table({{"days", ColumnType::kInteger}});
  table.Append({7});
  const Report report = Named("x", "", std::move(table));
  EXPECT_EQ(DrawRetention(report, {}), DrawTable(report, {}));
  EXPECT_EQ(DrawSurvival(report, {}), DrawTable(report, {}));
  EXPECT_EQ(DrawLifecycle(report, {}), DrawTable(report, {}));
}

}  // namespace
}  // namespace cartwright
