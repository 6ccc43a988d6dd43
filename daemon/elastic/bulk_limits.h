#pragma once

#include <cstddef>

#include "daemon/elastic/bulk_writer.h"

namespace cartwright {

/// What the options come to for one writer.
struct BulkLimits {
  std::size_t body_bytes = 0;      ///< Of a body's text.
  std::size_t body_documents = 0;  ///< In a body.
  std::size_t document_bytes = 0;  ///< Of one document with its action line.
  std::size_t open_bodies = 0;     ///< At once, for all hosts together.
  std::size_t body_memory = 0;     ///< What one body takes.
};

/// A body takes at most a quarter of `memory_bytes`: one is filled, one is on its way, one may be
/// cut in two, one waits to be filled next.
BulkLimits LimitsOf(const BulkOptions& options, std::size_t hosts);

}  // namespace cartwright
