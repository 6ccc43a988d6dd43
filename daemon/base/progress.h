#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace cartwright {

/// How far a phase of long work is.
struct ProgressPoint {
  std::string_view phase;       ///< "reading orders.csv"; another text begins another phase.
  std::int64_t done = 0;        ///< Rows, documents or reports so far.
  std::optional<double> share;  ///< 0..1 of the phase; nothing when its size is not known.
};

/// Told now and then how far a phase is. May be empty.
using Progress = std::function<void(const ProgressPoint&)>;

}  // namespace cartwright
