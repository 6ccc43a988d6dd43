#include "daemon/base/nearest_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cartwright {
namespace {

constexpr std::string_view kNames[] = {"currency", "time_zone", "week_starts_on", "as_of", "name"};

TEST(NearestNameTest, CountsEdits) {
  EXPECT_EQ(EditDistance("", ""), 0U);
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("abc", ""), 3U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("shards", "shrads"), 1U) << "swapped neighbours are one edit";
  EXPECT_EQ(EditDistance("ca", "abc"), 3U) << "no further edit between swapped bytes";
}

TEST(NearestNameTest, FindsTypingErrors) {
  EXPECT_EQ(NearestName("curency", kNames), "currency");
  EXPECT_EQ(NearestName("timezone", kNames), "time_zone");
  EXPECT_EQ(NearestName("week_start_on", kNames), "week_starts_on");
  EXPECT_EQ(NearestName("asof", kNames), "as_of");
}

TEST(NearestNameTest, FindsNothingWhenAllAreFar) {
  EXPECT_EQ(NearestName("postgres", kNames), std::nullopt);
  EXPECT_EQ(NearestName("", kNames), std::nullopt);
  EXPECT_EQ(NearestName("ab", std::vector<std::string_view>{"cd"}), std::nullopt);
  EXPECT_EQ(NearestName("name", std::span<const std::string_view>{}), std::nullopt);
}

TEST(NearestNameTest, TakesTheFirstOfEquallyNear) {
  EXPECT_EQ(NearestName("cat", std::vector<std::string_view>{"bat", "hat"}), "bat");
  EXPECT_EQ(NearestName("cat", std::vector<std::string_view>{"hat", "bat"}), "hat");
}

TEST(NearestNameTest, RefusesTextsTooLongToBeNames) {
  const std::string name(300, 'x');
  EXPECT_EQ(NearestName(name, std::vector<std::string_view>{name}), std::nullopt);
}

}  // namespace
}  // namespace cartwright
