#include "daemon/base/write_text.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

std::string Instant(EpochMillis value) {
  std::array<char, kInstantBytes> text{};
  return {text.data(), WriteInstant(text.data(), value)};
}

std::string Decimal(std::int64_t scaled, int decimals) {
  std::array<char, kDecimalBytes> text{};
  return {text.data(), WriteDecimal(text.data(), scaled, decimals)};
}

TEST(WriteTextTest, WritesInstantsOfAllTimes) {
  EXPECT_EQ(Instant(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(Instant(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(Instant(-86'400'000), "1969-12-31T00:00:00.000Z");
  EXPECT_EQ(Instant(951'868'799'999), "2000-02-29T23:59:59.999Z");
  EXPECT_EQ(Instant(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(Instant(253'402'300'800'000), "10000-01-01T00:00:00.000Z");
  EXPECT_EQ(Instant(-62'167'219'200'000), "0000-01-01T00:00:00.000Z");
}

TEST(WriteTextTest, WritesWhatIsReadBack) {
  for (EpochMillis at = -2'000'000'000'000; at < 4'000'000'000'000; at += 86'399'123'457) {
    ASSERT_EQ(ParseInstant(Instant(at)).value(), at);
  }
}

TEST(WriteTextTest, WritesDecimalsInPlainDigits) {
  EXPECT_EQ(Decimal(1230, 2), "12.30");
  EXPECT_EQ(Decimal(-5, 2), "-0.05");
  EXPECT_EQ(Decimal(0, 0), "0");
  EXPECT_EQ(Decimal(0, 3), "0.000");
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::min(), 0), "-9223372036854775808");
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::max(), 20), "0.09223372036854775807");
}

}  // namespace
}  // namespace cartwright
