#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyses/report/report.h"

namespace cartwright {

/// A cell as a test writes it: "-" for null, reals with four decimals, money in minor units.
inline std::string CellText(const Cell::Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return std::string(*text);
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*integer);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return fmt::format("{:.4f}", *real);
  }
  if (const auto* money = std::get_if<Money>(&value)) {
    return std::to_string(money->minor);
  }
  if (const auto* instant = std::get_if<Instant>(&value)) {
    return FormatInstant(instant->millis);
  }
  if (const auto* boolean = std::get_if<bool>(&value)) {
    return *boolean ? "true" : "false";
  }
  return "-";
}

/// The rows of a table, or of some of its columns: cells parted by blanks, one text a row.
inline std::vector<std::string> RowTexts(const ReportTable& table,
                                         const std::vector<std::string>& columns = {}) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    if (columns.empty()) {
      places.push_back(i);
    }
  }
  for (const std::string& column : columns) {
    places.push_back(table.Find(column).value());
  }
  std::vector<std::string> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string text;
    for (const std::size_t place : places) {
      text.append(text.empty() ? "" : " ").append(CellText(table.At(row, place)));
    }
    rows.push_back(std::move(text));
  }
  return rows;
}

/// The report of a type, period and `from` among those of one analysis; an empty one when there is
/// none, which no expectation of a test meets.
inline Report FindReport(const std::vector<Report>& reports, std::string_view type,
                         std::string_view time_period, std::optional<std::int64_t> from = {}) {
  for (const Report& report : reports) {
    if (report.key.type == type && report.key.time_period == time_period &&
        report.key.from == from) {
      return report;
    }
  }
  return {};
}

}  // namespace cartwright
