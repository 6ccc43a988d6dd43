#include "analyses/report/report.h"

#include <gtest/gtest.h>

#include <limits>

namespace cartwright {
namespace {

ReportTable AllTypes() {
  return ReportTable({{"text", ColumnType::kText},
                      {"integer", ColumnType::kInteger},
                      {"real", ColumnType::kReal},
                      {"money", ColumnType::kMoney},
                      {"instant", ColumnType::kInstant},
                      {"boolean", ColumnType::kBoolean}});
}

TEST(ReportTest, ValuesComeBackWithTheirTypes) {
  ReportTable table = AllTypes();
  table.Append({"a", 1, 0.5, Money{-3}, Instant{9}, false});
  EXPECT_EQ(table.rows(), 1U);
  EXPECT_EQ(table.Text(0, "text"), "a");
  EXPECT_EQ(table.Integer(0, "integer"), 1);
  EXPECT_EQ(table.Real(0, "real"), 0.5);
  EXPECT_EQ(table.Amount(0, "money").minor, -3);
  EXPECT_EQ(std::get<Instant>(table.At(0, 4)).millis, 9);
  EXPECT_FALSE(table.Boolean(0, "boolean"));
}

TEST(ReportTest, EveryTypeMayBeNull) {
  ReportTable table = AllTypes();
  const std::optional<std::int64_t> nothing;
  table.Append({{}, nothing, std::nullopt, {}, {}, {}});
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    EXPECT_TRUE(table.IsNull(0, column));
    EXPECT_TRUE(std::holds_alternative<std::monostate>(table.At(0, column)));
  }
}

TEST(ReportDeathTest, WhatIsNotOfTheColumnsTypeEndsTheProgram) {
  ReportTable table({{"real", ColumnType::kReal}});
  EXPECT_DEATH(table.Append({1}), "real expected");
  EXPECT_DEATH(table.Append({1.0, 2.0}), "one cell a column");
  EXPECT_DEATH(table.Append({std::numeric_limits<double>::quiet_NaN()}), "finite or null");
}

}  // namespace
}  // namespace cartwright
