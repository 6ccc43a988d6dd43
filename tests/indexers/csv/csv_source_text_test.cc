// CSV out of memory: rows that were kept are read like those of a file.

#include <gtest/gtest.h>

#include "indexers/csv/csv.h"

namespace cartwright {
namespace {

TEST(CsvSourceTextTest, ReadsRowsUnderTheGivenColumnsAndName) {
  CsvConfig config;
  config.path = "gone.csv";
  config.header = false;
  config.names = {"id", "name"};
  const auto source = OpenCsvText(config, 3, "1,\"a \"\"b\"\"\nc\"");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->name(), "gone.csv");
  const auto row = (*source)->Next();
  ASSERT_TRUE(row);
  ASSERT_NE(*row, nullptr);
  ASSERT_EQ((*row)->fault, nullptr);
  EXPECT_EQ((*row)->fields[1], "a \"b\"\nc");
  EXPECT_EQ((*row)->position.source, 3U);
  EXPECT_EQ(*(*source)->Next(), nullptr);
  EXPECT_EQ((*source)->rows_read(), 1);
}

TEST(CsvSourceTextTest, AFaultyRowStaysFaulty) {
  CsvConfig config;
  config.path = "gone.csv";
  config.header = false;
  config.names = {"id", "name"};
  const auto source = OpenCsvText(config, 0, "1");
  ASSERT_TRUE(source);
  const auto row = (*source)->Next();
  ASSERT_TRUE(row);
  ASSERT_NE((*row)->fault, nullptr);
  EXPECT_EQ((*row)->fault->code, "field_count");
}

}  // namespace
}  // namespace cartwright
