#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"

namespace cartwright {

/// Rows of a source that were set aside for one reason.
struct SourceReason {
  std::string code;
  std::string column;  ///< Empty when the whole row is bad.
  std::int64_t rows = 0;
};

/// What became of the rows of one source:
/// read = used + superseded + set_aside + filtered, and set_aside is the sum of the reasons.
struct SourceRows {
  std::string source;
  std::int64_t read = 0;
  std::int64_t used = 0;
  std::int64_t superseded = 0;
  std::int64_t set_aside = 0;
  std::int64_t filtered = 0;
  std::vector<SourceReason> reasons;
};

/// Report `data_overview`, type `load`: what the load of this run read, used and left out. One row
/// a source and outcome (read, used, superseded, filtered, set_aside), sources as given, and after
/// set_aside one a reason with its column, most rows first, then by code and column. `share` is of
/// the rows read. Its period is empty: it speaks of rows, whatever their dates.
Report LoadOverview(std::span<const SourceRows> sources);

}  // namespace cartwright
