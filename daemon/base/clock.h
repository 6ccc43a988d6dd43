#pragma once

#include <cstdint>

namespace cartwright {

/// Milliseconds since 1970-01-01T00:00:00Z.
using EpochMillis = std::int64_t;

/// Where "now" comes from. Only daemon/app makes a SystemClock; everything else is handed one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual EpochMillis Now() const = 0;
};

/// The machine's wall clock.
class SystemClock final : public Clock {
 public:
  EpochMillis Now() const override;
};

/// A clock that stands where a test or `--as-of` put it.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(EpochMillis now) : now_(now) {}
  EpochMillis Now() const override { return now_; }
  void Set(EpochMillis now) { now_ = now; }

 private:
  EpochMillis now_;
};

}  // namespace cartwright
