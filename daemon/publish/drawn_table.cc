#include "daemon/publish/drawn_table.h"

#include <algorithm>
#include <variant>

#include "daemon/publish/cell_text.h"

namespace cartwright {

bool HasColumns(const ReportTable& table, std::initializer_list<std::string_view> names) {
  return std::all_of(names.begin(), names.end(),
                     [&table](std::string_view name) { return table.Find(name).has_value(); });
}

std::optional<std::size_t> FirstOf(const ReportTable& table,
                                   std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto found = table.Find(name)) {
      return found;
    }
  }
  return std::nullopt;
}

std::string TextOf(const ReportTable& table, std::size_t row, std::string_view column,
                   const DrawOptions& options) {
  const auto found = table.Find(column);
  return found ? CellText(table, row, *found, options.currency_exponent)
               : std::string(kMissingText);
}

std::optional<double> NumberOf(const ReportTable& table, std::size_t row, std::string_view column) {
  const auto found = table.Find(column);
  return found ? CellNumber(table, row, *found) : std::nullopt;
}

bool IsOpen(const ReportTable& table, std::size_t row) {
  const auto found = table.Find("is_complete");
  if (!found || table.columns()[*found].type != ColumnType::kBoolean) {
    return false;
  }
  return !table.IsNull(row, *found) && !std::get<bool>(table.At(row, *found));
}

std::string LeftOutNote(std::size_t drawn, std::size_t all, std::string_view which,
                        std::string_view what) {
  if (drawn >= all) {
    return "";
  }
  return "… the " + std::string(which) + " " + std::to_string(drawn) + " of " +
         std::to_string(all) + " " + std::string(what) + "\n";
}

}  // namespace cartwright
