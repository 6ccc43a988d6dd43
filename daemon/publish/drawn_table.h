#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "analyses/report/report.h"
#include "daemon/publish/text_chart.h"

namespace cartwright {

// What the drawings ask of a table.

bool HasColumns(const ReportTable& table, std::initializer_list<std::string_view> names);

/// The first of the columns that the table has.
std::optional<std::size_t> FirstOf(const ReportTable& table,
                                   std::initializer_list<std::string_view> names);

/// The text of a column in a row, or kMissingText where the table has no such column.
std::string TextOf(const ReportTable& table, std::size_t row, std::string_view column,
                   const DrawOptions& options);

/// CellNumber of a column, or nothing where the table has no such column.
std::optional<double> NumberOf(const ReportTable& table, std::size_t row, std::string_view column);

/// Whether the row's period is known not to be over.
bool IsOpen(const ReportTable& table, std::size_t row);

/// What the mark of an open row means, as a line.
inline constexpr std::string_view kOpenNote = "~ not over yet\n";

/// The line that says that only `drawn` of `all` were drawn, the `which` ("first", "last") ones;
/// nothing where all were.
std::string LeftOutNote(std::size_t drawn, std::size_t all, std::string_view which,
                        std::string_view what);

}  // namespace cartwright
