#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/result.h"

namespace cartwright {

/// An amount in minor units of one currency (cents for EUR). Which currency is said by its context.
struct Money {
  std::int64_t minor = 0;
  friend auto operator<=>(const Money&, const Money&) = default;
};

/// A unit price in 1/10,000 of a minor unit.
struct UnitPrice {
  std::int64_t scaled = 0;
  friend auto operator<=>(const UnitPrice&, const UnitPrice&) = default;
};

/// Decimals that a unit price carries beyond the currency's own.
inline constexpr int kUnitPriceExtraDecimals = 4;

/// Amounts of this many scaled units and more are refused: a double cannot hold them exactly.
inline constexpr std::int64_t kAmountLimit = std::int64_t{1} << 53;

/// ISO 4217 exponent (2 for EUR, 0 for JPY, 3 for KWD). Errors: kConfig for an unknown code.
Result<int> CurrencyExponent(std::string_view code);

/// Why a decimal was refused.
enum class DecimalFault { kNone, kNotANumber, kTooManyDecimals, kOutOfRange };

/// A decimal parsed to an integer scaled by 10^decimals.
struct ParsedDecimal {
  std::int64_t scaled = 0;
  DecimalFault fault = DecimalFault::kNone;
};

/// Parses `[-]digits[.digits]` exactly, never through a double. Zeros beyond `decimals` are allowed
/// because they change nothing; other digits there are kTooManyDecimals. |scaled| < kAmountLimit.
/// "NaN", "1e3", "+1", " 1", "1.", ".5", "1,5" are kNotANumber.
ParsedDecimal ParseDecimal(std::string_view text, int decimals);

/// Appends `scaled` / 10^decimals as plain decimal text: 1230 with 2 decimals is "12.30".
void AppendDecimal(std::string& out, std::int64_t scaled, int decimals);

/// The text of an amount in a currency with this exponent.
std::string FormatMoney(Money amount, int exponent);

/// Exact sum of quantity × unit price, rounded once, half to even, to minor units.
class LineSum {
 public:
  void Add(std::int64_t quantity, UnitPrice price) {
    sum_ += static_cast<Wide>(quantity) * price.scaled;
  }
  /// Nothing when the rounded sum reaches kAmountLimit.
  std::optional<Money> Rounded() const;

 private:
  __extension__ using Wide = __int128;
  Wide sum_ = 0;
};

}  // namespace cartwright
