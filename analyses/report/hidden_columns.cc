#include "analyses/report/hidden_columns.h"

#include <string>

namespace cartwright {

void HideColumns(Report& report, std::string_view what, std::span<const std::string_view> columns) {
  std::string hidden;
  for (const std::string_view name : columns) {
    if (const auto column = report.table.Find(name)) {
      report.table.ClearColumn(*column);
      hidden.append(hidden.empty() ? "" : ", ").append(name);
    }
  }
  if (!hidden.empty()) {
    report.warnings.push_back(
        std::string("no source gives ").append(what).append("; not available: ") + hidden);
  }
}

}  // namespace cartwright
