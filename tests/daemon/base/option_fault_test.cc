#include "daemon/base/option_fault.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

constexpr std::string_view kPeriods[] = {"daily", "weekly"};

TEST(OptionFaultTest, AnExpectationNamesTheChoicesAndTheNearest) {
  EXPECT_EQ(ExpectedOneOf(kPeriods, "dayly"),
            "expected one of daily, weekly, found \"dayly\"; did you mean \"daily\"?");
  EXPECT_EQ(ExpectedOneOf(kPeriods, "x"), "expected one of daily, weekly, found \"x\"");
}

TEST(OptionFaultTest, TheFirstFaultIsTheError) {
  EXPECT_TRUE(FirstFault("rfm", {}).has_value());
  const Status fault = FirstFault("rfm", {{"reference", {}, "no date"}, {"scheme", {}, "none"}});
  ASSERT_FALSE(fault.has_value());
  EXPECT_EQ(fault.error().kind, ErrorKind::kConfig);
  EXPECT_EQ(fault.error().message, "analyses.rfm.reference: no date");
}

}  // namespace
}  // namespace cartwright
