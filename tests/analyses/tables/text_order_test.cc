#include "analyses/tables/text_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

#include "daemon/base/parallel.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::uint32_t> OrderOf(const std::vector<std::string>& texts) {
  return OrderOfTexts(static_cast<std::uint32_t>(texts.size()),
                      [&texts](std::uint32_t number) { return std::string_view(texts[number]); });
}

TEST(TextOrderTest, OrdersByBytesAndEqualTextsByNumber) {
  EXPECT_THAT(OrderOf({}), IsEmpty());
  EXPECT_THAT(OrderOf({"b", "a", "", "b", "\xff", "B"}), ElementsAre(2U, 5U, 1U, 0U, 3U, 4U));
  const std::string zero("ab\0", 3);
  EXPECT_THAT(OrderOf({"abc", zero, "ab"}), ElementsAre(2U, 1U, 0U)) << "a NUL is a byte too";
  EXPECT_THAT(OrderOf({"shared beginning 2", "shared beginning", "shared beginning 10"}),
              ElementsAre(1U, 2U, 0U));
}

TEST(TextOrderTest, IsTheOrderOfASortForAnyNumberOfThreads) {
  std::mt19937 random(3);
  std::vector<std::string> texts;
  for (int i = 0; i < 100'000; ++i) {
    texts.push_back("key-" + std::string(random() % 9, 'x') + std::to_string(random() % 5'000));
  }
  std::vector<std::uint32_t> expected(texts.size());
  std::iota(expected.begin(), expected.end(), 0U);
  std::stable_sort(expected.begin(), expected.end(),
                   [&texts](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  for (const int threads : {1, 2, 3, 4}) {
    SetParallelThreads(threads);
    EXPECT_EQ(OrderOf(texts), expected) << threads << " threads";
  }
  SetParallelThreads(0);
}

}  // namespace
}  // namespace cartwright
