#include "daemon/state/state_store.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/daemon/state/state_folder.h"

namespace cartwright {
namespace {

class StateStoreTest : public StateFolderTest {
 protected:
  StateStore Open() {
    Result<StateStore> store = StateStore::Open(folder_);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(store).value();
  }
};

TEST_F(StateStoreTest, LoadSequenceGrowsWhenTheClockStandsOrFallsBack) {
  StateStore store = Open();
  EXPECT_EQ(*store.NextLoadSequence(1000), 1000);
  EXPECT_EQ(*store.NextLoadSequence(1000), 1001);
  EXPECT_EQ(*store.NextLoadSequence(10), 1002);
  EXPECT_EQ(*store.NextLoadSequence(5000), 5000);
}

TEST_F(StateStoreTest, LoadSequenceSurvivesReopening) {
  EXPECT_EQ(*Open().NextLoadSequence(7), 7);
  EXPECT_EQ(*Open().NextLoadSequence(3), 8);
}

TEST_F(StateStoreTest, RunsAreListedNewestFirst) {
  StateStore store = Open();
  ASSERT_TRUE(store.StartRun({"a", "once", "running", 1, {}, {}}));
  ASSERT_TRUE(store.StartRun({"b", "once", "running", 2, {}, {}}));
  ASSERT_TRUE(store.FinishRun({"a", "once", "ok", 1, 9, "{}"}));
  const auto runs = store.Runs(10);
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 2U);
  EXPECT_EQ((*runs)[0].run_id, "b");
  EXPECT_FALSE((*runs)[0].finished_at.has_value());
  EXPECT_EQ((*runs)[1].status, "ok");
  EXPECT_EQ((*runs)[1].finished_at, 9);
  EXPECT_EQ((*runs)[1].receipt, "{}");
}

TEST_F(StateStoreTest, ALostStateStartsAgainWithNewerVersions) {
  EXPECT_EQ(*Open().NextLoadSequence(5000), 5000);
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(*Open().NextLoadSequence(5001), 5001) << "the clock keeps it in front";
}

}  // namespace
}  // namespace cartwright
