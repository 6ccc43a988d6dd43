#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// What answers at the configured hosts and what it can do. Found once for each transport.
struct ServerInfo {
  std::string distribution;  ///< "elasticsearch" or "opensearch".
  std::string version;       ///< "8.19.21".
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string found_by;  ///< The request that told the version: stripped servers lack `GET /`.
  std::string flavor;    ///< "default", "serverless", …; empty where the server does not say.

  /// Shards and replicas are the provider's: the server refuses these settings.
  bool is_serverless = false;
  /// `POST /{index}/_search/point_in_time` instead of `POST /{index}/_pit`.
  bool has_opensearch_views = false;
  /// A point in time can be sorted by `_shard_doc`.
  bool has_shard_doc_sort = false;
  /// The server has its own `_reindex`.
  bool has_reindex = false;
  /// Bytes of one request body; nothing when the server or our rights do not let us see it.
  std::optional<std::int64_t> max_content_length;
  /// One sentence each, with what to do: what is known to go wrong on this server.
  std::vector<std::string> warnings;

  bool is_opensearch() const { return distribution == "opensearch"; }
  /// True from this version on.
  bool is_at_least(int wanted_major, int wanted_minor) const {
    return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
  }
};

/// Asks the server, without changing anything there. Kept in the transport: the second call answers
/// from memory.
///
/// Errors: kPermanent for anything but Elasticsearch from 7.17 and OpenSearch from 2.4 (newer ones
/// than were tried get a warning); kUnavailable, kPermission, kTransient when it does not tell.
Result<ServerInfo> ProbeServer(Transport& transport);

}  // namespace cartwright
