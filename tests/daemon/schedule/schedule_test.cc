#include "daemon/schedule/schedule.h"

#include <gtest/gtest.h>

#include <map>

namespace cartwright {
namespace {

constexpr EpochMillis kStart = 1'000'000;
constexpr EpochMillis kMinute = 60'000;

// The name of what is due, "" when nothing is.
std::string DueName(const Schedule& schedule, EpochMillis now) {
  const auto due = schedule.NextDue(now);
  return due ? due->name : "";
}

TEST(ScheduleTest, RunsEveryJobAtStart) {
  Schedule schedule({{"load", kMinute}}, kStart);
  EXPECT_EQ(DueName(schedule, kStart - 1), "");
  EXPECT_EQ(DueName(schedule, kStart), "load");
}

TEST(ScheduleTest, KeepsItsBeatsHoweverLateAJobStartsAndEnds) {
  Schedule schedule({{"load", kMinute}}, kStart);
  schedule.Started("load", kStart + 7);
  schedule.Finished("load", kStart + 1000);
  EXPECT_EQ(schedule.NextWake(kStart + 1000), kStart + kMinute);
  EXPECT_EQ(DueName(schedule, kStart + kMinute - 1), "");
  EXPECT_EQ(DueName(schedule, kStart + kMinute), "load");
}

TEST(ScheduleTest, StartsDueJobsInDeclaredOrder) {
  Schedule schedule({{"second_by_name", kMinute}, {"a_first_by_name", kMinute}}, kStart);
  EXPECT_EQ(DueName(schedule, kStart), "second_by_name");
  schedule.Started("second_by_name", kStart);
  EXPECT_EQ(DueName(schedule, kStart), "a_first_by_name");
}

TEST(ScheduleTest, DoesNotStartARunningJobAgain) {
  Schedule schedule({{"load", kMinute}}, kStart);
  schedule.Started("load", kStart);
  EXPECT_EQ(DueName(schedule, kStart + 5 * kMinute), "");
  EXPECT_EQ(schedule.NextWake(kStart + 5 * kMinute), Schedule::kNever);
}

TEST(ScheduleTest, CollapsesBeatsMissedDuringARunIntoOne) {
  Schedule schedule({{"load", kMinute}}, kStart);
  schedule.Started("load", kStart);
  const EpochMillis end = kStart + 3 * kMinute + 1;
  schedule.Finished("load", end);
  const auto due = schedule.NextDue(end);
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->beat, kStart + kMinute);
  EXPECT_EQ(due->missed, 2);
  schedule.Started("load", end);
  schedule.Finished("load", end + 1);
  EXPECT_EQ(DueName(schedule, end + 1), "");
  EXPECT_EQ(schedule.NextWake(end + 1), kStart + 4 * kMinute);
}

TEST(ScheduleTest, CollapsesBeatsMissedWhileNobodyAsked) {
  Schedule schedule({{"load", kMinute}}, kStart);
  const EpochMillis late = kStart + 10 * kMinute;
  EXPECT_EQ(schedule.NextDue(late)->missed, 10);
  schedule.Started("load", late);
  schedule.Finished("load", late);
  EXPECT_EQ(DueName(schedule, late), "");
}

TEST(ScheduleTest, WakesForTheEarliestJobThatDoesNotRun) {
  Schedule schedule({{"slow", 10 * kMinute}, {"quick", kMinute}}, kStart);
  schedule.Started("slow", kStart);
  schedule.Started("quick", kStart);
  schedule.Finished("slow", kStart + 1);
  EXPECT_EQ(schedule.NextWake(kStart + 1), kStart + 10 * kMinute);
  schedule.Finished("quick", kStart + 2);
  EXPECT_EQ(schedule.NextWake(kStart + 2), kStart + kMinute);
}

TEST(ScheduleTest, WakesAtOnceForAJobThatIsDue) {
  const Schedule schedule({{"load", kMinute}}, kStart);
  EXPECT_EQ(schedule.NextWake(kStart + 5), kStart + 5);
  EXPECT_EQ(schedule.NextWake(kStart - 5), kStart);
}

TEST(ScheduleTest, WaitsOneIntervalAtMostWhenTheClockIsSetBack) {
  Schedule schedule({{"load", kMinute}}, kStart);
  schedule.Started("load", kStart);
  const EpochMillis back = kStart - 1000 * kMinute;
  schedule.Finished("load", back);
  EXPECT_EQ(schedule.NextWake(back), back + kMinute);
  EXPECT_EQ(DueName(schedule, back + kMinute), "load");
}

TEST(ScheduleTest, NeverWakesWithoutJobs) {
  const Schedule schedule({}, kStart);
  EXPECT_FALSE(schedule.NextDue(kStart).has_value());
  EXPECT_EQ(schedule.NextWake(kStart), Schedule::kNever);
}

TEST(ScheduleTest, RunsOnceABeatOverManyBeats) {
  Schedule schedule({{"load", 7 * kMinute}}, kStart);
  int runs = 0;
  for (EpochMillis now = kStart; now < kStart + 70 * kMinute; now += kMinute) {
    if (schedule.NextDue(now)) {
      schedule.Started("load", now);
      schedule.Finished("load", now);
      ++runs;
    }
  }
  EXPECT_EQ(runs, 10);
}

TEST(ScheduleTest, AJobThatRunsTooLongDoesNotStarveTheOthers) {
  Schedule schedule({{"greedy", 1'000}, {"modest", 2'000}}, 0);
  std::map<std::string, int> starts;
  EpochMillis now = 0;
  while (now < 60'000) {
    const auto due = schedule.NextDue(now);
    if (!due) {
      now = schedule.NextWake(now);
      continue;
    }
    ++starts[due->name];
    schedule.Started(due->name, now);
    now += due->name == "greedy" ? 3'000 : 100;
    schedule.Finished(due->name, now);
  }
  EXPECT_GE(starts["modest"], 10);
  EXPECT_GE(starts["greedy"], 10);
}

TEST(ScheduleTest, TriesAFailedJobAgainAfterGrowingPausesAndAtItsBeatAtTheLatest) {
  Schedule schedule({{"load", 60 * kMinute}}, kStart);
  EpochMillis now = kStart;
  const auto fail = [&] {
    schedule.Started("load", now);
    schedule.Finished("load", now);
    const EpochMillis again = schedule.TryAgain("load", now);
    const EpochMillis pause = again - now;
    EXPECT_EQ(DueName(schedule, again - 1), "");
    EXPECT_EQ(DueName(schedule, again), "load");
    now = again;
    return pause;
  };
  for (const EpochMillis pause :
       {5'000, 10'000, 20'000, 40'000, 80'000, 160'000, 300'000, 300'000}) {
    EXPECT_EQ(fail(), pause);
  }
  schedule.Started("load", now);
  schedule.Finished("load", now);
  EXPECT_EQ(schedule.NextWake(now), kStart + 60 * kMinute) << "after success the beats count";
  now = kStart + 60 * kMinute;
  EXPECT_EQ(fail(), 5'000) << "success ends the row of failures";
  Schedule quick({{"load", 2'000}}, kStart);
  quick.Started("load", kStart);
  quick.Finished("load", kStart);
  EXPECT_EQ(quick.TryAgain("load", kStart), kStart + 2'000) << "the beat is sooner";
}

}  // namespace
}  // namespace cartwright
