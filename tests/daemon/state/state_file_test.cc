#include "daemon/state/state_file.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <fstream>

#include "tests/daemon/state/state_folder.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

class StateFileTest : public StateFolderTest {
 protected:
  void Write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(folder_);
    std::ofstream(path, std::ios::binary) << text;
  }
  std::string Refusal() const {
    const Result<std::string> file = EnsureStateFile(folder_);
    EXPECT_FALSE(file);
    return file ? std::string() : file.error().message;
  }
};

TEST_F(StateFileTest, ANewFileIsAWholeDatabaseBeforeItHasItsName) {
  const Result<std::string> file = EnsureStateFile(folder_);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(*file, path());
  EXPECT_GE(std::filesystem::file_size(path()), 512U);
  EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
}

TEST_F(StateFileTest, RemainsOfACrashWhileItWasMadeAreReplaced) {
  Write(path() + ".new", "half of a data");
  Write(path() + ".new-wal", "half of a log");
  ASSERT_TRUE(EnsureStateFile(folder_));
  EXPECT_FALSE(std::filesystem::exists(path() + ".new-wal"));
}

TEST_F(StateFileTest, TheLogOfADeletedDatabaseDoesNotGetIntoTheNewOne) {
  Write(path() + "-wal", "of the deleted one");
  ASSERT_TRUE(EnsureStateFile(folder_));
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
}

TEST_F(StateFileTest, AnEmptyFileIsRefusedAndLeftAsItIs) {
  Write(path(), "");
  const std::string refusal = Refusal();
  EXPECT_THAT(refusal, HasSubstr(path() + " is empty (0 bytes)"));
  EXPECT_THAT(refusal, HasSubstr("restore it from a backup, or move it away"));
  EXPECT_EQ(std::filesystem::file_size(path()), 0U);
}

TEST_F(StateFileTest, AFileThatIsNoDatabaseIsRefused) {
  Write(path(), "id,amount\n1,2\n");
  EXPECT_THAT(Refusal(), HasSubstr("does not begin like an SQLite file"));
  Write(path(), "SQLite");
  EXPECT_THAT(Refusal(), HasSubstr("does not begin like an SQLite file"));
}

TEST_F(StateFileTest, AFolderThatIsAFileIsAnOutputErrorThatNamesIt) {
  std::ofstream(folder_) << "not a folder";
  const Result<std::string> file = EnsureStateFile(folder_);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::kOutput);
  EXPECT_THAT(file.error().message, HasSubstr(folder_));
}

TEST_F(StateFileTest, ProcessesThatAskAtOnceGetOneFile) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      _exit(EnsureStateFile(folder_) ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_TRUE(EnsureStateFile(folder_));
}

}  // namespace
}  // namespace cartwright
