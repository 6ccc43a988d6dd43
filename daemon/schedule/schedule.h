#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/clock.h"

namespace cartwright {

/// A job and how often it runs.
struct ScheduledJob {
  std::string name;
  EpochMillis every = 0;  ///< Milliseconds, above zero.
};

/// A job that should start now.
struct DueJob {
  std::string name;
  EpochMillis beat = 0;     ///< The beat it was due at; the earliest one when several were missed.
  std::int64_t missed = 0;  ///< Further beats that passed since then and that this run stands for.
};

/// What is due when. Knows readings of a clock, starts nothing and waits for nothing itself.
///
/// Each job has beats at start, start + every, start + 2 × every … A job is due once its beat has
/// come and it is not running. Beats that pass while it runs, or while nobody asks, are collapsed
/// into one run. Not thread-safe.
class Schedule {
 public:
  /// Returned by NextWake when no job waits for a beat.
  static constexpr EpochMillis kNever = std::numeric_limits<EpochMillis>::max();

  /// Names must be unique. Every job is due at `start`.
  Schedule(std::vector<ScheduledJob> jobs, EpochMillis start);

  /// The due job that has waited longest; of several the first declared. Asking does not start it:
  /// tell Started().
  std::optional<DueJob> NextDue(EpochMillis now) const;
  /// The job runs from now on and is not due before Finished(). The name must be a job's.
  void Started(std::string_view name, EpochMillis now);
  /// The job ended, well or not. When beats passed while it ran, it is due at once, one time. A
  /// failure is told by TryAgain() right after.
  void Finished(std::string_view name, EpochMillis now);
  /// The job has ended without success and may pass later: it is due again after a pause that
  /// doubles with every failure in a row, from 5 s to 5 min, or at its next beat if that is sooner.
  /// Returns when. Call after Finished().
  EpochMillis TryAgain(std::string_view name, EpochMillis now);
  /// When to ask NextDue again: `now` when something is due, else the next beat of the jobs that do
  /// not run, else kNever.
  EpochMillis NextWake(EpochMillis now) const;

 private:
  struct Entry {
    ScheduledJob job;
    EpochMillis due = 0;  ///< The next beat that no run stands for.
    bool is_running = false;
    int failures = 0;      ///< In a row, up to the last run.
    int had_failures = 0;  ///< In a row, before the last run.
  };
  Entry& Find(std::string_view name);
  EpochMillis BeatAfter(const Entry& entry, EpochMillis now) const;
  EpochMillis DueOf(const Entry& entry, EpochMillis now) const;

  std::vector<Entry> entries_;
  EpochMillis start_;
};

}  // namespace cartwright
