#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/app/shop.h"
#include "daemon/base/result.h"

namespace cartwright {

/// A finished report and how long its analysis took.
struct TimedReport {
  Report report;
  std::int64_t duration_ms = 0;
};

/// What a run of analyses gave.
struct Analysed {
  std::vector<TimedReport> reports;  ///< Without their customer tables.
  /// The customer tables, of all customers only, in the order of `reports`.
  std::vector<Report> customer_reports;
};

/// Which analyses to run over which tables.
struct AnalysisPlan {
  std::vector<AnalysisConfig> analyses;  ///< In the order of the registry.
  bool all_dimensions = false;           ///< Also once for each value of each dimension.
};

/// What a run of analyses was told to do: names as configured, or all. Errors: kUsage for a name
/// that is no analysis.
Result<AnalysisPlan> PlanAnalyses(const Config& config, const std::vector<std::string>& names,
                                  bool all_dimensions);

/// Runs the plan on all threads of the process; the reports and their order do not depend on how
/// many there are. `progress` is told how far it is, by one thread at a time. Every report is
/// checked against the catalogue. Errors: the first failing analysis in the order of the reports,
/// by name: reports are published all together or not at all; kCancelled when a stop was requested.
Result<Analysed> RunAnalyses(const Shop& shop, const AnalysisPlan& plan, const ShopTables& tables,
                             const ShopCalendar& calendar, const Progress& progress);

/// The start of the latest session, the moment that `as_of: latest_record` speaks of.
std::optional<EpochMillis> LatestRecord(const ShopTables& tables);

}  // namespace cartwright
