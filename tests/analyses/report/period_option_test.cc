#include "analyses/report/period_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::ElementsAre;

TEST(PeriodOptionTest, KeepsTheOrderOfTheNames) {
  EXPECT_THAT(
      ReadPeriods("a.periods", {"monthly", "daily"}, {Period::kDay, Period::kMonth}).value(),
      ElementsAre(Period::kMonth, Period::kDay));
}

TEST(PeriodOptionTest, NamesTheOptionAndTheChoices) {
  const auto unknown = ReadPeriods("a.periods", {"yearly"}, {Period::kDay, Period::kMonth});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().message, "a.periods: each is one of daily, monthly; one is \"yearly\"");
}

}  // namespace
}  // namespace cartwright
