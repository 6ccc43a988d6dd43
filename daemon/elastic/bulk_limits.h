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
/// cut in two, one waits to be filled next. Where bodies are compressed it is a little less,
/// because the one on its way has a copy.
BulkLimits LimitsOf(const BulkOptions& options, std::size_t hosts, bool compresses);

/// The most memory that compressing a body of so many bytes takes: Gzip()'s copy, and what that has
/// grown from.
inline std::size_t PackedMemory(std::size_t bytes) { return bytes + bytes / 8; }

}  // namespace cartwright
