#include "daemon/elastic/bulk_limits.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(BulkLimitsTest, TakesTheOptionsWhereMemorySuffices) {
  BulkOptions options;
  options.batch_bytes = 1'000'000;
  options.batch_documents = 5'000;
  options.in_flight = 2;
  const BulkLimits limits = LimitsOf(options, 3, false);
  EXPECT_EQ(limits.body_bytes, 1'000'000U);
  EXPECT_EQ(limits.body_documents, 5'000U);
  EXPECT_EQ(limits.open_bodies, 6U);
  EXPECT_GT(limits.body_memory, limits.body_bytes);
}

TEST(BulkLimitsTest, FitsFourBodiesIntoAnyMemory) {
  for (const std::size_t memory : {std::size_t{1} << 10, std::size_t{1} << 20,
                                   std::size_t{10} << 20, std::size_t{100} << 20}) {
    BulkOptions options;
    options.memory_bytes = memory;
    options.batch_bytes = std::size_t{90} << 20;
    options.batch_documents = 1'000'000;
    const BulkLimits packed = LimitsOf(options, 1, true);
    EXPECT_LE(4 * packed.body_memory + PackedMemory(packed.body_bytes), memory);
    const BulkLimits limits = LimitsOf(options, 1, false);
    EXPECT_LE(4 * limits.body_memory, memory);
    EXPECT_GE(limits.body_bytes, memory / 8);
    EXPECT_GE(limits.body_documents, 1U);
    EXPECT_GE(limits.document_bytes, limits.body_bytes);
  }
}

TEST(BulkLimitsTest, CutsBodiesToASecondOfTheRate) {
  BulkOptions options;
  options.documents_per_second = 30;
  EXPECT_EQ(LimitsOf(options, 1, false).body_documents, 30U);
}

}  // namespace
}  // namespace cartwright
