#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyses/report/report.h"

namespace cartwright {

/// What stands where a value is missing.
inline constexpr std::string_view kMissingText = "–";

/// A value for a reader: whole numbers and money with thousands separated by commas, rates and
/// shares in percent, other reals with two decimals, instants to the minute (UTC), texts escaped
/// for a terminal.
std::string CellText(const ReportTable& table, std::size_t row, std::size_t column,
                     int currency_exponent);

/// The value as a number (money in minor units), or nothing when it is missing or none.
std::optional<double> CellNumber(const ReportTable& table, std::size_t row, std::size_t column);

bool IsNumber(ColumnType type);

/// 1234567 is "1,234,567".
std::string GroupedText(std::int64_t value);
/// With a fixed number of decimals, no separators: 12.3.
std::string FixedText(double value, int decimals);
/// "2024-03-01 09:12Z".
std::string InstantText(EpochMillis instant);

}  // namespace cartwright
