#include "daemon/publish/cell_text.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

std::string TextOf(std::string column, ColumnType type, const Cell& cell, int exponent = 2) {
  ReportTable table({{std::move(column), type}});
  table.Append({cell});
  return CellText(table, 0, 0, exponent);
}

TEST(CellTextTest, SeparatesThousands) {
  EXPECT_EQ(TextOf("orders", ColumnType::kInteger, 0), "0");
  EXPECT_EQ(TextOf("orders", ColumnType::kInteger, 999), "999");
  EXPECT_EQ(TextOf("orders", ColumnType::kInteger, 1'000), "1,000");
  EXPECT_EQ(TextOf("orders", ColumnType::kInteger, -123'456), "-123,456");
  EXPECT_EQ(TextOf("orders", ColumnType::kInteger, 1'234'567), "1,234,567");
}

TEST(CellTextTest, WritesMoneyWithTheCurrencysDecimals) {
  EXPECT_EQ(TextOf("net_revenue", ColumnType::kMoney, Money{891'140'790}), "8,911,407.90");
  EXPECT_EQ(TextOf("net_revenue", ColumnType::kMoney, Money{-5}), "-0.05");
  EXPECT_EQ(TextOf("net_revenue", ColumnType::kMoney, Money{1234}, 0), "1,234");
  EXPECT_EQ(TextOf("net_revenue", ColumnType::kMoney, Money{1'234'567}, 3), "1,234.567");
}

TEST(CellTextTest, WritesRatesInPercentAndOtherRealsWithTwoDecimals) {
  for (const char* name : {"share", "revenue_share", "conversion_rate", "rate_from_first"}) {
    EXPECT_EQ(TextOf(name, ColumnType::kReal, 0.3456), "34.6 %") << name;
  }
  EXPECT_EQ(TextOf("share", ColumnType::kReal, 0.00125), "0.12 %");
  EXPECT_EQ(TextOf("share", ColumnType::kReal, 0.0), "0.0 %");
  EXPECT_EQ(TextOf("average_order_value", ColumnType::kReal, 1234.567), "1,234.57");
  EXPECT_EQ(TextOf("average_order_value", ColumnType::kReal, 1e300).size(), 301U + 100U + 3U);
}

TEST(CellTextTest, WritesTheRest) {
  EXPECT_EQ(TextOf("bucket", ColumnType::kInstant, Instant{1'704'100'320'000}),
            "2024-01-01 09:12Z");
  EXPECT_EQ(TextOf("is_complete", ColumnType::kBoolean, true), "yes");
  EXPECT_EQ(TextOf("is_complete", ColumnType::kBoolean, false), "no");
  EXPECT_EQ(TextOf("step", ColumnType::kText, "a\tb"), "a\\tb");
  for (const ColumnType type : {ColumnType::kText, ColumnType::kInteger, ColumnType::kReal,
                                ColumnType::kMoney, ColumnType::kInstant, ColumnType::kBoolean}) {
    EXPECT_EQ(TextOf("x", type, Cell()), "–");
  }
}

TEST(CellTextTest, NumbersOfTextsAndMissingValuesAreNothing) {
  ReportTable table({{"segment", ColumnType::kText}, {"net_revenue", ColumnType::kMoney}});
  table.Append({"Loyal", Money{250}});
  table.Append({"Lost", std::nullopt});
  EXPECT_EQ(CellNumber(table, 0, 0), std::nullopt);
  EXPECT_EQ(CellNumber(table, 0, 1), 250.0);
  EXPECT_EQ(CellNumber(table, 1, 1), std::nullopt);
}

}  // namespace
}  // namespace cartwright
