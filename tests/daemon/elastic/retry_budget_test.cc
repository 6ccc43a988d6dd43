#include "daemon/elastic/retry_budget.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(RetryBudgetTest, AllowsTheReserveThenAShareOfWhatIsSent) {
  RetryBudget budget(0.25, 100);
  EXPECT_TRUE(budget.Take(60));
  EXPECT_TRUE(budget.Take(40));
  EXPECT_FALSE(budget.Take(1));
  budget.Sent(100);
  EXPECT_FALSE(budget.Take(26));
  EXPECT_TRUE(budget.Take(25));
  EXPECT_FALSE(budget.Take(1));
}

TEST(RetryBudgetTest, SavesNoMoreThanTheReserve) {
  RetryBudget budget(0.5, 100);
  budget.Sent(1'000'000);
  EXPECT_TRUE(budget.Take(100));
  EXPECT_FALSE(budget.Take(1));
}

}  // namespace
}  // namespace cartwright
