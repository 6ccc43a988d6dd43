#include "daemon/app/shop_leases.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "daemon/app/environment.h"

namespace cartwright {
namespace {

constexpr std::chrono::seconds kLifetime{60};
constexpr EpochMillis kLookAgainMs = 500;

std::string ThisHolder() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}", host.data(), getpid());
}

Lease NewLease(const Shop& shop, LeaseKind kind, const std::string& run_id,
               const std::vector<std::string>& names) {
  const EpochMillis now = SystemClock().Now();
  Lease lease{run_id, kind, ThisHolder(),
              {},     now,  now + std::chrono::milliseconds(kLifetime).count()};
  for (const std::string& name : names) {
    lease.indices.push_back(shop.Alias(name));
  }
  return lease;
}

Status LookAgainLater(const std::string& waiting_for) {
  if (StopWasRequested()) {
    return Error{ErrorKind::kCancelled,
                 fmt::format("stopped while waiting for {}; nothing was changed", waiting_for)};
  }
  SleepUntil(SystemClock().Now() + kLookAgainMs);
  return {};
}

std::string IndexNames(const Lease& lease) {
  std::string names;
  for (const std::string& index : lease.indices) {
    names += (names.empty() ? "" : ", ") + index;
  }
  return names;
}

}  // namespace

std::string LeaseIndex(const Shop& shop) { return shop.Alias("leases"); }

Result<std::unique_ptr<LeaseKeeper>> TakeLoadLease(const Shop& shop, Transport& transport,
                                                   const std::string& run_id,
                                                   const std::vector<std::string>& names,
                                                   const OnLeaseWait& waiting) {
  const SystemClock clock;
  IndexLeases leases(transport, LeaseIndex(shop), clock);
  for (bool told = false;; told = true) {
    const Lease lease = NewLease(shop, LeaseKind::kLoad, run_id, names);
    CARTWRIGHT_ASSIGN(const std::vector<Lease> in_the_way, leases.TryTake(lease));
    if (in_the_way.empty()) {
      return LeaseKeeper::Start(shop.Elastic(run_id), LeaseIndex(shop), lease, kLifetime);
    }
    const Lease& reindex = in_the_way.front();
    if (!waiting) {
      return Error{ErrorKind::kTransient,
                   fmt::format("{} is being reindexed by {}; nothing was loaded, run again when it "
                               "has ended",
                               IndexNames(reindex), DescribeLease(reindex))};
    }
    if (!told) {
      waiting(reindex);
    }
    CARTWRIGHT_TRY(LookAgainLater("the reindex of " + IndexNames(reindex)));
  }
}

Result<std::unique_ptr<LeaseKeeper>> TakeReindexLease(const Shop& shop, Transport& transport,
                                                      const std::string& run_id,
                                                      const std::vector<std::string>& names,
                                                      Console& console) {
  const SystemClock clock;
  IndexLeases leases(transport, LeaseIndex(shop), clock);
  const Lease lease = NewLease(shop, LeaseKind::kReindex, run_id, names);
  CARTWRIGHT_ASSIGN(const std::vector<Lease> in_the_way, leases.TryTake(lease));
  if (!in_the_way.empty()) {
    return Error{ErrorKind::kTransient,
                 fmt::format("{} is being reindexed by {}; wait until it has ended",
                             IndexNames(in_the_way.front()), DescribeLease(in_the_way.front()))};
  }
  CARTWRIGHT_ASSIGN(std::unique_ptr<LeaseKeeper> keeper,
                    LeaseKeeper::Start(shop.Elastic(run_id), LeaseIndex(shop), lease, kLifetime));
  while (true) {
    CARTWRIGHT_ASSIGN(const std::vector<Lease> loads, leases.LoadsBefore(lease));
    if (loads.empty()) {
      return keeper;
    }
    const std::string waiting_for = "the load of " + DescribeLease(loads.front());
    console.Progress({"waiting for " + waiting_for, 0, {}});
    CARTWRIGHT_TRY(LookAgainLater(waiting_for));
  }
}

Result<std::vector<Lease>> RunningReindexes(const Shop& shop, Transport& transport) {
  const SystemClock clock;
  IndexLeases leases(transport, LeaseIndex(shop), clock);
  CARTWRIGHT_ASSIGN(std::vector<Lease> running, leases.List());
  std::erase_if(running, [&clock](const Lease& lease) {
    return lease.kind != LeaseKind::kReindex || lease.expires_at <= clock.Now();
  });
  return running;
}

}  // namespace cartwright
