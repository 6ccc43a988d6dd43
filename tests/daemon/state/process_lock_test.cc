#include "daemon/state/process_lock.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

namespace cartwright {
namespace {

using ::testing::HasSubstr;

class ProcessLockTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "process_lock_" + std::to_string(getpid());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(ProcessLockTest, TheSecondIsRefusedWithTheHoldersProcessUntilTheFirstLetsGo) {
  {
    const Result<ProcessLock> first = ProcessLock::Take(folder_, "reindex", "reindexing");
    ASSERT_TRUE(first) << first.error().message;
    const Result<ProcessLock> second = ProcessLock::Take(folder_, "reindex", "reindexing");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kTransient);
    EXPECT_THAT(second.error().message, HasSubstr(std::to_string(getpid())));
  }
  EXPECT_TRUE(ProcessLock::Take(folder_, "reindex", "reindexing"));
}

TEST_F(ProcessLockTest, AKilledHolderHoldsNothing) {
  const pid_t child = fork();
  if (child == 0) {
    const Result<ProcessLock> lock = ProcessLock::Take(folder_, "reindex", "reindexing");
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(ProcessLock::Take(folder_, "reindex", "reindexing"));
}

}  // namespace
}  // namespace cartwright
