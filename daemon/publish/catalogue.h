#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/report/report.h"
#include "daemon/base/result.h"

namespace cartwright {

/// A column of the catalogue: one type and one unit wherever it appears.
struct CatalogueColumn {
  ColumnType type = ColumnType::kText;
  std::string unit;
  std::string format;
  std::string sentence;
};

/// A report of the catalogue: what identifies it, what it holds, what it means.
struct CatalogueReport {
  std::string report_name;
  std::string type;
  std::vector<std::string> time_periods;  ///< Empty when the report has none.
  Grain grain = Grain::kAggregate;
  std::string sentence;
  std::vector<std::string> columns;
  std::vector<std::string> customer_columns;  ///< Of customer-values; customer grain only.
};

/// The one list of reports and columns, read from `mappings/catalogue.json`.
class Catalogue {
 public:
  /// Errors: kInternal when the text is not a catalogue.
  static Result<Catalogue> Parse(std::string_view json);
  /// The catalogue that the program was built with.
  static Result<Catalogue> Load();

  const std::vector<CatalogueReport>& reports() const { return reports_; }
  const std::map<std::string, CatalogueColumn>& columns() const { return columns_; }

  /// Whether the report is listed and emits just the listed columns with their types.
  /// Errors: kInternal, naming the report and the column.
  Status Check(const Report& report) const;

  /// The mapping of the row indices: the fixed header of `mappings/report-rows.json` and every
  /// column that an aggregate report may emit.
  std::string RowMapping() const;
  /// The mapping of customer-values: its header and every customer column.
  std::string CustomerValuesMapping() const;

 private:
  Status CheckTable(const Report& report, const ReportTable& table,
                    const std::vector<std::string>& listed) const;

  std::vector<CatalogueReport> reports_;
  std::map<std::string, CatalogueColumn> columns_;
};

}  // namespace cartwright
