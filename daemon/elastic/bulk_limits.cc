#include "daemon/elastic/bulk_limits.h"

#include <algorithm>

#include "daemon/elastic/bulk_body.h"

namespace cartwright {

BulkLimits LimitsOf(const BulkOptions& options, std::size_t hosts, bool compresses) {
  // To four bodies comes PackedMemory() of one.
  const std::size_t most = compresses ? options.memory_bytes / 41 * 8 : options.memory_bytes / 4;
  const std::size_t per_document = BulkBody::kMemoryPerDocument;
  BulkLimits limits;
  limits.body_documents = std::clamp<std::size_t>(
      most / 2 / per_document, 1, std::max<std::size_t>(options.batch_documents, 1));
  if (options.documents_per_second > 0) {  // A second's worth: many small bodies, no rare bursts.
    limits.body_documents =
        std::min(limits.body_documents, static_cast<std::size_t>(options.documents_per_second));
  }
  const std::size_t entries = limits.body_documents * per_document;
  limits.document_bytes = most > entries ? most - entries : 1;
  limits.body_bytes =
      std::min(std::max<std::size_t>(options.batch_bytes, 1), limits.document_bytes);
  limits.body_memory = limits.body_bytes + entries;
  limits.open_bodies = static_cast<std::size_t>(std::max(1, options.in_flight)) * hosts;
  return limits;
}

}  // namespace cartwright
