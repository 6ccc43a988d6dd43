#include "daemon/publish/item_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report Daily() {
  Report report;
  report.table = ReportTable({{"bucket", ColumnType::kInstant},
                              {"bucket_local", ColumnType::kText},
                              {"is_complete", ColumnType::kBoolean},
                              {"product", ColumnType::kText},
                              {"is_others", ColumnType::kBoolean},
                              {"orders", ColumnType::kInteger}});
  report.table.Append({Instant{0}, "2024-03-01", true, "tea\x1b", false, 12});
  report.table.Append({Instant{0}, "2024-03-01", true, std::nullopt, true, 3});
  report.table.Append({Instant{1}, "2024-03-02", false, "tea\x1b", false, 1'234});
  report.table.Append({Instant{1}, "2024-03-02", false, std::nullopt, true, 0});
  return report;
}

TEST(ItemChartTest, DrawsAColumnAnItemAndARowAPeriod) {
  EXPECT_TRUE(IsItemSeries(Daily().table));
  EXPECT_EQ(DrawItemSeries(Daily(), {}),
            "orders       tea\\x1b  others\n"
            "2024-03-01        12       3\n"
            "2024-03-02~    1,234       0\n"
            "~ not over yet\n");
  EXPECT_EQ(DrawItemSeries(Daily(), {.max_rows = 1}),
            "orders       tea\\x1b  others\n"
            "2024-03-02~    1,234       0\n"
            "~ not over yet\n"
            "… the last 1 of 2 periods\n");
}

Report List() {
  Report report;
  report.table = ReportTable({{"rank", ColumnType::kInteger},
                              {"category", ColumnType::kText},
                              {"share", ColumnType::kReal},
                              {"orders", ColumnType::kInteger}});
  report.table.Append({1, "drinks", 0.5, 7});
  report.table.Append({2, std::nullopt, 0.25, 3});
  report.table.Append({3, "ware", std::nullopt, 2});
  return report;
}

TEST(ItemChartTest, DrawsSharesAsBars) {
  EXPECT_TRUE(IsShareList(List().table));
  EXPECT_EQ(DrawShares(List(), {.max_rows = 2}),
            "category   share                        rank  orders\n"
            "drinks    50.0 %  ████████████████████     1       7\n"
            "(none)    25.0 %  ██████████               2       3\n"
            "… the first 2 of 3 rows\n");
  EXPECT_THAT(DrawShares(List(), {}), HasSubstr("ware           –"));
}

TEST(ItemChartTest, DrawReportTakesTheDrawingThatTheColumnsAskFor) {
  EXPECT_THAT(DrawReport(Daily(), {}), HasSubstr("others"));
  EXPECT_THAT(DrawReport(List(), {}), HasSubstr("█"));
  Report plain;
  plain.table = ReportTable({{"product", ColumnType::kText}, {"orders", ColumnType::kInteger}});
  plain.table.Append({"tea", 1});
  EXPECT_FALSE(IsShareList(plain.table));
  EXPECT_FALSE(IsItemSeries(plain.table));
  EXPECT_THAT(DrawReport(plain, {}), Not(HasSubstr("█")));
  EXPECT_EQ(DrawShares(plain, {}), DrawTable(plain, {}));
  EXPECT_EQ(DrawItemSeries(plain, {}), DrawTable(plain, {}));
}

}  // namespace
}  // namespace cartwright
