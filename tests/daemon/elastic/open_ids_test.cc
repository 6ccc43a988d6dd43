#include "daemon/elastic/open_ids.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace cartwright {
namespace {

TEST(OpenIdsTest, KnowsEqualIdsOfEqualIndices) {
  OpenIds ids;
  const auto hash = [&ids](std::string_view index, std::string_view id) {
    return ids.HashOf({BulkOperation::kIndex, index, id, 1, "{}", 0});
  };
  const std::uint64_t first = hash("orders", "a");
  EXPECT_NE(hash("downloads", "a"), first);
  EXPECT_NE(hash("orders", "b"), first);
  EXPECT_EQ(hash("orders", "a"), first);
  EXPECT_NE(hash("a", "orders"), first);
}

TEST(OpenIdsTest, HoldsAnIdForOneBody) {
  constexpr std::uint64_t kId = 5ULL << 40;
  OpenIds ids;
  EXPECT_TRUE(ids.Take(kId, 1));
  EXPECT_TRUE(ids.Take(kId, 1)) << "twice in one body";
  EXPECT_FALSE(ids.Take(kId, 2));
  ids.Release(kId, 2);
  EXPECT_FALSE(ids.Take(kId, 2)) << "not its own";
  ids.Release(kId, 1);
  EXPECT_TRUE(ids.Take(kId, 2));
  OpenIds().Release(kId, 1);
}

// A map as the twin. Few distinct bits where homes are told, so that ids stand in long runs.
TEST(OpenIdsTest, AgreesWithAMapUnderRandomUse) {
  std::mt19937_64 random(3);
  OpenIds ids;
  std::map<std::uint64_t, std::uint64_t> twin;
  for (int i = 0; i < 300'000; ++i) {
    const std::uint64_t id = (random() % 3'000) << (20 + random() % 2 * 10);
    const std::uint64_t body = random() % 4 + 1'048'570;  // Their numbers begin again meanwhile.
    if (random() % 2 == 0) {
      ASSERT_EQ(ids.Take(id, body), twin.try_emplace(id, body).first->second == body);
    } else {
      ids.Release(id, body);
      const auto held = twin.find(id);
      if (held != twin.end() && held->second == body) {
        twin.erase(held);
      }
    }
  }
}

}  // namespace
}  // namespace cartwright
