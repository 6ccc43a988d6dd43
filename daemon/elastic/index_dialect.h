#pragma once

#include <string>

#include "daemon/elastic/server_info.h"

namespace cartwright {

/// A body that creates an index, a mapping or settings, in the words of this server. Bodies are
/// written for Elasticsearch; a body that needs no change, or was changed before, comes back as it
/// is.
///
/// OpenSearch calls `flattened` `flat_object`, and before 2.7 has neither: there such a field is
/// kept, but cannot be searched. Serverless gets no shard and replica settings.
std::string InDialect(const ServerInfo& server, const std::string& body_json);

}  // namespace cartwright
