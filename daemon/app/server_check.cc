#include "daemon/app/server_check.h"

#include <fmt/ranges.h>

#include "daemon/app/index_plan.h"

namespace cartwright {

Result<ServerCheck> CheckServer(const Shop& shop, Transport& transport) {
  IndexAdmin admin(transport);
  ServerCheck check;
  CARTWRIGHT_ASSIGN(check.server, admin.ProbeServer());
  check.warnings = check.server.warnings;
  if (check.server.is_serverless) {
    return check;  // Replicas are the provider's.
  }
  const Result<std::int64_t> nodes = admin.DataNodes();
  if (!nodes && nodes.error().kind != ErrorKind::kPermission) {
    return nodes.error();
  }
  std::vector<std::string> without_replicas;
  for (const WantedIndex& index : WantedIndices(shop)) {
    if (index.settings.replicas == 0) {
      without_replicas.push_back(index.alias);
    }
  }
  if (nodes && *nodes > 1 && !without_replicas.empty()) {
    check.warnings.push_back(fmt::format(
        "the cluster has {} data nodes, but {} {} no replicas: losing one node loses data; set "
        "replicas: 1 under indices",
        *nodes, fmt::join(without_replicas, ", "), without_replicas.size() == 1 ? "has" : "have"));
  }
  return check;
}

}  // namespace cartwright
