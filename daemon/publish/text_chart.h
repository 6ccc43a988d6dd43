#pragma once

#include <cstddef>
#include <string>

#include "analyses/report/report.h"

namespace cartwright {

struct DrawOptions {
  std::size_t width = 100;    ///< Columns of the terminal; below 40 counts as 40.
  bool colour = false;        ///< ANSI colours. Nothing but text without it.
  std::size_t max_rows = 40;  ///< Rows (or cohorts, or periods) that are drawn; at least 1.
  std::string currency;       ///< ISO 4217, named in the header; may be empty.
  int currency_exponent = 2;
};

/// A report as text for a terminal (UTF-8, each line ends in a line feed): a header with name,
/// period, rows, status and warnings, then the drawing that its columns ask for, or a table.
///
/// Texts from data are escaped, so that they cannot steer the terminal. Missing values are "–".
/// The same report and options give the same bytes.
std::string DrawReport(const Report& report, const DrawOptions& options);

/// Without the header. Each falls back to DrawTable when the columns it draws are missing.

/// A bar a step with count, share of the first and of the previous step, and how many were lost.
/// With periods in it: a row a period, the latest ones, a column a step.
std::string DrawFunnel(const Report& report, const DrawOptions& options);
/// The triangle: a row a cohort, a column a period after it, cells in percent of the cohort, shaded
/// by quarters of the highest share after the first period. "~" marks what is not over yet; who has
/// not come at all yet has a column of its own.
std::string DrawCohort(const Report& report, const DrawOptions& options);
/// A bar a segment by its share of the customers, beside its share of the revenue.
std::string DrawSegments(const Report& report, const DrawOptions& options);
/// The latest periods, with bars of the first measure among net revenue, orders, sessions,
/// customers, carts and organic orders.
std::string DrawSeries(const Report& report, const DrawOptions& options);
/// The first rows as an aligned table; says which rows and columns were left out.
std::string DrawTable(const Report& report, const DrawOptions& options);

}  // namespace cartwright
