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
      : limits_(limits), first_(sources) {}

  /// Called once a row was set aside and counted. `text` is the row's message.
  /// Errors: kData when the run's rows pass max_set_aside_rows, or the source's share passes
  /// max_set_aside_share once 1,000 of its rows were read.
  Status Spend(const std::string& source_name, std::size_t source, const ShapeCounts& counts,
               std::string_view text);

 private:
  Error Overspent(const std::string& source_name, std::size_t source, std::string what) const;

  LimitsConfig limits_;
  std::int64_t rows_ = 0;
  std::vector<std::string> first_;  ///< Message of the first row set aside, by source.
};

}  // namespace cartwright
