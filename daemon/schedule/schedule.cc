#include "daemon/schedule/schedule.h"

#include <algorithm>
#include <utility>

#include "daemon/base/check.h"

namespace cartwright {

Schedule::Schedule(std::vector<ScheduledJob> jobs, EpochMillis start) : start_(start) {
  for (ScheduledJob& job : jobs) {
    CARTWRIGHT_CHECK(job.every > 0, "a job needs an interval");
    entries_.push_back({std::move(job), start});
  }
}

// The job that has waited longest goes first: a job that runs longer than its interval is due again
// at once and would otherwise keep those behind it from ever starting.
std::optional<DueJob> Schedule::NextDue(EpochMillis now) const {
  const Entry* first = nullptr;
  EpochMillis first_due = now + 1;
  for (const Entry& entry : entries_) {
    const EpochMillis due = DueOf(entry, now);
    if (!entry.is_running && due < first_due) {
      first = &entry;
      first_due = due;
    }
  }
  if (first == nullptr) {
    return std::nullopt;
  }
  return DueJob{first->job.name, first_due, (now - first_due) / first->job.every};
}

void Schedule::Started(std::string_view name, EpochMillis now) {
  Entry& entry = Find(name);
  CARTWRIGHT_CHECK(!entry.is_running, "a job runs once at a time");
  entry.is_running = true;
  entry.due = BeatAfter(entry, now);
}

void Schedule::Finished(std::string_view name, EpochMillis now) {
  Entry& entry = Find(name);
  CARTWRIGHT_CHECK(entry.is_running, "only a started job can finish");
  entry.is_running = false;
  entry.due = DueOf(entry, now);
  entry.had_failures = std::exchange(entry.failures, 0);
}

EpochMillis Schedule::TryAgain(std::string_view name, EpochMillis now) {
  constexpr EpochMillis kFirstPause = 5'000;
  constexpr EpochMillis kLongestPause = 300'000;
  constexpr int kMostDoublings = 6;
  Entry& entry = Find(name);
  entry.failures = std::min(entry.had_failures + 1, kMostDoublings + 1);
  const EpochMillis pause = std::min(kFirstPause << (entry.failures - 1), kLongestPause);
  // A beat that has passed already is no sooner try: it waits for the pause as well.
  const EpochMillis next_beat = BeatAfter(entry, now);
  entry.due = std::min(now + pause, next_beat);
  return entry.due;
}

EpochMillis Schedule::NextWake(EpochMillis now) const {
  EpochMillis wake = kNever;
  for (const Entry& entry : entries_) {
    if (!entry.is_running) {
      wake = std::min(wake, std::max(now, DueOf(entry, now)));
    }
  }
  return wake;
}

Schedule::Entry& Schedule::Find(std::string_view name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.job.name == name; });
  CARTWRIGHT_CHECK(found != entries_.end(), "no job of this name");
  return *found;
}

EpochMillis Schedule::BeatAfter(const Entry& entry, EpochMillis now) const {
  if (now < start_) {
    return start_;
  }
  return start_ + ((now - start_) / entry.job.every + 1) * entry.job.every;
}

// A beat further away than one interval means that the clock was set back: without this, the job
// would sleep until the clock is where it was.
EpochMillis Schedule::DueOf(const Entry& entry, EpochMillis now) const {
  return entry.due - now > entry.job.every ? now + entry.job.every : entry.due;
}

}  // namespace cartwright
