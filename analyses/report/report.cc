#include "analyses/report/report.h"

#include <algorithm>
#include <cmath>

#include "daemon/base/check.h"

namespace cartwright {

std::string_view ColumnTypeName(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "text";
    case ColumnType::kInteger:
      return "integer";
    case ColumnType::kReal:
      return "real";
    case ColumnType::kMoney:
      return "money";
    case ColumnType::kInstant:
      return "instant";
    case ColumnType::kBoolean:
      return "boolean";
  }
  return "";
}

std::string_view ReportStatusName(ReportStatus status) {
  switch (status) {
    case ReportStatus::kOk:
      return "ok";
    case ReportStatus::kDegenerate:
      return "degenerate";
    case ReportStatus::kInsufficientData:
      return "insufficient_data";
    case ReportStatus::kNotAvailable:
      return "not_available";
    case ReportStatus::kFailed:
      return "failed";
  }
  return "";
}

ReportTable::ReportTable(std::vector<ColumnSpec> columns)
    : columns_(std::move(columns)), data_(columns_.size()) {}

void ReportTable::Append(std::initializer_list<Cell> row) {
  CARTWRIGHT_CHECK(row.size() == columns_.size(), "a row has one cell a column");
  std::size_t column = 0;
  for (const Cell& cell : row) {
    AppendCell(column++, cell);
  }
  ++rows_;
}

void ReportTable::Append(const std::vector<Cell>& row) {
  CARTWRIGHT_CHECK(row.size() == columns_.size(), "a row has one cell a column");
  for (std::size_t column = 0; column < row.size(); ++column) {
    AppendCell(column, row[column]);
  }
  ++rows_;
}

void ReportTable::AppendCell(std::size_t column, const Cell& cell) {
  Column& data = data_[column];
  const ColumnType type = columns_[column].type;
  const Cell::Value& value = cell.value();
  const bool present = !std::holds_alternative<std::monostate>(value);
  data.present.push_back(present);
  if (type == ColumnType::kText) {
    CARTWRIGHT_CHECK(!present || std::holds_alternative<std::string_view>(value), "text expected");
    data.text.emplace_back(present ? std::get<std::string_view>(value) : std::string_view{});
    return;
  }
  if (type == ColumnType::kReal) {
    CARTWRIGHT_CHECK(!present || std::holds_alternative<double>(value), "real expected");
    data.real.push_back(present ? std::get<double>(value) : 0.0);
    CARTWRIGHT_CHECK(std::isfinite(data.real.back()), "a real is finite or null");
    return;
  }
  std::int64_t whole = 0;
  if (present && type == ColumnType::kInteger) {
    CARTWRIGHT_CHECK(std::holds_alternative<std::int64_t>(value), "integer expected");
    whole = std::get<std::int64_t>(value);
  } else if (present && type == ColumnType::kMoney) {
    CARTWRIGHT_CHECK(std::holds_alternative<Money>(value), "money expected");
    whole = std::get<Money>(value).minor;
  } else if (present && type == ColumnType::kInstant) {
    CARTWRIGHT_CHECK(std::holds_alternative<Instant>(value), "instant expected");
    whole = std::get<Instant>(value).millis;
  } else if (present) {
    CARTWRIGHT_CHECK(std::holds_alternative<bool>(value), "boolean expected");
    whole = std::get<bool>(value) ? 1 : 0;
  }
  data.whole.push_back(whole);
}

void ReportTable::ClearColumn(std::size_t column) {
  std::vector<bool>& present = data_[column].present;
  present.assign(present.size(), false);
}

std::optional<std::size_t> ReportTable::Find(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [name](const ColumnSpec& column) { return column.name == name; });
  if (found == columns_.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t ReportTable::MustFind(std::string_view name) const {
  const std::optional<std::size_t> found = Find(name);
  CARTWRIGHT_CHECK(found.has_value(), "the table has the column that is asked for");
  return *found;
}

bool ReportTable::IsNull(std::size_t row, std::size_t column) const {
  return !data_[column].present[row];
}

Cell::Value ReportTable::At(std::size_t row, std::size_t column) const {
  const Column& data = data_[column];
  if (!data.present[row]) {
    return std::monostate{};
  }
  switch (columns_[column].type) {
    case ColumnType::kText:
      return std::string_view(data.text[row]);
    case ColumnType::kReal:
      return data.real[row];
    case ColumnType::kInteger:
      return data.whole[row];
    case ColumnType::kMoney:
      return Money{data.whole[row]};
    case ColumnType::kInstant:
      return Instant{data.whole[row]};
    case ColumnType::kBoolean:
      return data.whole[row] != 0;
  }
  return std::monostate{};
}

std::int64_t ReportTable::Integer(std::size_t row, std::string_view column) const {
  return std::get<std::int64_t>(At(row, MustFind(column)));
}

double ReportTable::Real(std::size_t row, std::string_view column) const {
  return std::get<double>(At(row, MustFind(column)));
}

Money ReportTable::Amount(std::size_t row, std::string_view column) const {
  return std::get<Money>(At(row, MustFind(column)));
}

std::string_view ReportTable::Text(std::size_t row, std::string_view column) const {
  return std::get<std::string_view>(At(row, MustFind(column)));
}

bool ReportTable::Boolean(std::size_t row, std::string_view column) const {
  return std::get<bool>(At(row, MustFind(column)));
}

}  // namespace cartwright
