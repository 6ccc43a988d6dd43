#include "analyses/data_overview/load_overview.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

constexpr std::string_view kSetAside = "set_aside";

std::vector<SourceReason> ByRows(std::vector<SourceReason> reasons) {
  std::sort(reasons.begin(), reasons.end(), [](const SourceReason& a, const SourceReason& b) {
    return std::tie(b.rows, a.code, a.column) < std::tie(a.rows, b.code, b.column);
  });
  return reasons;
}

void AppendSource(const SourceRows& source, ReportTable& out) {
  const std::pair<std::string_view, std::int64_t> outcomes[] = {{"read", source.read},
                                                                {"used", source.used},
                                                                {"superseded", source.superseded},
                                                                {"filtered", source.filtered},
                                                                {kSetAside, source.set_aside}};
  for (const auto& [outcome, rows] : outcomes) {
    out.Append({source.source, outcome, Cell(), Cell(), rows, Ratio(rows, source.read)});
  }
  for (const SourceReason& reason : ByRows(source.reasons)) {
    out.Append({source.source, kSetAside, reason.code,
                reason.column.empty() ? Cell() : Cell(reason.column), reason.rows,
                Ratio(reason.rows, source.read)});
  }
}

}  // namespace

Report LoadOverview(std::span<const SourceRows> sources) {
  Report report;
  report.key.report_name = "data_overview";
  report.key.type = "load";
  report.table = ReportTable({{"source", ColumnType::kText},
                              {"outcome", ColumnType::kText},
                              {"reason", ColumnType::kText},
                              {"column_name", ColumnType::kText},
                              {"rows", ColumnType::kInteger},
                              {"share", ColumnType::kReal}});
  for (const SourceRows& source : sources) {
    AppendSource(source, report.table);
    report.rows_read += source.read;
    report.rows_used += source.used;
    for (const auto& [outcome, rows] : {std::pair{"superseded", source.superseded},
                                        {"filtered", source.filtered},
                                        {"set_aside", source.set_aside}}) {
      if (rows != 0) {
        report.rows_dropped[outcome] += rows;
      }
    }
  }
  if (report.rows_read == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "the sources have no rows";
  }
  return report;
}

}  // namespace cartwright
