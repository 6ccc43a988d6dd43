#include "analyses/report/hidden_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HiddenColumnsTest, MakesColumnsNullAndNamesThem) {
  Report report;
  report.table = ReportTable({{"orders", ColumnType::kInteger}, {"discount", ColumnType::kMoney}});
  report.table.Append({1, Money{5}});
  constexpr std::array<std::string_view, 2> kColumns = {"discount", "discount_share"};
  HideColumns(report, "discounts", kColumns);
  EXPECT_FALSE(report.table.IsNull(0, 0));
  EXPECT_TRUE(report.table.IsNull(0, 1));
  EXPECT_THAT(report.warnings, ElementsAre("no source gives discounts; not available: discount"));
}

TEST(HiddenColumnsTest, SaysNothingWhereThereIsNoSuchColumn) {
  Report report;
  report.table = ReportTable({{"orders", ColumnType::kInteger}});
  constexpr std::array<std::string_view, 1> kColumns = {"discount"};
  HideColumns(report, "discounts", kColumns);
  EXPECT_THAT(report.warnings, IsEmpty());
}

}  // namespace
}  // namespace cartwright
