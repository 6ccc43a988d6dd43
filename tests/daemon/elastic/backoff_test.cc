#include "daemon/elastic/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace cartwright {
namespace {

using std::chrono::milliseconds;

TEST(BackoffTest, DoublesWithinHalfAndAllUpToTheCap) {
  Backoff backoff(milliseconds(100), milliseconds(1'000), 1);
  constexpr std::int64_t kMost[] = {100, 200, 400, 800, 1'000, 1'000};
  for (int failures = 1; failures <= 6; ++failures) {
    for (int i = 0; i < 50; ++i) {
      const std::int64_t pause = backoff.Next(failures).count();
      ASSERT_LE(pause, kMost[failures - 1]);
      ASSERT_GE(pause, kMost[failures - 1] / 2);
    }
  }
}

TEST(BackoffTest, SpreadsTheSameWayForTheSameSeedOnly) {
  Backoff first(milliseconds(10'000), milliseconds(60'000), 1);
  Backoff same(milliseconds(10'000), milliseconds(60'000), 1);
  Backoff other(milliseconds(10'000), milliseconds(60'000), 2);
  std::set<std::int64_t> pauses;
  int differing = 0;
  for (int i = 0; i < 20; ++i) {
    const milliseconds pause = first.Next(1);
    EXPECT_EQ(pause, same.Next(1));
    differing += pause != other.Next(1) ? 1 : 0;
    pauses.insert(pause.count());
  }
  EXPECT_GT(differing, 10);
  EXPECT_GT(pauses.size(), 10U);
}

TEST(BackoffTest, SurvivesAnyNumberOfFailures) {
  Backoff backoff(milliseconds(500), milliseconds(60'000), 1);
  EXPECT_LE(backoff.Next(1'000'000), milliseconds(60'000));
  EXPECT_LE(backoff.Next(0), milliseconds(500));
  EXPECT_EQ(Backoff(milliseconds(0), milliseconds(0), 1).Next(3), milliseconds(0));
}

}  // namespace
}  // namespace cartwright
