#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/base/progress.h"

namespace cartwright {

/// Standard error as a person or a log sees it: results never go here, everything else does.
///
/// On a terminal progress is one line that is redrawn; elsewhere one line each few seconds and one
/// when a phase ends. One thread.
class Console {
 public:
  explicit Console(bool quiet);
  ~Console();

  /// Where a phase is. A phase ends when another one begins.
  void Progress(const ProgressPoint& point);
  /// Ends the phase in hand: its line stays.
  void EndPhase();
  void Info(std::string_view message);
  void Warning(std::string_view message);
  void Error(std::string_view message);

 private:
  void Draw(bool last);
  void ClearLine();

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::string phase_;                  ///< What point_ calls itself; empty between phases.
  ProgressPoint point_;                ///< The last one.
  std::int64_t phase_started_ms_ = 0;  ///< Monotonic.
  std::int64_t last_drawn_ms_ = 0;     ///< Monotonic.
};

}  // namespace cartwright
