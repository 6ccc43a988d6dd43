#include "daemon/elastic/host_ring.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

constexpr HostRing::Time At(int seconds) { return HostRing::Time(std::chrono::seconds(seconds)); }

TEST(HostRingTest, TakesTurns) {
  HostRing ring(3);
  EXPECT_EQ(ring.Next(At(100)), 0U);
  EXPECT_EQ(ring.Next(At(100)), 1U);
  EXPECT_EQ(ring.Next(At(100)), 2U);
  EXPECT_EQ(ring.Next(At(100)), 0U);
}

TEST(HostRingTest, LeavesOutAFailedHostAndTriesItLater) {
  HostRing ring(2);
  ring.Fails(0, At(100));
  EXPECT_EQ(ring.Next(At(100)), 1U);
  EXPECT_EQ(ring.Next(At(100)), 1U);
  EXPECT_EQ(ring.Next(At(101)), 0U);
}

TEST(HostRingTest, LeavesOutLongerEachTimeUpToAMinute) {
  HostRing ring(2);
  int now = 100;
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    ring.Fails(0, At(now));
    ring.Works(1);
    EXPECT_EQ(ring.Next(At(now + pause - 1)), 1U) << pause;
    EXPECT_EQ(ring.Next(At(now + pause)), 0U) << pause;
    now += pause;
  }
  ring.Works(0);
  ring.Fails(0, At(now));
  EXPECT_EQ(ring.Next(At(now)), 1U);
  EXPECT_EQ(ring.Next(At(now + 1)), 0U);
}

TEST(HostRingTest, CountsFailuresOfOneMomentOnce) {
  HostRing ring(2);
  for (int i = 0; i < 10; ++i) {
    ring.Fails(0, At(100));
  }
  ring.Next(At(100));
  EXPECT_EQ(ring.Next(At(101)), 0U);
}

TEST(HostRingTest, TakesTheHostDueFirstWhenAllAreOut) {
  HostRing ring(3);
  ring.Fails(0, At(100));
  ring.Fails(2, At(99));
  ring.Fails(1, At(100));
  EXPECT_EQ(ring.Next(At(99)), 2U);
}

}  // namespace
}  // namespace cartwright
