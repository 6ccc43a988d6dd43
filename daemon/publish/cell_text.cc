#include "daemon/publish/cell_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

#include "daemon/base/calendar.h"
#include "daemon/base/money.h"
#include "daemon/publish/terminal_text.h"

namespace cartwright {
namespace {

/// Commas between the thousands of a plain decimal text.
std::string Grouped(std::string_view decimal) {
  const std::size_t begin = decimal.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(decimal.find('.'), decimal.size());
  std::string out;
  for (std::size_t i = 0; i < decimal.size(); ++i) {
    if (i > begin && i < end && (end - i) % 3 == 0) {
      out.push_back(',');
    }
    out.push_back(decimal[i]);
  }
  return out;
}

/// One decimal, or two where one would hide most of the rate.
std::string PercentText(double rate) {
  const double percent = rate * 100.0;
  const bool small = percent != 0.0 && percent < 1.0 && percent > -1.0;
  return FixedText(percent, small ? 2 : 1) + " %";
}

bool IsRate(std::string_view column) {
  constexpr std::array<std::string_view, 9> kRates = {
      "share",  "stickiness", "survival", "survival_lower", "survival_upper",
      "uptake", "support",    "leverage", "organic_change"};
  return std::find(kRates.begin(), kRates.end(), column) != kRates.end() ||
         column.ends_with("_share") || column.ends_with("_rate") || column.starts_with("rate_") ||
         column.starts_with("share_") || column.ends_with("confidence");
}

}  // namespace

std::string CellText(const ReportTable& table, std::size_t row, std::size_t column,
                     int currency_exponent) {
  const Cell::Value value = table.At(row, column);
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return EscapeForTerminal(*text);
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return GroupedText(*whole);
  }
  if (const auto* money = std::get_if<Money>(&value)) {
    return Grouped(FormatMoney(*money, currency_exponent));
  }
  if (const auto* instant = std::get_if<Instant>(&value)) {
    return InstantText(instant->millis);
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? "yes" : "no";
  }
  if (const auto* real = std::get_if<double>(&value)) {
    const bool rate = IsRate(table.columns()[column].name);
    return rate ? PercentText(*real) : Grouped(FixedText(*real, 2));
  }
  return std::string(kMissingText);
}

std::optional<double> CellNumber(const ReportTable& table, std::size_t row, std::size_t column) {
  const Cell::Value value = table.At(row, column);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  if (const auto* money = std::get_if<Money>(&value)) {
    return static_cast<double>(money->minor);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return *real;
  }
  return std::nullopt;
}

bool IsNumber(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kReal || type == ColumnType::kMoney;
}

std::string GroupedText(std::int64_t value) { return Grouped(std::to_string(value)); }

std::string FixedText(double value, int decimals) {
  // The longest double has 309 digits before the point.
  std::array<char, 352> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value,
                                     std::chars_format::fixed, decimals);
  return std::string(text.data(), written.ptr);
}

std::string InstantText(EpochMillis instant) {
  std::string text = FormatInstant(instant);
  const std::size_t day = text.find('T');
  text[day] = ' ';
  return text.substr(0, day + 6) + "Z";
}

}  // namespace cartwright
