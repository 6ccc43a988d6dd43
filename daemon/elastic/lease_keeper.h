#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/elastic/index_leases.h"

namespace cartwright {

/// Renews a lease in a thread of its own, over a connection of its own, for as long as it lives:
/// whatever the holder waits for, its lease does not run out. Gives the lease back at its end.
class LeaseKeeper {
 public:
  /// `lease` must have been taken. It is kept `lifetime` ahead, renewed three times as often.
  /// Errors: those of Transport::Create.
  static Result<std::unique_ptr<LeaseKeeper>> Start(const ElasticOptions& options,
                                                    const std::string& index, const Lease& lease,
                                                    std::chrono::milliseconds lifetime);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  /// True once the lease may be somebody else's: nothing may be written any more.
  bool lost() const { return lost_.load(); }

 private:
  LeaseKeeper(std::unique_ptr<Transport> transport, const std::string& index, const Lease& lease,
              std::chrono::milliseconds lifetime);
  void Run();

  SystemClock clock_;
  std::unique_ptr<Transport> transport_;
  IndexLeases leases_;
  std::string run_id_;
  std::chrono::milliseconds lifetime_;
  EpochMillis expires_at_;
  std::atomic<bool> lost_{false};
  std::mutex mutex_;  // Guards stopping_.
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace cartwright
