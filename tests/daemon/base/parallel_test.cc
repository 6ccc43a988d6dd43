#include "daemon/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cartwright {
namespace {

/// Every test leaves the machine's own number of threads behind.
class ParallelTest : public testing::Test {
 protected:
  ~ParallelTest() override { SetParallelThreads(0); }
};

TEST_F(ParallelTest, RunsEveryTaskOnceForAnyNumberOfThreads) {
  for (const int threads : {1, 2, 4}) {
    SetParallelThreads(threads);
    EXPECT_EQ(ParallelThreads(), threads);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 1'000U}) {
      std::vector<int> ran(count, 0);
      RunParallel(count, [&ran](std::size_t task) { ++ran[task]; });
      EXPECT_EQ(ran, std::vector<int>(count, 1)) << threads << " threads";
    }
  }
}

TEST_F(ParallelTest, TasksRunAtTheSameTime) {
  SetParallelThreads(3);
  std::latch all_there(3);  // Never passed by fewer than three threads.
  std::atomic<int> passed = 0;
  RunParallel(3, [&](std::size_t) {
    all_there.arrive_and_wait();
    ++passed;
  });
  EXPECT_EQ(passed.load(), 3);
}

TEST_F(ParallelTest, ACallFromInsideATaskRunsOnItsThread) {
  SetParallelThreads(4);
  std::vector<std::set<std::thread::id>> threads(8);
  RunParallel(8, [&threads](std::size_t task) {
    EXPECT_EQ(ParallelThreads(), 1);
    RunParallel(5, [&](std::size_t) { threads[task].insert(std::this_thread::get_id()); });
    threads[task].insert(std::this_thread::get_id());
  });
  for (const auto& used : threads) {
    EXPECT_EQ(used.size(), 1U);
  }
  EXPECT_EQ(ParallelThreads(), 4) << "the caller is no task any more";
}

TEST_F(ParallelTest, CallsOfTwoThreadsShareOnePool) {
  SetParallelThreads(2);
  std::atomic<int> busy = 0;
  std::atomic<int> most = 0;
  std::vector<std::int64_t> sums(2, 0);
  const auto call = [&](std::size_t caller) {
    for (int i = 0; i < 50; ++i) {
      std::vector<std::int64_t> parts(20, 0);
      RunParallel(parts.size(), [&](std::size_t task) {
        const int now = ++busy;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        parts[task] = static_cast<std::int64_t>(task);
        --busy;
      });
      sums[caller] += std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
    }
  };
  std::thread other(call, 1);
  call(0);
  other.join();
  EXPECT_EQ(sums, (std::vector<std::int64_t>{50 * 190, 50 * 190}));
  EXPECT_LE(most.load(), 3) << "two of the pool, and the caller that found it taken";
}

TEST_F(ParallelTest, ThrowsWhatTheLowestTaskThrewAndStartsNoMore) {
  for (const int threads : {1, 2, 4}) {
    SetParallelThreads(threads);
    std::atomic<int> ran = 0;
    std::string caught;
    try {
      RunParallel(10'000, [&ran](std::size_t task) {
        ++ran;
        if (task >= 3) {
          throw std::runtime_error(std::to_string(task));
        }
      });
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "3");
    EXPECT_LT(ran.load(), 10'000);
    int after = 0;
    RunParallel(1, [&after](std::size_t) { ++after; });
    EXPECT_EQ(after, 1) << "the pool goes on";
  }
}

TEST_F(ParallelTest, ZeroThreadsMeanTheCoresOfTheMachine) {
  SetParallelThreads(0);
  EXPECT_EQ(ParallelThreads(), std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

}  // namespace
}  // namespace cartwright
