#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/app/console.h"
#include "daemon/app/shop.h"
#include "daemon/elastic/index_leases.h"
#include "daemon/elastic/lease_keeper.h"

namespace cartwright {

/// The index that holds a shop's leases.
std::string LeaseIndex(const Shop& shop);

/// What a load does while a reindex is in its way.
enum class WhileReindexing { kWait, kRefuse };

/// Takes a lease to write to `names` (logical) through their aliases and keeps it. `waiting` is
/// told once when it has to wait. Errors: kTransient naming the reindex in the way (kRefuse),
/// kCancelled when a stop was asked for meanwhile; those of the server.
Result<std::unique_ptr<LeaseKeeper>> TakeLoadLease(
    const Shop& shop, Transport& transport, const std::string& run_id,
    const std::vector<std::string>& names, WhileReindexing then,
    const std::function<void(const Lease&)>& waiting);

/// Takes the lease of a reindex of `names`, keeps it, and waits until the loads that had begun
/// before have ended. Errors: kTransient naming another reindex that holds one of them; as above.
Result<std::unique_ptr<LeaseKeeper>> TakeReindexLease(const Shop& shop, Transport& transport,
                                                      const std::string& run_id,
                                                      const std::vector<std::string>& names,
                                                      Console& console);

/// Reindexes that hold a lease now.
Result<std::vector<Lease>> RunningReindexes(const Shop& shop, Transport& transport);

}  // namespace cartwright
