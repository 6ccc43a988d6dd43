#include "daemon/ingest/books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::HasSubstr;

Books Balanced() {
  Books books;
  books.sources.push_back({"sessions", 10, 5, 2, 2, 1});
  books.indices.push_back({"orders", 5, 2, 1, 1, 1, 0, 7, 9});
  return books;
}

TEST(BooksTest, BalancedBooksPass) { EXPECT_TRUE(Balanced().Check()); }

TEST(BooksTest, EveryCounterOfASourceCounts) {
  for (std::int64_t SourceBook::* counter :
       {&SourceBook::read, &SourceBook::used, &SourceBook::superseded, &SourceBook::set_aside,
        &SourceBook::filtered}) {
    Books books = Balanced();
    books.sources[0].*counter += 1;
    const Status status = books.Check();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kInternal);
    EXPECT_THAT(status.error().message, HasSubstr("source sessions"));
  }
}

TEST(BooksTest, EveryVerdictOfAnIndexCounts) {
  for (std::int64_t IndexBook::* counter :
       {&IndexBook::built, &IndexBook::created, &IndexBook::replaced, &IndexBook::conflicted,
        &IndexBook::rejected}) {
    Books books = Balanced();
    books.indices[0].*counter += 1;
    const Status status = books.Check();
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr("index orders"));
  }
}

TEST(BooksTest, TheIndexMustHaveGrownByWhatWasCreated) {
  Books books = Balanced();
  books.indices[0].count_after = 8;
  EXPECT_FALSE(books.Check());
  books.indices[0].count_after = 10;
  EXPECT_FALSE(books.Check());
}

TEST(BooksTest, ALostAnswerExplainsOnlyAsManyAsWereSentAgain) {
  Books books = Balanced();
  books.indices[0].ambiguous = 2;
  books.indices[0].count_after = 11;
  EXPECT_TRUE(books.Check());
  books.indices[0].count_after = 12;
  EXPECT_FALSE(books.Check());
  books.indices[0].count_after = 8;
  EXPECT_FALSE(books.Check()) << "fewer than were created is never explained";
}

}  // namespace
}  // namespace cartwright
