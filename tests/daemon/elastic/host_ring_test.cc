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

TEST(HostRingTest, LeavesOutAFailedHostUntilItsProbeWasAnswered) {
  HostRing ring(2);
  ring.Fails(0, At(100));
  EXPECT_EQ(ring.Next(At(100)), 1U);
  EXPECT_EQ(ring.TakeForProbe(At(100)), std::nullopt);
  EXPECT_EQ(ring.TakeForProbe(At(101)), 0U);
  EXPECT_EQ(ring.TakeForProbe(At(101)), std::nullopt) << "one probe at a time";
  EXPECT_EQ(ring.Next(At(101)), 1U);
  EXPECT_EQ(ring.Next(At(101)), 1U);
  ring.Works(0);
  EXPECT_EQ(ring.Next(At(101)), 0U);
}

TEST(HostRingTest, ProbesAgainAfterAFailedProbe) {
  HostRing ring(2);
  ring.Fails(1, At(100));
  EXPECT_EQ(ring.TakeForProbe(At(101)), 1U);
  ring.Fails(1, At(101));
  EXPECT_EQ(ring.TakeForProbe(At(102)), std::nullopt);
  EXPECT_EQ(ring.TakeForProbe(At(103)), 1U);
}

TEST(HostRingTest, NeedsNoProbeWhileNoHostWorks) {
  HostRing ring(2);
  ring.Fails(0, At(100));
  ring.Fails(1, At(100));
  EXPECT_EQ(ring.TakeForProbe(At(200)), std::nullopt);
  EXPECT_EQ(HostRing(1).TakeForProbe(At(200)), std::nullopt);
}

TEST(HostRingTest, LeavesOutLongerEachTimeUpToAMinute) {
  HostRing ring(2);
  int now = 100;
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    ring.Fails(0, At(now));
    EXPECT_EQ(ring.TakeForProbe(At(now + pause - 1)), std::nullopt) << pause;
    EXPECT_EQ(ring.TakeForProbe(At(now + pause)), 0U) << pause;
    now += pause;
  }
  ring.Works(0);
  ring.Fails(0, At(now));
  EXPECT_EQ(ring.TakeForProbe(At(now)), std::nullopt);
  EXPECT_EQ(ring.TakeForProbe(At(now + 1)), 0U);
}

TEST(HostRingTest, CountsFailuresOfOneMomentOnce) {
  HostRing ring(2);
  for (int i = 0; i < 10; ++i) {
    ring.Fails(0, At(100));
  }
  EXPECT_EQ(ring.TakeForProbe(At(101)), 0U);
}

TEST(HostRingTest, TakesTheHostDueFirstWhenAllAreOut) {
  HostRing ring(3);
  ring.Fails(0, At(100));
  ring.Fails(2, At(99));
  ring.Fails(1, At(100));
  EXPECT_EQ(ring.Next(At(99)), 2U);
}

TEST(HostRingTest, TakesTurnsAmongHostsThatAreAllDue) {
  HostRing ring(2);
  ring.Fails(0, At(100));
  ring.Fails(1, At(110));
  EXPECT_EQ(ring.Next(At(200)), 0U);
  EXPECT_EQ(ring.Next(At(200)), 1U);
  EXPECT_EQ(ring.Next(At(200)), 0U);
}

}  // namespace
}  // namespace cartwright
