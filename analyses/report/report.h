#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/money.h"

namespace cartwright {

enum class ColumnType { kText, kInteger, kReal, kMoney, kInstant, kBoolean };
std::string_view ColumnTypeName(ColumnType type);  ///< "text", "integer", "real", "money", ...

struct ColumnSpec {
  std::string name;  ///< A column of the catalogue.
  ColumnType type = ColumnType::kText;
};

/// An instant as a cell (integers are counts).
struct Instant {
  EpochMillis millis = 0;
};

/// One value on its way into a row: null, or a value of the column's type. Reals must be finite:
/// what cannot be computed is null.
class Cell {
 public:
  using Value =
      std::variant<std::monostate, std::string_view, std::int64_t, double, Money, Instant, bool>;
  Cell() = default;
  // NOLINTBEGIN(google-explicit-constructor): every value is a cell.
  Cell(std::nullopt_t) {}
  Cell(std::string_view text) : value_(text) {}
  Cell(const std::string& text) : value_(std::string_view(text)) {}
  Cell(const char* text) : value_(std::string_view(text)) {}
  Cell(int value) : value_(std::int64_t{value}) {}
  Cell(std::int64_t value) : value_(value) {}
  Cell(double value) : value_(value) {}
  Cell(Money value) : value_(value) {}
  Cell(Instant value) : value_(value) {}
  Cell(bool value) : value_(value) {}
  template <class T>
  Cell(const std::optional<T>& value) {
    if (value) {
      *this = Cell(*value);
    }
  }
  // NOLINTEND(google-explicit-constructor)
  const Value& value() const { return value_; }

 private:
  Value value_;
};

/// Typed columns of one length. Rows come in the order they were appended, which the analysis
/// states.
class ReportTable {
 public:
  ReportTable() = default;
  explicit ReportTable(std::vector<ColumnSpec> columns);

  /// Appends one row: a cell a column, in the columns' order, null or of the column's type.
  void Append(const std::vector<Cell>& row);
  void Append(std::initializer_list<Cell> row);

  /// Makes every value of a column null.
  void ClearColumn(std::size_t column);

  std::size_t rows() const { return rows_; }
  const std::vector<ColumnSpec>& columns() const { return columns_; }
  /// The index of a column, or nothing.
  std::optional<std::size_t> Find(std::string_view name) const;

  bool IsNull(std::size_t row, std::size_t column) const;
  /// The value at a place; monostate for null. Texts view the table.
  Cell::Value At(std::size_t row, std::size_t column) const;

  std::int64_t Integer(std::size_t row, std::string_view column) const;   ///< Must not be null.
  double Real(std::size_t row, std::string_view column) const;            ///< Must not be null.
  Money Amount(std::size_t row, std::string_view column) const;           ///< Must not be null.
  std::string_view Text(std::size_t row, std::string_view column) const;  ///< Must not be null.
  bool Boolean(std::size_t row, std::string_view column) const;           ///< Must not be null.

 private:
  struct Column {
    std::vector<std::int64_t> whole;  ///< Integers, money, instants, booleans.
    std::vector<double> real;
    std::vector<std::string> text;
    std::vector<bool> present;
  };
  void AppendCell(std::size_t column, const Cell& cell);
  std::size_t MustFind(std::string_view name) const;

  std::vector<ColumnSpec> columns_;
  std::vector<Column> data_;
  std::size_t rows_ = 0;
};

enum class ReportStatus { kOk, kDegenerate, kInsufficientData, kNotAvailable, kFailed };
std::string_view ReportStatusName(ReportStatus status);

enum class Grain { kAggregate, kCustomer };

/// What makes a report the same report on another day. Empty or missing parts are not published.
struct ReportKey {
  std::string report_name;
  std::string type;
  std::string time_period;
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
  std::optional<std::int64_t> partition;
  std::string abtest_type;
  std::string variant;
  std::string dimension_name;   ///< Filled in by the runner, not by the analysis.
  std::string dimension_value;  ///< Filled in by the runner, not by the analysis.
  friend auto operator<=>(const ReportKey&, const ReportKey&) = default;
};

/// One report table with what a reader must know to trust it.
struct Report {
  ReportKey key;
  ReportTable table;
  ReportStatus status = ReportStatus::kOk;
  std::string status_reason;  ///< Empty when the status is ok.
  std::vector<std::string> warnings;
  std::int64_t rows_read = 0;  ///< Rows of the input tables.
  std::int64_t rows_used = 0;
  std::map<std::string, std::int64_t> rows_dropped;  ///< Reason → rows; read = used + dropped.
  std::optional<EpochMillis> period_from;            ///< Half-open input window.
  std::optional<EpochMillis> period_to;
  std::vector<std::pair<std::string, std::string>>
      params;  ///< All parameters after defaults, by name.

  /// For customer grain: one row a customer (column `client` first), published as one current
  /// document a customer; `table` then holds the summary and the top rows.
  ReportTable customers;
};

}  // namespace cartwright
