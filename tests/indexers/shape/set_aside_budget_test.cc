#include "indexers/shape/set_aside_budget.h"

#include <gmock/gmock.h>

#include "tests/indexers/shape/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

std::string Sessions(std::string_view rows) {
  return std::string(kSessionHeader) + std::string(rows);
}

TEST(SetAsideBudgetTest, FailsBeyondTheBudget) {
  std::string rows;
  for (int i = 0; i < 2000; ++i) {
    rows += std::to_string(i) + (i >= 1500 ? ",a,never,no,,\n" : ",a,2024-01-01,no,,\n");
  }
  Config config = ShopOf({SessionSource()});
  const ShapedShop by_share = ShapeTexts(config, {Sessions(rows)});
  EXPECT_THAT(by_share.error, HasSubstr("source web: 167 of 1667 rows were set aside"));
  EXPECT_THAT(by_share.error, HasSubstr(":1502: start: not a date as dates.format iso8601"));
  config.limits.max_set_aside_rows = 3;
  EXPECT_THAT(ShapeTexts(config, {Sessions(rows)}).error, HasSubstr("4 rows were set aside"));
}

TEST(SetAsideBudgetTest, AShareTooLargeIsSeenAtTheEndToo) {
  const auto shape = [](int bad, int good) {
    std::string rows;
    for (int i = 0; i < bad + good; ++i) {
      rows += std::to_string(i) + (i < bad ? ",a,never,yes,1,\n" : ",a,2024-01-01,yes,1,\n");
    }
    return ShapeTexts(ShopOf({SessionSource()}), {Sessions(rows)}).error;
  };
  EXPECT_THAT(shape(999, 501), HasSubstr("999 of 1500 rows were set aside"));
  EXPECT_THAT(shape(11, 89), HasSubstr("11 of 100 rows were set aside"));
  EXPECT_EQ(shape(10, 90), "") << "a tenth is allowed";
  EXPECT_EQ(shape(50, 49), "") << "too few rows to speak of a share";
  EXPECT_THAT(shape(3, 0), HasSubstr("all 3 rows were set aside"));
}

TEST(SetAsideBudgetTest, AnOpenQuoteCountsAsManyLinesAsItTakes) {
  std::string rows;
  for (int i = 0; i < 1000; ++i) {
    rows += std::to_string(i) + (i == 10 ? ",\"a,2024-01-01,yes,1,\n" : ",a,2024-01-01,yes,1,\n");
  }
  const ShapedShop shop = ShapeTexts(ShopOf({SessionSource()}), {Sessions(rows)});
  EXPECT_THAT(shop.error, HasSubstr("990 of 1000 rows were set aside"));
  ASSERT_EQ(shop.set_aside.size(), 1U);
  EXPECT_EQ(shop.set_aside[0].code, "quote_open");
}

}  // namespace
}  // namespace cartwright
