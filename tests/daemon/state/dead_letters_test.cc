#include <gmock/gmock.h>

#include "daemon/state/state_store.h"
#include "tests/daemon/state/state_folder.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DeadLetter Letter(std::string run_id, std::string source, std::string code, std::uint64_t line) {
  DeadLetter letter;
  letter.run_id = std::move(run_id);
  letter.source = std::move(source);
  letter.file = "orders.csv";
  letter.line = line;
  letter.code = std::move(code);
  letter.raw = "raw";
  return letter;
}

class DeadLettersTest : public StateFolderTest {
 protected:
  StateStore Open() const {
    Result<StateStore> store = StateStore::Open(folder_);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(store).value();
  }
  static std::vector<std::uint64_t> Lines(const StateStore& store, const LetterFilter& filter,
                                          std::int64_t limit = 100) {
    const auto letters = store.DeadLetters(filter, limit);
    EXPECT_TRUE(letters);
    std::vector<std::uint64_t> lines;
    for (const DeadLetter& letter : *letters) {
      lines.push_back(letter.line);
    }
    return lines;
  }
};

TEST_F(DeadLettersTest, ComeBackWithEveryMember) {
  StateStore store = Open();
  DeadLetter letter = Letter("run", "web", "invalid_utf8", 12);
  letter.at = 42;
  letter.fingerprint = "10 bytes, modified then";
  letter.columns = {"id", "", "amount \"net\"\n"};
  letter.column = "amount";
  letter.value = "1\\xFF";
  letter.reason = "not UTF-8";
  letter.remedy = "convert it";
  letter.document_of = "orders";
  letter.document_key = "web:1";
  letter.version = 1'700'000'000'000'000;
  letter.server_status = 400;
  letter.server_type = "document_parsing_exception";
  letter.server_reason = "failed to parse";
  letter.raw = std::string("a\0b", 3);
  letter.raw_is_base64 = true;
  letter.raw_is_cut = true;
  letter.attempts = 3;
  ASSERT_TRUE(store.AddDeadLetter(letter));
  const DeadLetter read = store.DeadLetters({}, 1)->front();
  EXPECT_EQ(read.run_id, letter.run_id);
  EXPECT_EQ(read.at, letter.at);
  EXPECT_EQ(read.source, letter.source);
  EXPECT_EQ(read.file, letter.file);
  EXPECT_EQ(read.line, letter.line);
  EXPECT_EQ(read.fingerprint, letter.fingerprint);
  EXPECT_EQ(read.columns, letter.columns);
  EXPECT_EQ(read.column, letter.column);
  EXPECT_EQ(read.value, letter.value);
  EXPECT_EQ(read.code, letter.code);
  EXPECT_EQ(read.reason, letter.reason);
  EXPECT_EQ(read.remedy, letter.remedy);
  EXPECT_EQ(read.document_of, letter.document_of);
  EXPECT_EQ(read.document_key, letter.document_key);
  EXPECT_EQ(read.version, letter.version);
  EXPECT_EQ(read.server_status, letter.server_status);
  EXPECT_EQ(read.server_type, letter.server_type);
  EXPECT_EQ(read.server_reason, letter.server_reason);
  EXPECT_EQ(read.raw, letter.raw);
  EXPECT_TRUE(read.raw_is_base64);
  EXPECT_TRUE(read.raw_is_cut);
  EXPECT_EQ(read.attempts, 3);
  EXPECT_TRUE(read.is_open());
}

TEST_F(DeadLettersTest, FiltersPassWhatTheyNameAndTheLimitKeepsTheNewest) {
  StateStore store = Open();
  store.Begin();
  ASSERT_TRUE(store.AddDeadLetter(Letter("one", "web", "empty_key", 1)));
  ASSERT_TRUE(store.AddDeadLetter(Letter("two", "web", "field_count", 2)));
  ASSERT_TRUE(store.AddDeadLetter(Letter("two", "crm", "empty_key", 3)));
  ASSERT_TRUE(store.Commit());
  EXPECT_THAT(Lines(store, {}), ElementsAre(1U, 2U, 3U));
  EXPECT_THAT(Lines(store, {}, 1), ElementsAre(3U));
  EXPECT_THAT(Lines(store, {{}, "two", "", "", false}), ElementsAre(2U, 3U));
  EXPECT_THAT(Lines(store, {{}, "", "web", "", false}), ElementsAre(1U, 2U));
  EXPECT_THAT(Lines(store, {{}, "", "", "empty_key", false}), ElementsAre(1U, 3U));
  EXPECT_THAT(Lines(store, {{1, 3}, "", "", "", false}), ElementsAre(1U, 3U));
  EXPECT_THAT(Lines(store, {{2}, "one", "", "", false}), IsEmpty());
}

TEST_F(DeadLettersTest, WhatAReplaySettlesStaysButIsNoLongerOpen) {
  StateStore store = Open();
  ASSERT_TRUE(store.AddDeadLetter(Letter("run", "web", "empty_key", 1)));
  ASSERT_TRUE(store.AddDeadLetter(Letter("run", "web", "empty_key", 2)));
  DeadLetter letter = store.DeadLetters({}, 10)->front();
  letter.outcome = "replayed";
  letter.outcome_run = "later";
  letter.document_key = "7";
  letter.written_version = 99;
  ASSERT_TRUE(store.UpdateDeadLetters({letter}));
  EXPECT_THAT(Lines(store, {{}, "", "", "", true}), ElementsAre(2U));
  EXPECT_THAT(Lines(store, {}), ElementsAre(1U, 2U));
  const DeadLetter read = store.DeadLetters({}, 10)->front();
  EXPECT_EQ(read.outcome, "replayed");
  EXPECT_EQ(read.outcome_run, "later");
  EXPECT_EQ(read.written_version, 99);
  const auto counts = store.CountByCode({});
  ASSERT_TRUE(counts);
  ASSERT_EQ(counts->size(), 1U);
  EXPECT_EQ(counts->front().open, 1);
  EXPECT_EQ(counts->front().settled, 1);
}

TEST_F(DeadLettersTest, KnowsWhetherALaterRowOfTheKeyWasReplayed) {
  StateStore store = Open();
  ASSERT_TRUE(store.AddDeadLetter(Letter("run", "web", "empty_key", 5)));
  ASSERT_TRUE(store.AddDeadLetter(Letter("run", "web", "empty_key", 7)));
  std::vector<DeadLetter> letters = *store.DeadLetters({}, 10);
  letters[1].outcome = "replayed";
  letters[1].document_key = "k";
  letters[1].written_version = 99;
  ASSERT_TRUE(store.UpdateDeadLetters({letters[1]}));
  EXPECT_TRUE(*store.HasReplayedLaterRow(letters[0], "k", 99));
  EXPECT_FALSE(*store.HasReplayedLaterRow(letters[0], "k", 98)) << "the versions tell";
  EXPECT_FALSE(*store.HasReplayedLaterRow(letters[0], "other", 99));
  EXPECT_FALSE(*store.HasReplayedLaterRow(letters[1], "k", 99)) << "itself is not behind itself";
}

TEST_F(DeadLettersTest, ALoadWithOpenLettersKeepsNobodyElseFromWriting) {
  StateStore loading = Open();
  loading.Begin();
  ASSERT_TRUE(loading.AddDeadLetter({}));
  StateStore other = Open();
  EXPECT_TRUE(other.StartRun({"other", "reindex", "running", 1, {}, {}}));
  EXPECT_EQ(*other.NextLoadSequence(5), 5);
  ASSERT_TRUE(loading.Commit());
  EXPECT_EQ(*other.CountDeadLetters(), 1);
}

TEST_F(DeadLettersTest, ManyLettersAreWrittenBeforeTheLoadEnds) {
  StateStore store = Open();
  store.Begin();
  for (int i = 0; i < 2'500; ++i) {
    ASSERT_TRUE(store.AddDeadLetter({}));
  }
  EXPECT_EQ(*store.CountDeadLetters(), 2'000) << "memory stays bounded";
  ASSERT_TRUE(store.Commit());
  EXPECT_EQ(*store.CountDeadLetters(), 2'500);
}

TEST_F(DeadLettersTest, OnceALetterIsLostEveryLaterOneIsRefused) {
  StateStore store = Open();
  store.Begin();
  ASSERT_TRUE(store.AddDeadLetter({}));
  std::filesystem::rename(path(), path() + ".away");
  EXPECT_FALSE(store.Commit());
  std::filesystem::rename(path() + ".away", path());
  EXPECT_FALSE(store.AddDeadLetter({})) << "the load is not whole any more";
  EXPECT_FALSE(store.Commit());
  EXPECT_EQ(*Open().CountDeadLetters(), 0);
}

}  // namespace
}  // namespace cartwright
