#include "daemon/state/reindex_journal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace cartwright {
namespace {

class ReindexJournalTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "reindex_journal_" + std::to_string(getpid());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  ReindexJournal Open() {
    Result<ReindexJournal> journal = ReindexJournal::Open(folder_);
    EXPECT_TRUE(journal) << journal.error().message;
    return std::move(journal).value();
  }
  std::string folder_;
};

TEST_F(ReindexJournalTest, NothingIsUnfinishedAtFirst) {
  EXPECT_FALSE(Open().Unfinished()->has_value());
}

TEST_F(ReindexJournalTest, EachStepSurvivesReopening) {
  ASSERT_TRUE(Open().Record("run", ReindexStep::kBegun, 1, "plan"));
  EXPECT_EQ((*Open().Unfinished())->step, ReindexStep::kBegun);
  EXPECT_EQ((*Open().Unfinished())->content, "");
  ASSERT_TRUE(Open().Record("run", ReindexStep::kCreated, 2, ""));
  ASSERT_TRUE(Open().Record("run", ReindexStep::kLoaded, 3, "content"));
  ASSERT_TRUE(Open().Record("run", ReindexStep::kVerified, 4, ""));
  ASSERT_TRUE(Open().Record("run", ReindexStep::kSwapped, 5, ""));
  const UnfinishedReindex run = **Open().Unfinished();
  EXPECT_EQ(run.run_id, "run");
  EXPECT_EQ(run.step, ReindexStep::kSwapped);
  EXPECT_EQ(run.plan, "plan");
  EXPECT_EQ(run.content, "content");
  ASSERT_TRUE(Open().Record("run", ReindexStep::kDone, 6, ""));
  EXPECT_FALSE(Open().Unfinished()->has_value());
}

TEST_F(ReindexJournalTest, ARunThatBeginsAgainForgetsWhatItHadLoaded) {
  ReindexJournal journal = Open();
  ASSERT_TRUE(journal.Record("run", ReindexStep::kBegun, 1, "first"));
  ASSERT_TRUE(journal.Record("run", ReindexStep::kLoaded, 2, "old content"));
  ASSERT_TRUE(journal.Record("run", ReindexStep::kBegun, 3, "second"));
  const UnfinishedReindex run = **journal.Unfinished();
  EXPECT_EQ(run.step, ReindexStep::kBegun);
  EXPECT_EQ(run.plan, "second");
  EXPECT_EQ(run.content, "");
}

TEST_F(ReindexJournalTest, AnAbandonedRunIsFinished) {
  ReindexJournal journal = Open();
  ASSERT_TRUE(journal.Record("run", ReindexStep::kBegun, 1, ""));
  ASSERT_TRUE(journal.Record("run", ReindexStep::kAbandoned, 2, "why"));
  EXPECT_FALSE(journal.Unfinished()->has_value());
}

}  // namespace
}  // namespace cartwright
