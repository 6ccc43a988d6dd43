#pragma once

#include <cstdint>
#include <string>

#include "daemon/base/result.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// How large an index is, and a mark that changes with every write to it.
struct IndexStats {
  std::int64_t documents = 0;
  std::int64_t store_bytes = 0;  ///< Of the primaries.
  std::string last_writes;       ///< Compared for equality only.
};

/// Errors: those of the server; kUnavailable when a primary shard did not answer.
Result<IndexStats> ReadIndexStats(Transport& transport, const std::string& index);

}  // namespace cartwright
