#include "daemon/app/environment.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace cartwright {
namespace {

constexpr int kStoppedBySignal = 130;
constexpr EpochMillis kLongestSleep = 60'000;

// A signal handler can reach nothing but what lives for ever.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> g_stop_requested{false};
std::atomic<int> g_stop_event{-1};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void OnStopSignal(int) {
  if (g_stop_requested.exchange(true)) {
    _exit(kStoppedBySignal);
  }
  const std::uint64_t one = 1;
  if (write(g_stop_event.load(), &one, sizeof one) < 0) {
    // The flag is set; the sleeper sees it at its next look.
  }
}

}  // namespace

std::optional<std::string> SystemSecrets::Environment(std::string_view name) const {
  // Nothing of ours changes the environment.
  const char* value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> SystemSecrets::File(std::string_view path) const {
  std::ifstream stream(std::string(path), std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return Error{ErrorKind::kConfig, fmt::format("cannot read the file {}", path)};
  }
  return text.str();
}

void CatchStopSignals() {
  g_stop_event.store(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  struct sigaction action{};
  action.sa_handler = &OnStopSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool StopWasRequested() { return g_stop_requested.load(); }

void SleepUntil(EpochMillis wake) {
  const SystemClock clock;
  // Slices, so that a clock that was set while we slept is noticed.
  while (!StopWasRequested()) {
    const EpochMillis left = std::min(wake - clock.Now(), kLongestSleep);
    if (left <= 0) {
      return;
    }
    pollfd event{g_stop_event.load(), POLLIN, 0};
    poll(&event, 1, static_cast<int>(left));
  }
}

}  // namespace cartwright
