#include "daemon/elastic/lease_keeper.h"

#include <utility>

namespace cartwright {

Result<std::unique_ptr<LeaseKeeper>> LeaseKeeper::Start(const ElasticOptions& options,
                                                        const std::string& index,
                                                        const Lease& lease,
                                                        std::chrono::milliseconds lifetime) {
  CARTWRIGHT_ASSIGN(std::unique_ptr<Transport> transport, Transport::Create(options));
  return std::unique_ptr<LeaseKeeper>(
      new LeaseKeeper(std::move(transport), index, lease, lifetime));
}

LeaseKeeper::LeaseKeeper(std::unique_ptr<Transport> transport, const std::string& index,
                         const Lease& lease, std::chrono::milliseconds lifetime)
    : transport_(std::move(transport)),
      leases_(*transport_, index, clock_),
      run_id_(lease.run_id),
      lifetime_(lifetime),
      expires_at_(lease.expires_at),
      thread_([this] { Run(); }) {}

LeaseKeeper::~LeaseKeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
  // Best effort: where this fails the lease runs out by itself.
  (void)leases_.Release(run_id_);
}

void LeaseKeeper::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, lifetime_ / 3, [this] { return stopping_; })) {
    lock.unlock();
    const EpochMillis until = clock_.Now() + lifetime_.count();
    const Result<bool> renewed = leases_.Renew(run_id_, until);
    if (renewed && *renewed) {
      expires_at_ = until;
    }
    // A server that does not answer is no reason to stop before the lease has run out.
    if ((renewed && !*renewed) || clock_.Now() >= expires_at_) {
      lost_.store(true);
    }
    lock.lock();
  }
}

}  // namespace cartwright
