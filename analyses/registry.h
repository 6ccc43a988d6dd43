#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/result.h"
#include "daemon/config/decode.h"
#include "daemon/config/node.h"

namespace cartwright {

/// One analysis: how it is called in the configuration, and how it is checked and run.
struct AnalysisEntry {
  std::string_view name;      ///< Key under `analyses:`.
  std::string_view sentence;  ///< What it tells, one sentence.
  /// Decodes the options and adds what is wrong with them, at their place, to the context: what
  /// passes can only fail on the data.
  void (*check)(const ConfigNode& options, const ShopTablesLayout& shop, DecodeContext& context);
  /// Decodes the options, applies their row rule and variant, and computes. Options that check()
  /// accepted cannot fail to decode. Errors: those of the analysis.
  Result<std::vector<Report>> (*run)(const ShopTables& tables, const ShopCalendar& calendar,
                                     const ConfigNode& options);
};

/// All analyses, in the order in which they run and are listed.
std::span<const AnalysisEntry> AllAnalyses();

/// The entry of a name, or null.
const AnalysisEntry* FindAnalysis(std::string_view name);

}  // namespace cartwright
