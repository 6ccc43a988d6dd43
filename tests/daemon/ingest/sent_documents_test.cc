#include "daemon/ingest/sent_documents.h"

#include <gtest/gtest.h>

#include <map>

namespace cartwright {
namespace {

std::map<std::uint32_t, std::int64_t> RowsOf(const SentDocuments& sent, std::uint64_t tag) {
  std::map<std::uint32_t, std::int64_t> rows;
  sent.EachSource(tag, [&rows](std::uint32_t source, std::int64_t count) {
    EXPECT_TRUE(rows.emplace(source, count).second) << "each source once";
  });
  return rows;
}

TEST(SentDocumentsTest, KnowsTheRowsOfEachSource) {
  SentDocuments sent;
  const std::vector<RowRef> one{{3, 17, 15}};
  const std::vector<RowRef> many{{0, 5, 3}, {1, 8, 6}, {1, 9, 7}, {2, 4, 2}, {4, 6, 4}, {4, 7, 5}};
  const std::uint64_t first = sent.Add(99, one);
  const std::uint64_t second = sent.Add(100, many);
  EXPECT_EQ(sent.Find(first).source, 3U);
  EXPECT_EQ(sent.Find(first).line, 17U);
  EXPECT_EQ(sent.Find(first).version, 99);
  EXPECT_EQ(sent.Find(second).source, 0U);
  EXPECT_EQ(sent.Find(second).line, 5U);
  EXPECT_EQ(RowsOf(sent, first), (std::map<std::uint32_t, std::int64_t>{{3, 1}}));
  EXPECT_EQ(RowsOf(sent, second),
            (std::map<std::uint32_t, std::int64_t>{{0, 1}, {1, 2}, {2, 1}, {4, 2}}));
}

TEST(SentDocumentsTest, UsesATagAgainAndForgetsWhatItMeant) {
  SentDocuments sent;
  const std::vector<RowRef> many{{0, 5, 3}, {1, 8, 6}, {2, 4, 2}};
  const std::vector<RowRef> one{{1, 1, 0}};
  const std::uint64_t kept = sent.Add(1, one);
  const std::uint64_t gone = sent.Add(2, many);
  sent.Remove(gone);
  EXPECT_EQ(sent.Add(3, one), gone);
  EXPECT_EQ(RowsOf(sent, gone), (std::map<std::uint32_t, std::int64_t>{{1, 1}}));
  EXPECT_EQ(sent.Find(kept).version, 1);
  EXPECT_NE(sent.Add(4, one), kept);
}

}  // namespace
}  // namespace cartwright
