#include "daemon/state/state_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cartwright {
namespace {

class StateStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "state_store_" + std::to_string(getpid());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  StateStore Open() {
    Result<StateStore> store = StateStore::Open(folder_);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(store).value();
  }
  std::string folder_;
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

TEST_F(StateStoreTest, DeadLettersComeBackWholeAndOldestFirst) {
  StateStore store = Open();
  store.Begin();
  for (int i = 1; i <= 3; ++i) {
    DeadLetter letter;
    letter.run_id = i == 2 ? "other" : "run";
    letter.source = "orders";
    letter.file = "orders.csv";
    letter.line = static_cast<std::uint64_t>(i);
    letter.column = "amount";
    letter.value = "1.005";
    letter.code = "too_many_decimals";
    letter.reason = "EUR has 2 decimals";
    letter.remedy = "round it";
    letter.raw = std::string("a\0b", 3);
    letter.at = 42;
    ASSERT_TRUE(store.AddDeadLetter(letter));
  }
  ASSERT_TRUE(store.Commit());
  const auto letters = store.DeadLetters("run", 10);
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 2U);
  EXPECT_EQ((*letters)[0].line, 1U);
  EXPECT_EQ((*letters)[1].line, 3U);
  EXPECT_EQ((*letters)[1].raw, std::string("a\0b", 3));
  EXPECT_EQ((*letters)[1].remedy, "round it");
  EXPECT_EQ(*store.CountDeadLetters(), 3);
  EXPECT_EQ(store.DeadLetters("", 1)->front().line, 3U) << "the limit keeps the newest";
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

TEST_F(StateStoreTest, ALoadWithOpenLettersKeepsNobodyElseFromWriting) {
  StateStore loading = Open();
  loading.Begin();
  ASSERT_TRUE(loading.AddDeadLetter({}));
  StateStore other = Open();
  EXPECT_TRUE(other.StartRun({"other", "reindex", "running", 1, {}, {}}));
  EXPECT_EQ(*other.NextLoadSequence(5), 5);
  ASSERT_TRUE(loading.Commit());
  EXPECT_EQ(*other.CountDeadLetters(), 1);
}

TEST_F(StateStoreTest, ManyLettersAreWrittenBeforeTheLoadEnds) {
  StateStore store = Open();
  store.Begin();
  for (int i = 0; i < 2'500; ++i) {
    ASSERT_TRUE(store.AddDeadLetter({}));
  }
  EXPECT_EQ(*store.CountDeadLetters(), 2'000) << "memory stays bounded";
  ASSERT_TRUE(store.Commit());
  EXPECT_EQ(*store.CountDeadLetters(), 2'500);
}

TEST_F(StateStoreTest, AFolderThatIsAFileIsAnOutputErrorThatNamesThePath) {
  std::ofstream(folder_) << "not a folder";
  const Result<StateStore> store = StateStore::Open(folder_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kOutput);
  EXPECT_NE(store.error().message.find(folder_), std::string::npos);
}

}  // namespace
}  // namespace cartwright
