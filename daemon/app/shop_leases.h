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

/// Told once of the reindex that a load has to wait for.
using OnLeaseWait = std::function<void(const Lease& reindex)>;

/// Takes a lease to write to `names` (logical) through their aliases and keeps it. While a reindex
/// is in the way it tells `waiting` and waits; without `waiting` it refuses. Errors: kTransient
/// naming the reindex in the way, kCancelled when a stop was asked for meanwhile; those of the
/// server.
Result<std::unique_ptr<LeaseKeeper>> TakeLoadLease(const Shop& shop, Transport& transport,
                                                   const std::string& run_id,
                                                   const std::vector<std::string>& names,
                                                   const OnLeaseWait& waiting = {});

/// Takes the lease of a reindex of `names`, keeps it, and waits until the loads that had begun
/// before have ended. Errors: kTransient naming another reindex that holds one of them; as above.
Result<std::unique_ptr<LeaseKeeper>> TakeReindexLease(const Shop& shop, Transport& transport,
                                                      const std::string& run_id,
                                                      const std::vector<std::string>& names,
                                                      Console& console);

/// Reindexes that hold a lease now.
Result<std::vector<Lease>> RunningReindexes(const Shop& shop, Transport& transport);

}  // namespace cartwright
