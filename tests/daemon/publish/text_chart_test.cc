#include "daemon/publish/text_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "daemon/publish/terminal_text.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::size_t WidestLine(const std::string& text) {
  std::size_t widest = 0;
  for (const std::string& line : Lines(text)) {
    widest = std::max(widest, DisplayWidth(line));
  }
  return widest;
}

Report Named(std::string name, std::string type, std::string time_period, ReportTable table) {
  Report report;
  report.key.report_name = std::move(name);
  report.key.type = std::move(type);
  report.key.time_period = std::move(time_period);
  report.rows_read = 1200;
  report.rows_used = 1000;
  report.rows_dropped = {{"after_as_of", 150}, {"guest", 50}};
  report.period_from = 1'704'067'200'000;  // 2024-01-01T00:00Z
  report.period_to = 1'706'745'600'000;    // 2024-02-01T00:00Z
  report.table = std::move(table);
  return report;
}

Report OverallFunnel() {
  ReportTable table({{"step", ColumnType::kText},
                     {"step_index", ColumnType::kInteger},
                     {"reached", ColumnType::kInteger},
                     {"rate_from_first", ColumnType::kReal},
                     {"rate_from_previous", ColumnType::kReal},
                     {"lost", ColumnType::kInteger},
                     {"bypassed", ColumnType::kInteger}});
  table.Append({"has_sessions", 1, 50000, 1.0, std::nullopt, std::nullopt, 0});
  table.Append({"has_basket", 2, 15000, 0.3, 0.3, 35000, 0});
  table.Append({"order_screen", 3, 7500, 0.15, 0.5, 7500, 0});
  table.Append({"purchased", 4, 10, 0.0002, 0.0013333, 7490, 196});
  return Named("funnel", "overall", "overall", std::move(table));
}

Report DailyFunnel(int days) {
  ReportTable table({{"bucket", ColumnType::kInstant},
                     {"bucket_local", ColumnType::kText},
                     {"step", ColumnType::kText},
                     {"step_index", ColumnType::kInteger},
                     {"reached", ColumnType::kInteger},
                     {"rate_from_first", ColumnType::kReal},
                     {"rate_from_previous", ColumnType::kReal},
                     {"lost", ColumnType::kInteger},
                     {"is_complete", ColumnType::kBoolean}});
  for (int day = 0; day < days; ++day) {
    const std::string label = "2024-01-0" + std::to_string(day + 1);
    const Instant start{1'704'067'200'000 + day * 86'400'000LL};
    const bool over = day + 1 < days;
    table.Append(
        {start, label, "has_sessions", 1, 1000 + day, 1.0, std::nullopt, std::nullopt, over});
    table.Append({start, label, "purchased", 2, 80, 0.08, 0.08, 920 + day, over});
  }
  return Named("funnel", "orders", "daily", std::move(table));
}

Report CohortTriangle(int cohorts) {
  ReportTable table({{"cohort", ColumnType::kInstant},
                     {"cohort_local", ColumnType::kText},
                     {"cohort_size", ColumnType::kInteger},
                     {"period_offset", ColumnType::kInteger},
                     {"customers", ColumnType::kInteger},
                     {"share", ColumnType::kReal},
                     {"is_complete", ColumnType::kBoolean}});
  for (int cohort = 0; cohort < cohorts; ++cohort) {
    for (int offset = 0; cohort + offset < cohorts; ++offset) {
      const double share = offset == 0 ? 1.0 : 0.4 / offset - 0.01 * cohort;
      const bool empty = cohort == 1 && offset == 2;
      table.Append(
          {Instant{cohort * 2'678'400'000LL}, std::string("2024-0") + std::to_string(cohort + 1),
           1000 + cohort, offset, static_cast<std::int64_t>(share * 1000),
           empty ? Cell() : Cell(offset == 3 ? 0.0 : share), cohort + offset + 1 < cohorts});
    }
  }
  return Named("cohort", "order_to_order", "monthly", std::move(table));
}

Report Segments() {
  ReportTable table({{"segment", ColumnType::kText},
                     {"customers", ColumnType::kInteger},
                     {"share", ColumnType::kReal},
                     {"net_revenue", ColumnType::kMoney},
                     {"revenue_share", ColumnType::kReal}});
  table.Append({"Champions", 158, 0.158, Money{12'017'800}, 0.452});
  table.Append({"Loyal Customers", 278, 0.278, Money{9'931'250}, 0.3736});
  table.Append({"Hibernating", 564, 0.564, Money{-50}, 0.1744});
  table.Append({"Others", 0, 0.0, std::nullopt, std::nullopt});
  return Named("segmentation", "segments", "", std::move(table));
}

Report Series(int days) {
  ReportTable table({{"bucket", ColumnType::kInstant},
                     {"bucket_local", ColumnType::kText},
                     {"sessions", ColumnType::kInteger},
                     {"orders", ColumnType::kInteger},
                     {"net_revenue", ColumnType::kMoney},
                     {"average_order_value", ColumnType::kReal},
                     {"conversion_rate", ColumnType::kReal},
                     {"is_complete", ColumnType::kBoolean}});
  for (int day = 0; day < days; ++day) {
    const std::string label = "2024-01-" + std::to_string(day + 10);
    table.Append({Instant{day * 86'400'000LL}, label, 1000, day, Money{day * 123'456},
                  day == 0 ? Cell() : Cell(1234.56), 0.001 * day, day + 1 < days});
  }
  return Named("stats", "orders", "daily", std::move(table));
}

DrawOptions Euro(std::size_t width = 100) {
  DrawOptions options;
  options.currency = "EUR";
  options.width = width;
  return options;
}

TEST(TextChartTest, DrawsTheFunnelWithBars) {
  ExpectGolden("funnel", DrawReport(OverallFunnel(), Euro()));
}

TEST(TextChartTest, FunnelBarsAreInProportionAndNeverVanishAboveZero) {
  const std::vector<std::string> lines = Lines(DrawFunnel(OverallFunnel(), Euro()));
  ASSERT_EQ(lines.size(), 5U);
  const auto blocks = [&lines](std::size_t line) {
    std::size_t count = 0;
    for (std::size_t at = lines[line].find("█"); at != std::string::npos;
         at = lines[line].find("█", at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(blocks(2), blocks(1) * 3 / 10);
  EXPECT_THAT(lines[4], HasSubstr("▏"));
}

TEST(TextChartTest, DrawsAFunnelByPeriodAsARowAPeriod) {
  DrawOptions options = Euro();
  options.max_rows = 2;
  ExpectGolden("funnel_daily", DrawReport(DailyFunnel(4), options));
}

TEST(TextChartTest, FunnelsOfSeveralValuesAreATable) {
  ReportTable table({{"dimension", ColumnType::kText},
                     {"dimension_item", ColumnType::kText},
                     {"step", ColumnType::kText},
                     {"reached", ColumnType::kInteger}});
  table.Append({"city", "Bonn", "has_sessions", 5});
  table.Append({"city", "Kiel", "has_sessions", 7});
  const Report report = Named("funnel", "dimensions", "overall", std::move(table));
  EXPECT_EQ(DrawFunnel(report, Euro()), DrawTable(report, Euro()));
}

TEST(TextChartTest, DrawsTheCohortTriangle) {
  ExpectGolden("cohort", DrawReport(CohortTriangle(5), Euro()));
}

TEST(TextChartTest, CohortsThatDoNotFitAreSaid) {
  DrawOptions options = Euro(50);
  options.max_rows = 3;
  const std::string drawn = DrawCohort(CohortTriangle(9), options);
  EXPECT_LE(WidestLine(drawn), 50U);
  EXPECT_THAT(drawn, HasSubstr("… the last 3 of 9 cohorts"));
  EXPECT_THAT(drawn, HasSubstr("of 9 periods"));
  EXPECT_THAT(drawn, Not(HasSubstr("2024-06")));
  EXPECT_THAT(drawn, HasSubstr("2024-07"));
}

TEST(TextChartTest, DrawsSegmentsWithBothShares) {
  ExpectGolden("segments", DrawReport(Segments(), Euro()));
}

TEST(TextChartTest, DrawsTheLatestPeriodsOfASeries) {
  DrawOptions options = Euro();
  options.max_rows = 4;
  ExpectGolden("series", DrawReport(Series(6), options));
}

TEST(TextChartTest, DrawsStatusWarningsAndDimension) {
  Report report = Named("clv", "model", "", ReportTable({{"client", ColumnType::kText}}));
  report.status = ReportStatus::kInsufficientData;
  report.status_reason = "3 buyers, at least 10 are needed";
  report.warnings = {"no signup dates"};
  report.key.dimension_name = "city";
  report.key.dimension_value = "Köln";
  report.key.from = 1;
  report.key.to = 2;
  ExpectGolden("no_rows", DrawReport(report, Euro()));
}

TEST(TextChartTest, TableSaysWhichRowsAndColumnsAreLeftOut) {
  ReportTable table({{"product", ColumnType::kText},
                     {"units", ColumnType::kInteger},
                     {"net_revenue", ColumnType::kMoney},
                     {"last_sale", ColumnType::kInstant},
                     {"is_new", ColumnType::kBoolean}});
  for (int row = 0; row < 5; ++row) {
    table.Append({row == 1 ? Cell() : Cell("Kaffeemühle \"Nonna\", groß, mit Deckel und Griff"),
                  1'234'567 * row, Money{-98'765'432}, Instant{1'704'067'200'000}, row % 2 == 0});
  }
  const Report report = Named("products", "top", "", std::move(table));
  DrawOptions options = Euro(60);
  options.max_rows = 2;
  ExpectGolden("table", DrawReport(report, options));
  EXPECT_LE(WidestLine(DrawTable(report, options)), 60U);
}

TEST(TextChartTest, AmountsFollowTheCurrencysDecimals) {
  DrawOptions options = Euro();
  options.currency = "JPY";
  options.currency_exponent = 0;
  const std::string drawn = DrawReport(Segments(), options);
  EXPECT_THAT(drawn, HasSubstr("12,017,800\n"));
  EXPECT_THAT(drawn, HasSubstr("JPY"));
}

TEST(TextChartTest, DataCannotSteerTheTerminal) {
  ReportTable table({{"client", ColumnType::kText}});
  table.Append({std::string_view("a\x1b[2J\nb\xff\xe2\x80\xae")});
  Report report = Named("x", "y", "", std::move(table));
  report.warnings = {"\x1b]0;title\x07"};
  report.key.dimension_name = "city";
  report.key.dimension_value = "\r";
  const std::string drawn = DrawReport(report, Euro());
  EXPECT_EQ(drawn.find('\x1b'), std::string::npos);
  EXPECT_EQ(drawn.find('\r'), std::string::npos);
  EXPECT_EQ(drawn.find('\x07'), std::string::npos);
  EXPECT_THAT(drawn, HasSubstr("a\\x1b[2J\\nb\\xff\\u{202e}\n"));
}

TEST(TextChartTest, ColourIsAddedOnlyWhenAskedAndChangesNoText) {
  for (const Report& report : {OverallFunnel(), CohortTriangle(4), Segments(), Series(3)}) {
    DrawOptions options = Euro();
    const std::string plain = DrawReport(report, options);
    EXPECT_EQ(plain.find('\x1b'), std::string::npos);
    options.colour = true;
    std::string coloured = DrawReport(report, options);
    EXPECT_NE(coloured, plain);
    for (const std::string code : {"\x1b[1m", "\x1b[33m", "\x1b[36m", "\x1b[0m"}) {
      for (auto at = coloured.find(code); at != std::string::npos; at = coloured.find(code)) {
        coloured.erase(at, code.size());
      }
    }
    EXPECT_EQ(coloured, plain);
  }
}

TEST(TextChartTest, NothingIsWiderThanTheTerminal) {
  for (const std::size_t width : {40U, 60U, 80U, 120U}) {
    for (const Report& report :
         {OverallFunnel(), DailyFunnel(3), CohortTriangle(9), Segments(), Series(5)}) {
      DrawOptions options = Euro(width);
      const Report& drawn = report;
      const std::string text = DrawFunnel(drawn, options) + DrawCohort(drawn, options) +
                               DrawSegments(drawn, options) + DrawSeries(drawn, options) +
                               DrawTable(drawn, options);
      for (const std::string& line : Lines(text)) {
        if (!line.starts_with("…")) {
          EXPECT_LE(DisplayWidth(line), width) << line;
        }
      }
    }
  }
}

TEST(TextChartTest, ReportsWithoutTheDrawnColumnsBecomeTables) {
  Report report = Named("x", "y", "", ReportTable({{"units", ColumnType::kInteger}}));
  report.table.Append({7});
  for (auto* draw : {&DrawFunnel, &DrawCohort, &DrawSegments, &DrawSeries, &DrawTable}) {
    EXPECT_EQ((*draw)(report, Euro()), "units\n    7\n");
  }
}

}  // namespace
}  // namespace cartwright
