#include "daemon/base/money.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "daemon/base/write_text.h"

namespace cartwright {
namespace {

struct Exception {
  std::string_view code;
  int exponent;
};

// ISO 4217: active codes whose exponent is not 2.
constexpr std::array kExceptions{
    Exception{"BIF", 0}, Exception{"CLP", 0}, Exception{"DJF", 0}, Exception{"GNF", 0},
    Exception{"ISK", 0}, Exception{"JPY", 0}, Exception{"KMF", 0}, Exception{"KRW", 0},
    Exception{"PYG", 0}, Exception{"RWF", 0}, Exception{"UGX", 0}, Exception{"UYI", 0},
    Exception{"VND", 0}, Exception{"VUV", 0}, Exception{"XAF", 0}, Exception{"XOF", 0},
    Exception{"XPF", 0}, Exception{"BHD", 3}, Exception{"IQD", 3}, Exception{"JOD", 3},
    Exception{"KWD", 3}, Exception{"LYD", 3}, Exception{"OMR", 3}, Exception{"TND", 3},
    Exception{"CLF", 4}, Exception{"UYW", 4}};

// ISO 4217: active codes with two decimals.
constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// A short number without a sign and with at most `decimals` decimals, as most amounts are; nothing
/// for any other text.
std::optional<std::int64_t> ParsePlainDecimal(std::string_view text, int decimals) {
  constexpr std::size_t kLongest = 10;
  constexpr int kMostDecimals = 8;  // 10^18 does not overflow.
  if (text.empty() || text.size() > kLongest || decimals > kMostDecimals ||
      !IsDigit(text.front()) || !IsDigit(text.back())) {
    return std::nullopt;
  }
  std::int64_t scaled = 0;
  int left = decimals;
  bool in_fraction = false;
  for (const char c : text) {
    if (IsDigit(c)) {
      scaled = scaled * 10 + (c - '0');
      left -= in_fraction ? 1 : 0;
    } else if (c == '.' && !in_fraction) {
      in_fraction = true;
    } else {
      return std::nullopt;
    }
  }
  if (left < 0) {
    return std::nullopt;
  }
  for (; left > 0; --left) {
    scaled *= 10;
  }
  return scaled < kAmountLimit ? std::optional(scaled) : std::nullopt;
}

}  // namespace

Result<int> CurrencyExponent(std::string_view code) {
  for (const Exception& exception : kExceptions) {
    if (exception.code == code) {
      return exception.exponent;
    }
  }
  const bool plausible = code.size() == 3 && code.find(' ') == std::string_view::npos;
  if (plausible && kTwoDecimals.find(code) % 4 == 0) {
    return 2;
  }
  return Error{ErrorKind::kConfig,
               fmt::format("not an active ISO 4217 currency code: \"{}\"", code)};
}

ParsedDecimal ParseDecimal(std::string_view text, int decimals) {
  if (const std::optional<std::int64_t> plain = ParsePlainDecimal(text, decimals)) {
    return {*plain, DecimalFault::kNone};
  }
  const bool negative = text.starts_with('-');
  if (negative) {
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  const bool shaped = !whole.empty() && std::all_of(whole.begin(), whole.end(), IsDigit) &&
                      std::all_of(fraction.begin(), fraction.end(), IsDigit) &&
                      (point == std::string_view::npos || !fraction.empty());
  if (!shaped) {
    return {0, DecimalFault::kNotANumber};
  }
  const std::size_t kept = std::min(fraction.size(), static_cast<std::size_t>(decimals));
  if (fraction.find_first_not_of('0', kept) != std::string_view::npos) {
    return {0, DecimalFault::kTooManyDecimals};
  }
  std::int64_t scaled = 0;
  const auto push = [&scaled](char digit) {
    scaled = scaled * 10 + (digit - '0');
    return scaled < kAmountLimit;
  };
  for (const char digit : whole) {
    if (!push(digit)) {
      return {0, DecimalFault::kOutOfRange};
    }
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(decimals); ++i) {
    if (!push(i < kept ? fraction[i] : '0')) {
      return {0, DecimalFault::kOutOfRange};
    }
  }
  return {negative ? -scaled : scaled, DecimalFault::kNone};
}

void AppendDecimal(std::string& out, std::int64_t scaled, int decimals) {
  std::array<char, kDecimalBytes> text{};
  out.append(text.data(), WriteDecimal(text.data(), scaled, decimals));
}

std::string FormatMoney(Money amount, int exponent) {
  std::string out;
  AppendDecimal(out, amount.minor, exponent);
  return out;
}

std::optional<Money> LineSum::Rounded() const {
  constexpr std::int64_t kScale = 10'000;
  static_assert(kUnitPriceExtraDecimals == 4);
  Wide quotient = sum_ / kScale;
  const Wide remainder = sum_ % kScale;
  const Wide twice = (remainder < 0 ? -remainder : remainder) * 2;
  if (twice > kScale || (twice == kScale && quotient % 2 != 0)) {
    quotient += sum_ < 0 ? -1 : 1;
  }
  if (quotient >= kAmountLimit || quotient <= -kAmountLimit) {
    return std::nullopt;
  }
  return Money{static_cast<std::int64_t>(quotient)};
}

}  // namespace cartwright
