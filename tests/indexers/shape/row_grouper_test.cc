#include "indexers/shape/row_grouper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace cartwright {
namespace {

constexpr std::size_t kKeys = 6400;

/// The most keys that one partition gets, of kKeys numbered ones.
std::size_t LargestPartition(const std::string& prefix) {
  std::array<std::size_t, RowGrouper::kPartitions> sizes{};
  for (std::size_t i = 0; i < kKeys; ++i) {
    ++sizes[RowGrouper::PartitionOf(prefix + std::to_string(i))];
  }
  return *std::max_element(sizes.begin(), sizes.end());
}

TEST(RowGrouperTest, SpreadsNumberedKeysEvenlyOverPartitions) {
  constexpr std::size_t kFair = kKeys / RowGrouper::kPartitions;
  EXPECT_LT(LargestPartition(""), 2 * kFair);
  EXPECT_LT(LargestPartition("53"), 2 * kFair);
  EXPECT_LT(LargestPartition("order-00000"), 2 * kFair);
}

}  // namespace
}  // namespace cartwright
