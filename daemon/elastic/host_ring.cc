#include "daemon/elastic/host_ring.h"

#include <algorithm>

namespace cartwright {

std::size_t HostRing::Next(Time now) {
  std::size_t best = turn_;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const std::size_t host = (turn_ + i) % hosts_.size();
    if (hosts_[host].out_until <= now) {
      best = host;
      break;
    }
    if (hosts_[host].out_until < hosts_[best].out_until) {
      best = host;
    }
  }
  turn_ = (best + 1) % hosts_.size();
  return best;
}

void HostRing::Fails(std::size_t host, Time now) {
  constexpr std::chrono::seconds kFirst{1};
  constexpr std::chrono::seconds kLongest{60};
  Host& failed = hosts_[host];
  if (failed.out_until > now) {
    return;  // Several requests failed together: that is one failure.
  }
  failed.pause =
      failed.pause == failed.pause.zero() ? kFirst : std::min(failed.pause * 2, kLongest);
  failed.out_until = now + failed.pause;
}

}  // namespace cartwright
