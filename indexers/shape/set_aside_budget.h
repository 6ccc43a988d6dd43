#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/shape/shape.h"

namespace cartwright {

/// How many rows may be set aside before a run fails.
class SetAsideBudget {
 public:
  SetAsideBudget(const LimitsConfig& limits, std::size_t sources)
      : limits_(limits), more_lines_(sources), first_(sources) {}

  /// Called once a row was set aside and counted. `text` is the row's message, `lines` how many
  /// lines of the file went with it.
  /// Errors: kData when the run's lines pass max_set_aside_rows, or the source's share passes
  /// max_set_aside_share once 1,000 of its rows were read.
  Status Spend(const std::string& source_name, std::size_t source, const ShapeCounts& counts,
               std::string_view text, std::uint64_t lines);

  /// Called when no more rows of the source can come. Errors: kData when no row was usable (a share
  /// of 1 allows it), or when the share of a source of 100 rows or more passes max_set_aside_share:
  /// in a smaller one a few bad rows are a large share.
  Status CheckShare(const std::string& source_name, std::size_t source,
                    const ShapeCounts& counts) const;

 private:
  Status CheckShareFrom(std::int64_t least_rows, const std::string& source_name, std::size_t source,
                        const ShapeCounts& counts) const;
  Error Overspent(const std::string& source_name, std::size_t source, std::string what) const;

  LimitsConfig limits_;
  std::int64_t lines_ = 0;                ///< Of all sources.
  std::vector<std::int64_t> more_lines_;  ///< Beyond one a row, by source.
  std::vector<std::string> first_;        ///< Message of the first row set aside, by source.
};

}  // namespace cartwright
