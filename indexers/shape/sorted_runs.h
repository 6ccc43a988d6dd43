#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "indexers/shape/spill_file.h"

namespace cartwright {

/// Stored rows in a temporary file: runs that are each ordered by key, written one after the other
/// and read all at once, in order. A stored row begins with its key as StoredWriter::Text writes
/// it. One thread.
///
/// Reading takes a buffer a run, so memory grows with the square root of what is stored: 16 KiB for
/// each 12 MiB of rows by default.
class SortedRuns {
 public:
  explicit SortedRuns(std::string folder) : folder_(std::move(folder)) {}

  bool empty() const { return ends_.empty(); }

  /// Ends the run before and begins the next. Errors: kOutput when the file cannot be made.
  Status BeginRun();
  /// Adds a row to the run; not before the row before by key. Errors: kOutput.
  Status Append(std::string_view row);

  /// Calls `visit` with each row, by key and then in the order of the runs; the bytes live until it
  /// returns. Buffers take about `memory_bytes`. Errors: those of `visit`; kOutput.
  Status ForEach(std::size_t memory_bytes,
                 const std::function<Status(std::string_view row)>& visit);

 private:
  std::string folder_;
  std::optional<SpillFile> file_;
  std::vector<std::uint64_t> ends_;  ///< Of the runs, in the file; of the last as far as it is.
};

}  // namespace cartwright
