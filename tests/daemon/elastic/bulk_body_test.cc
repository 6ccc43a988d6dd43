#include "daemon/elastic/bulk_body.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cartwright {
namespace {

struct Added {
  std::string index;
  std::string id;
  std::string source;
  BulkOperation operation;
};

// Documents of many lengths, two indices, some deletions.
std::vector<Added> Many(std::size_t count) {
  std::mt19937 random(7);
  std::vector<Added> documents;
  for (std::size_t i = 0; i < count; ++i) {
    const bool deletes = random() % 5 == 0;
    documents.push_back({random() % 2 == 0 ? "orders" : "down\"loads", "id\"" + std::to_string(i),
                         deletes ? "" : "{\"n\":" + std::string(random() % 50 + 1, '1') + "}",
                         deletes ? BulkOperation::kDelete : BulkOperation::kIndex});
  }
  return documents;
}

void Append(BulkBody& body, const Added& added, std::uint64_t tag) {
  body.Append(
      {added.operation, added.index, added.id, static_cast<std::int64_t>(tag), added.source, tag},
      tag * 3);
}

TEST(BulkBodyTest, KeepsAnyChoiceOfDocumentsAsIfOnlyTheyHadBeenAdded) {
  const std::vector<Added> documents = Many(40);
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    BulkBody all;
    BulkBody chosen;
    std::vector<std::size_t> choice;
    for (std::size_t i = 0; i < documents.size(); ++i) {
      Append(all, documents[i], i);
      if (random() % 3 == 0) {
        Append(chosen, documents[i], i);
        choice.push_back(i);
      }
    }
    const std::size_t memory = all.memory();
    all.Keep(choice);
    EXPECT_EQ(all.memory(), memory);
    ASSERT_EQ(all.documents(), choice.size());
    EXPECT_EQ(all.bytes(), chosen.bytes());
    for (std::size_t i = 0; i < choice.size(); ++i) {
      EXPECT_EQ(all.tag(i), choice[i]);
      EXPECT_EQ(all.id_hash(i), 3 * choice[i]);
      EXPECT_EQ(all.operation(i), documents[choice[i]].operation);
      EXPECT_EQ(all.Identify(i).id, documents[choice[i]].id);
      EXPECT_EQ(all.Identify(i).source, documents[choice[i]].source);
    }
    EXPECT_EQ(all.Lend(), chosen.Lend());
  }
}

TEST(BulkBodyTest, CopiesARunOfDocumentsInNoMoreMemoryThanItNeeds) {
  const std::vector<Added> documents = Many(20);
  for (std::size_t first = 0; first < documents.size(); ++first) {
    BulkBody all = BulkBody::WithMemory(1 << 20, 10'000);
    BulkBody part;
    for (std::size_t i = 0; i < documents.size(); ++i) {
      Append(all, documents[i], i);
      if (i >= first && i < first + 5) {
        Append(part, documents[i], i);
      }
    }
    const std::size_t last = std::min(first + 5, documents.size());
    BulkBody copy = all.Copy(first, last);
    EXPECT_EQ(copy.tag(0), first);
    EXPECT_EQ(copy.bytes(), part.bytes());
    EXPECT_LE(copy.memory(), part.bytes() + 5 * BulkBody::kMemoryPerDocument + 64);
    EXPECT_EQ(copy.Lend(), part.Lend());
  }
}

TEST(BulkBodyTest, CountsLentTextAsItsOwn) {
  BulkBody body = BulkBody::WithMemory(10'000, 100);
  Append(body, Many(1)[0], 1);
  const std::size_t memory = body.memory();
  const std::size_t bytes = body.bytes();
  std::string text = body.Lend();
  EXPECT_EQ(body.memory(), memory);
  EXPECT_EQ(body.bytes(), bytes);
  body.GiveBack(std::move(text));
  EXPECT_EQ(body.memory(), memory);
}

}  // namespace
}  // namespace cartwright
