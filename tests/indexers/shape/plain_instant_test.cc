#include "indexers/shape/plain_instant.h"

#include <gtest/gtest.h>

#include <string>

namespace cartwright {
namespace {

TEST(PlainInstantTest, ReadsInstantsToTheSecond) {
  EXPECT_EQ(ReadPlainInstant("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ReadPlainInstant("1969-12-31 23:59:59Z"), -1'000'000);
  EXPECT_EQ(ReadPlainInstant("2024-02-29T12:34:56Z"), 1'709'210'096'000'000);
  EXPECT_EQ(ReadPlainInstant("1900-01-01T00:00:00Z"), -2'208'988'800'000'000);
  EXPECT_EQ(ReadPlainInstant("2199-12-31T23:59:59Z"), 7'258'118'399'000'000);
}

TEST(PlainInstantTest, LeavesEverythingElseToOthers) {
  for (const std::string text :
       {"", "2024-02-29T12:34:56", "2024-02-29T12:34:56.1Z", "2023-02-29T12:34:56Z",
        "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-01-32T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z", "1899-12-31T00:00:00Z", "2200-01-01T00:00:00Z"}) {
    EXPECT_FALSE(ReadPlainInstant(text).has_value()) << text;
  }
  const std::string good = "2024-02-28T11:34:56Z";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char byte : {'x', '/', ':', '\0', '\xFF'}) {
      std::string bad = good;
      bad[at] = byte;
      if (bad != good) {
        EXPECT_FALSE(ReadPlainInstant(bad).has_value()) << bad;
      }
    }
  }
}

}  // namespace
}  // namespace cartwright
