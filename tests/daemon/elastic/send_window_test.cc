#include "daemon/elastic/send_window.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(SendWindowTest, HalvesRequestsThenBytesAndGrowsBackInSteps) {
  constexpr std::size_t kMebibyte = 1 << 20;
  SendWindow window(4, 8 * kMebibyte);
  window.Shrink();
  EXPECT_EQ(window.requests(), 2U);
  window.Shrink();
  EXPECT_EQ(window.requests(), 1U);
  EXPECT_EQ(window.bytes(), 8 * kMebibyte);
  for (int i = 0; i < 20; ++i) {
    window.Shrink();
  }
  EXPECT_EQ(window.requests(), 1U);
  EXPECT_EQ(window.bytes(), kMebibyte / 4) << "never nothing";
  window.Grow();
  EXPECT_EQ(window.bytes(), kMebibyte / 4 + kMebibyte);
  for (int i = 0; i < 7; ++i) {
    window.Grow();
  }
  EXPECT_EQ(window.bytes(), 8 * kMebibyte);
  EXPECT_EQ(window.requests(), 1U) << "bytes first";
  for (int i = 0; i < 10; ++i) {
    window.Grow();
  }
  EXPECT_EQ(window.requests(), 4U);
}

TEST(SendWindowTest, KeepsBodiesThatAreSmallAnyway) {
  SendWindow window(1, 1'000);
  window.Shrink();
  EXPECT_EQ(window.bytes(), 1'000U);
}

}  // namespace
}  // namespace cartwright
