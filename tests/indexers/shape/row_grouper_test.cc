#include "indexers/shape/row_grouper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace cartwright {
namespace {

/// A row that owns its texts.
struct OwnRow {
  std::string key;
  std::uint32_t source = 0;
  std::uint64_t ordinal = 0;
  std::string payload;
  friend auto operator<=>(const OwnRow&, const OwnRow&) = default;
};

struct Grouped {
  std::vector<std::vector<OwnRow>> groups;
  bool spilled = false;
};

Grouped Group(const std::vector<OwnRow>& rows, std::int64_t memory_bytes) {
  RowGrouper grouper(testing::TempDir(), memory_bytes);
  for (const OwnRow& row : rows) {
    EXPECT_TRUE(grouper
                    .Add({row.key, row.source == 1, row.source, std::int64_t{-3}, row.ordinal,
                          row.ordinal + 7, row.payload})
                    .has_value());
  }
  Grouped grouped;
  grouped.spilled = grouper.spilled();
  EXPECT_TRUE(grouper
                  .ForEachGroup([&grouped](std::span<const GroupedRow> group) -> Status {
                    auto& rows_of_key = grouped.groups.emplace_back();
                    for (const GroupedRow& row : group) {
                      EXPECT_EQ(row.version, -3);
                      EXPECT_EQ(row.line, row.ordinal + 7);
                      EXPECT_EQ(row.is_line, row.source == 1);
                      rows_of_key.push_back({std::string(row.key), row.source, row.ordinal,
                                             std::string(row.payload)});
                    }
                    return {};
                  })
                  .has_value());
  return grouped;
}

/// Rows of two sources, with keys of several lengths that share their beginnings.
std::vector<OwnRow> SomeRows(std::size_t count, std::size_t keys) {
  std::mt19937 random(5);
  std::vector<OwnRow> rows;
  for (const std::uint32_t source : {0U, 1U}) {
    for (std::uint64_t i = 0; i < count / 2; ++i) {
      std::string key = "order-" + std::to_string(random() % keys);
      key += std::string(random() % 3, 'x');
      rows.push_back({std::move(key), source, i, std::string(random() % 200, 'p')});
    }
  }
  return rows;
}

// Sorting everything in memory as the twin.
std::vector<std::vector<OwnRow>> Expected(std::vector<OwnRow> rows) {
  std::sort(rows.begin(), rows.end());
  std::vector<std::vector<OwnRow>> groups;
  for (OwnRow& row : rows) {
    if (groups.empty() || groups.back().front().key != row.key) {
      groups.emplace_back();
    }
    groups.back().push_back(std::move(row));
  }
  return groups;
}

TEST(RowGrouperTest, GivesGroupsInKeyOrderWhereverTheRowsAre) {
  const std::vector<OwnRow> rows = SomeRows(40'000, 9'000);
  const auto expected = Expected(rows);
  const Grouped in_memory = Group(rows, std::int64_t{1} << 30);
  EXPECT_FALSE(in_memory.spilled);
  EXPECT_EQ(in_memory.groups, expected);
  for (const std::int64_t memory : {1, 600'000, 2'000'000}) {
    const Grouped spilled = Group(rows, memory);
    EXPECT_TRUE(spilled.spilled);
    EXPECT_EQ(spilled.groups, expected) << memory;
  }
}

TEST(RowGrouperTest, TakesRowsThatAreLargerThanABlockOrABuffer) {
  std::vector<OwnRow> rows = SomeRows(2'000, 300);
  for (const std::size_t at : {0U, 700U, 701U, 1'999U}) {
    rows[at].payload.assign(700'000 + at, 'L');
  }
  EXPECT_EQ(Group(rows, 1).groups, Expected(rows));
  EXPECT_EQ(Group(rows, std::int64_t{1} << 30).groups, Expected(rows));
}

TEST(RowGrouperTest, TakesKeysThatBeginLikeOthersAndEmptyOnes) {
  std::vector<OwnRow> rows;
  std::uint64_t ordinal = 0;
  for (const std::string key :
       {"b", "", "ab", "a", "abcdefghij", "abcdefghi", "abcdefgh", "\xFF", "b"}) {
    rows.push_back({key, 0, ordinal++, "p"});
  }
  EXPECT_EQ(Group(rows, 1).groups, Expected(rows));
}

TEST(RowGrouperTest, NoRowsAreNoGroups) { EXPECT_TRUE(Group({}, 1).groups.empty()); }

TEST(RowGrouperTest, AnErrorOfTheSinkEndsIt) {
  for (const std::int64_t memory : {std::int64_t{1}, std::int64_t{1} << 30}) {
    RowGrouper grouper(testing::TempDir(), memory);
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      ASSERT_TRUE(grouper.Add({std::to_string(i), false, 0, 0, i, i, "payload"}).has_value());
    }
    int groups = 0;
    const Status status = grouper.ForEachGroup([&groups](std::span<const GroupedRow>) -> Status {
      return ++groups == 3 ? Status(Error{ErrorKind::kData, "enough"}) : Status();
    });
    EXPECT_FALSE(status.has_value());
    EXPECT_EQ(groups, 3);
  }
}

TEST(RowGrouperTest, AFolderThatIsNotThereIsAnError) {
  RowGrouper grouper(testing::TempDir() + "/not-there", 1);
  Status status;
  for (std::uint64_t i = 0; i < 20'000 && status; ++i) {
    status = grouper.Add({std::to_string(i), false, 0, 0, i, i, "payload"});
  }
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kOutput);
}

}  // namespace
}  // namespace cartwright
