#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace cartwright {

/// Whose turn it is among the hosts of a cluster. Time is handed in.
///
/// A host that fails is left out. When its time is over it gets a probe, and work again only after
/// that was answered: a host that is still ill must not cost a real request its time-out.
class HostRing {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit HostRing(std::size_t hosts) : hosts_(hosts) {}

  /// The next host that works; when none does, the one whose time is over first.
  std::size_t Next(Time now);

  /// A host that waits for a probe; it counts as being probed until Works() or Fails(). Nothing
  /// while another host could not take the work meanwhile: then real requests are the probes.
  std::optional<std::size_t> TakeForProbe(Time now);

  void Works(std::size_t host) { hosts_[host] = Host{}; }
  /// Leaves the host out for 1 s, then 2 s, … up to 60 s.
  void Fails(std::size_t host, Time now);

  std::size_t size() const { return hosts_.size(); }

 private:
  struct Host {
    Time out_until{};
    std::chrono::seconds pause{0};  // 0 = works.
    bool probed = false;

    bool works() const { return pause.count() == 0; }
  };

  std::vector<Host> hosts_;
  std::size_t turn_ = 0;
};

}  // namespace cartwright
