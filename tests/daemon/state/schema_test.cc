#include "daemon/state/schema.h"

#include <gmock/gmock.h>

#include "daemon/state/state_store.h"
#include "tests/daemon/state/state_folder.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

using SchemaTest = StateFolderTest;

/// The tables of the first program, which wrote no version.
constexpr const char* kFirstTables = R"sql(
  PRAGMA journal_mode = WAL;
  CREATE TABLE load_sequence (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1), value INTEGER NOT NULL) STRICT;
  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL,
    finished_at INTEGER, receipt TEXT NOT NULL) STRICT;
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, source TEXT NOT NULL,
    file TEXT NOT NULL, line INTEGER NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL,
    code TEXT NOT NULL, reason TEXT NOT NULL, remedy TEXT NOT NULL, raw TEXT NOT NULL,
    at INTEGER NOT NULL) STRICT;
  INSERT INTO load_sequence VALUES (1, 4000);
  INSERT INTO dead_letters VALUES (7, 'old', 'web', 'web.csv', 12, 'amount', '1.005',
    'too_many_decimals', 'EUR has 2', 'round it', 'a,1.005', 99);
)sql";

std::string Refusal(const std::string& folder) {
  const Result<StateStore> store = StateStore::Open(folder);
  EXPECT_FALSE(store);
  return store ? std::string() : store.error().message;
}

TEST_F(SchemaTest, TheFirstStateFilesMigrateAndKeepWhatTheyHold) {
  ExecuteRaw(kFirstTables);
  Result<StateStore> store = StateStore::Open(folder_);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(*store->NextLoadSequence(1), 4001);
  const auto letters = store->DeadLetters({}, 10);
  ASSERT_TRUE(letters) << letters.error().message;
  ASSERT_EQ(letters->size(), 1U);
  const DeadLetter& letter = letters->front();
  EXPECT_EQ(letter.id, 7);
  EXPECT_EQ(letter.raw, "a,1.005");
  EXPECT_EQ(letter.attempts, 1);
  EXPECT_TRUE(letter.is_open());
  EXPECT_TRUE(letter.columns.empty());
  ASSERT_TRUE(store->AddDeadLetter(letter));
  EXPECT_EQ(store->DeadLetters({}, 10)->back().id, 8) << "ids go on";
}

TEST_F(SchemaTest, OpeningAgainChangesNothing) {
  ASSERT_TRUE(StateStore::Open(folder_));
  ASSERT_TRUE(StateStore::Open(folder_)->StartRun({"a", "once", "running", 1, {}, {}}));
  EXPECT_EQ(StateStore::Open(folder_)->Runs(5)->size(), 1U);
}

TEST_F(SchemaTest, AFileOfANewerProgramIsRefusedAndLeftAsItIs) {
  ASSERT_TRUE(StateStore::Open(folder_));
  ExecuteRaw("PRAGMA user_version = 1000");
  for (int i = 0; i < 2; ++i) {
    const std::string refusal = Refusal(folder_);
    EXPECT_THAT(refusal, HasSubstr(path() + " has version 1000"));
    EXPECT_THAT(refusal, HasSubstr("use the newer program"));
  }
}

TEST_F(SchemaTest, ADatabaseOfAnotherProgramIsRefused) {
  ExecuteRaw("CREATE TABLE songs (title TEXT)");
  EXPECT_THAT(Refusal(folder_), HasSubstr("an SQLite file of another program"));
}

TEST_F(SchemaTest, AStepThatFailsLeavesTheFileAtItsOldVersion) {
  ExecuteRaw(std::string(kFirstTables) + "CREATE TABLE column_lists (in_the_way TEXT);");
  EXPECT_THAT(Refusal(folder_), HasSubstr("column_lists"));
  ExecuteRaw("DROP TABLE column_lists");
  const Result<StateStore> store = StateStore::Open(folder_);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(*store->CountDeadLetters(), 1);
}

}  // namespace
}  // namespace cartwright
