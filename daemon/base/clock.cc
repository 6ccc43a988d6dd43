#include "daemon/base/clock.h"

#include <chrono>

namespace cartwright {

EpochMillis SystemClock::Now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace cartwright
