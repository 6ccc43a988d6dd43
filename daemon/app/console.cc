#include "daemon/app/console.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace cartwright {
namespace {

constexpr std::int64_t kTerminalIntervalMs = 100;
constexpr std::int64_t kLogIntervalMs = 10'000;

std::int64_t MonotonicMillis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string WithThousands(std::int64_t value) {
  std::string text = std::to_string(value);
  for (std::ptrdiff_t at = std::ssize(text) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
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
  std::string line = fmt::format("{:<40} {:>12}", phase_, WithThousands(done_));
  if (seconds >= 0.5 && done_ > 0) {
    line +=
        fmt::format("  {:>10}/s",
                    WithThousands(static_cast<std::int64_t>(static_cast<double>(done_) / seconds)));
  }
  ClearLine();
  fmt::print(stderr, "{}{}", line, terminal_ && !last ? "" : "\n");
  std::fflush(stderr);
  drawn_ = !last;
  last_drawn_ms_ = MonotonicMillis();
}

void Console::Progress(std::string_view phase, std::int64_t done) {
  if (quiet_) {
    return;
  }
  if (phase != phase_) {
    EndPhase();
    phase_ = std::string(phase);
    phase_started_ms_ = MonotonicMillis();
    last_drawn_ms_ = phase_started_ms_;
  }
  done_ = done;
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
