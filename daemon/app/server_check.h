#pragma once

#include <string>
#include <vector>

#include "daemon/app/shop.h"
#include "daemon/base/result.h"
#include "daemon/elastic/index_admin.h"

namespace cartwright {

/// What the configured server is, and what about it does not go well with the configuration.
struct ServerCheck {
  ServerInfo server;
  std::vector<std::string> warnings;  ///< One sentence each, with what to do.
};

/// Errors: those of IndexAdmin::ProbeServer. An account that may not read the cluster's health is
/// no error: then nothing is said about replicas.
Result<ServerCheck> CheckServer(const Shop& shop, Transport& transport);

}  // namespace cartwright
