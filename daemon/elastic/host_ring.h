#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace cartwright {

/// Whose turn it is among the hosts of a cluster. Time is handed in.
class HostRing {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit HostRing(std::size_t hosts) : hosts_(hosts) {}

  /// The next host not left out; when all are, the one due first.
  std::size_t Next(Time now);

  void Works(std::size_t host) { hosts_[host] = Host{}; }
  /// Leaves the host out for 1 s, then 2 s, … up to 60 s.
  void Fails(std::size_t host, Time now);

 private:
  struct Host {
    Time out_until{};
    std::chrono::seconds pause{0};
  };

  std::vector<Host> hosts_;
  std::size_t turn_ = 0;
};

}  // namespace cartwright
