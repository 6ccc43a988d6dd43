#include "daemon/elastic/host_ring.h"

#include <algorithm>

namespace cartwright {

std::size_t HostRing::Next(Time now) {
  std::size_t best = turn_;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const std::size_t host = (turn_ + i) % hosts_.size();
    if (hosts_[host].works()) {
      best = host;
      break;
    }
    // Those whose time is over are equal: they take turns.
    if (std::max(hosts_[host].out_until, now) < std::max(hosts_[best].out_until, now)) {
      best = host;
    }
  }
  turn_ = (best + 1) % hosts_.size();
  return best;
}

std::optional<std::size_t> HostRing::TakeForProbe(Time now) {
  if (std::none_of(hosts_.begin(), hosts_.end(), [](const Host& host) { return host.works(); })) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    Host& host = hosts_[i];
    if (!host.works() && !host.probed && host.out_until <= now) {
      host.probed = true;
      return i;
    }
  }
  return std::nullopt;
}

void HostRing::Fails(std::size_t host, Time now) {
  constexpr std::chrono::seconds kFirst{1};
  constexpr std::chrono::seconds kLongest{60};
  Host& failed = hosts_[host];
  failed.probed = false;
  if (failed.out_until > now) {
    return;  // Several requests failed together: that is one failure.
  }
  failed.pause = failed.works() ? kFirst : std::min(failed.pause * 2, kLongest);
  failed.out_until = now + failed.pause;
}

}  // namespace cartwright
