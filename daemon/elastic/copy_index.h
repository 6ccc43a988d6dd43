#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/base/progress.h"
#include "daemon/base/result.h"
#include "daemon/elastic/bulk_writer.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// Which index to copy, and who is told.
struct CopyRequest {
  std::string from;
  std::string to;              ///< Exists, is empty and has no alias yet.
  std::int64_t documents = 0;  ///< About how many; for the progress and the size of a page.
  std::int64_t bytes = 0;      ///< About how many; for the size of a page.
  int slices = 1;
  /// Each document on its way. An error ends the copy.
  std::function<Status(std::string_view id, std::int64_t version, std::string_view source)> copied;
  Progress progress;
};

/// Copies one frozen view of an index, with the version of each document. Returns what was written.
///
/// Works by reading and bulk writing, which any server can do. Memory: a few pages of about 4 MiB,
/// and the writer's bodies. Errors: those of reading and writing; kData naming the first document
/// that the new index refused: a copy has all of them or has failed.
Result<BulkCounts> CopyIndex(Transport& transport, const BulkOptions& bulk,
                             const CopyRequest& request);

}  // namespace cartwright
