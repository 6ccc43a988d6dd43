#include "analyses/report/period_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PeriodOptionTest, KeepsTheOrderOfTheNames) {
  EXPECT_THAT(PeriodFaults("periods", {"monthly", "daily"}, {Period::kDay, Period::kMonth}),
              IsEmpty());
  EXPECT_THAT(ReadPeriods({"monthly", "daily"}), ElementsAre(Period::kMonth, Period::kDay));
}

TEST(PeriodOptionTest, NamesTheEntryTheChoicesAndTheNearest) {
  const auto faults =
      PeriodFaults("periods", {"daily", "monthli", "daily"}, {Period::kDay, Period::kMonth});
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].option, "periods");
  EXPECT_EQ(faults[0].item, 1U);
  EXPECT_EQ(faults[0].message,
            "expected one of daily, monthly, found \"monthli\"; did you mean \"monthly\"?");
  EXPECT_EQ(faults[1].item, 2U);
  EXPECT_EQ(faults[1].message, "\"daily\" is named a second time");
}

}  // namespace
}  // namespace cartwright
