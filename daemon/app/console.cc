#include "daemon/app/console.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "daemon/app/progress_line.h"

namespace cartwright {
namespace {

constexpr std::int64_t kTerminalIntervalMs = 100;
constexpr std::int64_t kLogIntervalMs = 10'000;

std::int64_t MonotonicMillis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int TerminalColumns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

Console::Console(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

Console::~Console() { EndPhase(); }

void Console::ClearLine() {
  if (terminal_ && drawn_) {
    std::fputs("\r\033[K", stderr);
  }
}

void Console::Draw(bool last) {
  const double seconds = static_cast<double>(MonotonicMillis() - phase_started_ms_) / 1000.0;
  const std::string line = ProgressLine(point_, seconds, terminal_ ? TerminalColumns() : 0);
  ClearLine();
  fmt::print(stderr, "{}{}", line, terminal_ && !last ? "" : "\n");
  std::fflush(stderr);
  drawn_ = !last;
  last_drawn_ms_ = MonotonicMillis();
}

void Console::Progress(const ProgressPoint& point) {
  if (quiet_) {
    return;
  }
  if (point.phase != phase_) {
    EndPhase();
    phase_ = std::string(point.phase);
    phase_started_ms_ = MonotonicMillis();
    last_drawn_ms_ = phase_started_ms_;
  }
  point_ = point;
  point_.phase = phase_;
  if (MonotonicMillis() - last_drawn_ms_ >= (terminal_ ? kTerminalIntervalMs : kLogIntervalMs)) {
    Draw(false);
  }
}

void Console::EndPhase() {
  if (!phase_.empty()) {
    Draw(true);
    phase_.clear();
  }
}

void Console::Info(std::string_view message) {
  if (!quiet_) {
    EndPhase();
    fmt::print(stderr, "{}\n", message);
  }
}

void Console::Warning(std::string_view message) {
  EndPhase();
  fmt::print(stderr, "warning: {}\n", message);
}

void Console::Error(std::string_view message) {
  EndPhase();
  fmt::print(stderr, "error: {}\n", message);
}

}  // namespace cartwright
