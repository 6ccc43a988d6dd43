#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/server_info.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// One place where a live mapping is not what we want.
struct MappingDifference {
  std::string path;    ///< Field path, "items.price"; a parameter after a colon, "items:dynamic".
  std::string live;    ///< JSON text; empty = absent.
  std::string wanted;  ///< JSON text; empty = absent.
  bool additive = false;  ///< A new field or multi-field: PUT _mapping can add it.
  friend bool operator==(const MappingDifference&, const MappingDifference&) = default;
};

/// Compares what GetMapping() returned (or a bare `{"properties": …}`) with the mapping we want.
/// Ordered by path. Parameters that the server leaves out because they hold the default count as
/// equal; `_meta` is not compared. Errors: kPermanent for text that is not a mapping.
Result<std::vector<MappingDifference>> CompareMapping(std::string_view live_json,
                                                      std::string_view wanted_json);

/// An alias leaves some indices for another one.
struct AliasSwap {
  std::string alias;
  std::vector<std::string> remove;
  std::string add;
};

/// Small calls about indices and aliases. Every error names the index, the HTTP status, the
/// server's type and reason, and what to do where that is known.
///
/// Errors of all: kUnavailable (no answer), kPermission (401, 403), kTransient (429, 5xx),
/// kPermanent (the rest).
class IndexAdmin {
 public:
  explicit IndexAdmin(Transport& transport) : transport_(transport) {}

  /// See server_info.h.
  Result<ServerInfo> ProbeServer() { return cartwright::ProbeServer(transport_); }

  /// Nodes that hold data. Errors: kPermission for an account without the `monitor` privilege.
  Result<std::int64_t> DataNodes();

  /// `body_json` holds settings, mappings and aliases. Once the server was probed, this and what is
  /// put below goes out in its dialect (index_dialect.h).
  Status CreateIndex(const std::string& name, const std::string& body_json);
  Status DeleteIndex(const std::string& name);
  /// True for an index or an alias of that name.
  Result<bool> IndexExists(const std::string& name);
  /// Concrete indices matching `pattern`, sorted; hidden ones left out.
  Result<std::vector<std::string>> ListIndices(const std::string& pattern);

  /// Indices behind an alias, sorted; empty when there is no such alias.
  Result<std::vector<std::string>> AliasTargets(const std::string& alias);
  /// All in one change of cluster state: readers never see a gap, nor some aliases before others.
  /// Fails whole when one of the indices to be removed does not carry its alias.
  Status SwapAliases(const std::vector<AliasSwap>& swaps);

  /// The mapping of one index (through an alias of one index too): `{"properties": …, …}`.
  Result<std::string> GetMapping(const std::string& name);
  Status PutMapping(const std::string& name, const std::string& mapping_json);
  Status PutSettings(const std::string& name, const std::string& settings_json);
  /// The settings of one index as a flat object of texts: `{"index.number_of_shards": "2", …}`.
  Result<std::string> GetSettings(const std::string& name);
  /// The mapping's `_meta` object; "{}" when it has none.
  Result<std::string> GetIndexMeta(const std::string& name);

  Status Refresh(const std::string& name);
  /// Documents matching `query_json` (empty = all). Errors: kUnavailable when a shard failed.
  Result<std::int64_t> Count(const std::string& name, const std::string& query_json);
  /// Waits in the server until `name` is at least `status` ("yellow", "green"). `timeout` must be
  /// below the transport's request time-out. Errors: kUnavailable when the time is up.
  Status WaitForHealth(const std::string& name, const std::string& status,
                       std::chrono::seconds timeout);
  /// The `_source` text of a document; nothing when it is not there.
  Result<std::optional<std::string>> GetDocument(const std::string& index, const std::string& id);

 private:
  Result<std::string> Call(std::string_view what, const HttpRequest& request);
  std::string ForServer(const std::string& body_json) const;

  Transport& transport_;
};

}  // namespace cartwright
