#include "daemon/state/sqlite_database.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/daemon/state/state_folder.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

class SqliteDatabaseTest : public StateFolderTest {
 protected:
  SqliteDatabase Open() const {
    Result<SqliteDatabase> database = SqliteDatabase::Open(folder_);
    EXPECT_TRUE(database) << database.error().message;
    return std::move(database).value();
  }
  static std::int64_t Rows(const SqliteDatabase& database) {
    Result<SqliteStatement> count = database.Prepare("SELECT count(*) FROM kept");
    EXPECT_TRUE(count);
    EXPECT_TRUE(count->Step());
    return count->Integer(0);
  }
};

TEST_F(SqliteDatabaseTest, AFailedCommitKeepsNothingAndLeavesTheConnectionUsable) {
  SqliteDatabase database = Open();
  // A reference that is checked at the commit: the only way to make a commit itself fail at will.
  ASSERT_TRUE(
      database.Execute("PRAGMA foreign_keys = ON; CREATE TABLE kept (id INTEGER PRIMARY KEY,"
                       "other INTEGER REFERENCES kept (id) DEFERRABLE INITIALLY DEFERRED)"));
  const Status failed =
      database.Transact([&] { return database.Execute("INSERT INTO kept VALUES (1, 99)"); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(Rows(database), 0);
  const Status next =
      database.Transact([&] { return database.Execute("INSERT INTO kept VALUES (2, NULL)"); });
  EXPECT_TRUE(next) << next.error().message;
  EXPECT_EQ(Rows(database), 1);
}

TEST_F(SqliteDatabaseTest, AFailedWriteKeepsNothingOfItsTransaction) {
  SqliteDatabase database = Open();
  ASSERT_TRUE(database.Execute("CREATE TABLE kept (id INTEGER PRIMARY KEY)"));
  const Status failed = database.Transact([&]() -> Status {
    CARTWRIGHT_TRY(database.Execute("INSERT INTO kept VALUES (1)"));
    return Error{ErrorKind::kData, "no more"};
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "no more");
  EXPECT_EQ(Rows(database), 0);
}

TEST_F(SqliteDatabaseTest, AFullDiskIsNamedWithItsFileAndRemedyAndPasses) {
  SqliteDatabase database = Open();
  ASSERT_TRUE(database.Execute("CREATE TABLE kept (text TEXT)"));
  ASSERT_TRUE(database.Execute("PRAGMA max_page_count = 20"));
  const auto fill = [&] { return database.Execute("INSERT INTO kept VALUES (zeroblob(1000000))"); };
  const Status full = database.Transact(fill);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::kOutput);
  EXPECT_THAT(full.error().message, HasSubstr(path()));
  EXPECT_THAT(full.error().message, HasSubstr("full; make room on its disk and run again"));
  ASSERT_TRUE(database.Execute("PRAGMA max_page_count = 100000"));
  EXPECT_TRUE(database.Transact(fill));
  EXPECT_EQ(Rows(database), 1);
}

TEST_F(SqliteDatabaseTest, WhatIsWrittenIntoADeletedFileIsAnError) {
  SqliteDatabase database = Open();
  ASSERT_TRUE(std::filesystem::remove(path()));
  const auto nothing = [] { return Status(); };
  const Status deleted = database.Transact(nothing);
  ASSERT_FALSE(deleted);
  EXPECT_THAT(deleted.error().message, HasSubstr(path() + " was deleted or replaced while"));
  Open();
  EXPECT_FALSE(database.Transact(nothing)) << "another file has its name now";
}

TEST_F(SqliteDatabaseTest, DamageInsideTheFileIsFoundOnOpening) {
  {
    const SqliteDatabase database = Open();
    ASSERT_TRUE(
        database.Execute("INSERT INTO runs SELECT value, '', '', 0, 0, hex(zeroblob(450)) FROM "
                         "(WITH RECURSIVE n(value) AS (VALUES (1) UNION ALL SELECT value + 1 "
                         "FROM n WHERE value < 100) SELECT value FROM n)"));
  }
  {
    std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096 * 8);
    file << std::string(4096, 'x');
  }
  const Result<SqliteDatabase> damaged = SqliteDatabase::Open(folder_);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().kind, ErrorKind::kOutput);
  EXPECT_THAT(damaged.error().message, HasSubstr(path()));
  EXPECT_THAT(damaged.error().message, HasSubstr("restore it from a backup, or move it away"));
}

}  // namespace
}  // namespace cartwright
