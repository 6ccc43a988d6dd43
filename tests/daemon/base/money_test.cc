#include "daemon/base/money.h"

#include <gtest/gtest.h>

#include <string>

namespace cartwright {
namespace {

TEST(MoneyTest, KnowsExponents) {
  for (const auto& [code, exponent] : {std::pair{"EUR", 2},
                                       {"GBP", 2},
                                       {"AED", 2},
                                       {"ZWG", 2},
                                       {"JPY", 0},
                                       {"KWD", 3},
                                       {"CLF", 4}}) {
    const auto found = CurrencyExponent(code);
    ASSERT_TRUE(found.has_value()) << code;
    EXPECT_EQ(*found, exponent) << code;
  }
}

TEST(MoneyTest, RefusesWhatIsNoCurrency) {
  for (const char* code : {"", "eur", "EURO", "XXX", "UR ", "ED ", "EU", "DEM"}) {
    const auto found = CurrencyExponent(code);
    ASSERT_FALSE(found.has_value()) << code;
    EXPECT_EQ(found.error().kind, ErrorKind::kConfig);
  }
}

struct DecimalCase {
  std::string_view text;
  int decimals;
  DecimalFault fault;
  std::int64_t scaled;
};

TEST(MoneyTest, ParsesDecimalsExactlyOrSaysWhyNot) {
  using enum DecimalFault;
  constexpr DecimalCase kCases[] = {
      {"0", 2, kNone, 0},
      {"12.30", 2, kNone, 1230},
      {"12.3", 2, kNone, 1230},
      {"12", 2, kNone, 1200},
      {"-0.01", 2, kNone, -1},
      {"007", 0, kNone, 7},
      {"1.5000", 2, kNone, 150},
      {"5.00", 0, kNone, 5},
      {"2.55", 6, kNone, 2'550'000},
      {"1.005", 2, kTooManyDecimals, 0},
      {"0.5", 0, kTooManyDecimals, 0},
      {"90071992547409.91", 2, kNone, 9'007'199'254'740'991},
      {"90071992547409.92", 2, kOutOfRange, 0},
      {"-90071992547409.92", 2, kOutOfRange, 0},
      {"99999999999999999999999999", 2, kOutOfRange, 0},
      {"", 2, kNotANumber, 0},
      {"-", 2, kNotANumber, 0},
      {"--1", 2, kNotANumber, 0},
      {"NaN", 2, kNotANumber, 0},
      {"inf", 2, kNotANumber, 0},
      {"1e3", 2, kNotANumber, 0},
      {"+1", 2, kNotANumber, 0},
      {" 1", 2, kNotANumber, 0},
      {"1 ", 2, kNotANumber, 0},
      {"1.", 2, kNotANumber, 0},
      {".5", 2, kNotANumber, 0},
      {"1,5", 2, kNotANumber, 0},
      {"1.2.3", 2, kNotANumber, 0},
      {"0x10", 2, kNotANumber, 0},
      {"\xD9\xA1", 2, kNotANumber, 0},
  };
  for (const DecimalCase& test : kCases) {
    const ParsedDecimal parsed = ParseDecimal(test.text, test.decimals);
    EXPECT_EQ(parsed.fault, test.fault) << test.text;
    EXPECT_EQ(parsed.scaled, test.scaled) << test.text;
  }
}

TEST(MoneyTest, FormatsWhatItParses) {
  EXPECT_EQ(FormatMoney({1230}, 2), "12.30");
  EXPECT_EQ(FormatMoney({-5}, 2), "-0.05");
  EXPECT_EQ(FormatMoney({0}, 2), "0.00");
  EXPECT_EQ(FormatMoney({7}, 0), "7");
  EXPECT_EQ(FormatMoney({1}, 3), "0.001");
  for (const std::int64_t minor : {0L, 1L, 99L, 100L, 123456789L, (1L << 53) - 1, -42L}) {
    for (const int exponent : {0, 2, 3, 4}) {
      EXPECT_EQ(ParseDecimal(FormatMoney({minor}, exponent), exponent).scaled, minor);
    }
  }
}

// Minor units of one line, 1/10,000 minor unit a piece.
std::int64_t RoundedLine(std::int64_t quantity, std::int64_t price) {
  LineSum sum;
  sum.Add(quantity, UnitPrice{price});
  return sum.Rounded()->minor;
}

TEST(MoneyTest, RoundsLineSumsHalfToEven) {
  EXPECT_EQ(RoundedLine(1, 5'000), 0);
  EXPECT_EQ(RoundedLine(1, 15'000), 2);
  EXPECT_EQ(RoundedLine(1, 25'000), 2);
  EXPECT_EQ(RoundedLine(1, 25'001), 3);
  EXPECT_EQ(RoundedLine(1, 24'999), 2);
  EXPECT_EQ(RoundedLine(-1, 15'000), -2);
  EXPECT_EQ(RoundedLine(-1, 25'000), -2);
  EXPECT_EQ(RoundedLine(-1, 25'001), -3);
}

TEST(MoneyTest, RoundsOnceForAllLines) {
  LineSum sum;
  for (int i = 0; i < 3; ++i) {
    sum.Add(1, UnitPrice{5'000});  // Half a cent three times is 1.5 cents, not three zeros.
  }
  EXPECT_EQ(sum.Rounded()->minor, 2);
}

TEST(MoneyTest, HasNoSumAtTheLimit) {
  LineSum sum;
  sum.Add(kAmountLimit - 1, UnitPrice{10'000});
  EXPECT_EQ(sum.Rounded()->minor, kAmountLimit - 1);
  sum.Add(1, UnitPrice{10'000});
  EXPECT_EQ(sum.Rounded(), std::nullopt);
  LineSum debt;
  debt.Add(-kAmountLimit, UnitPrice{10'000});
  EXPECT_EQ(debt.Rounded(), std::nullopt);
}

}  // namespace
}  // namespace cartwright
