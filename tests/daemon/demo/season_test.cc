#include "daemon/demo/season.h"

#include <gtest/gtest.h>

#include <array>

namespace cartwright {
namespace {

constexpr DayNumber kMonday = 19'723;  // 2024-01-01

TEST(SeasonTest, KeepsOrderAndStaysInTheWeek) {
  const Season season(kMonday, 3);
  std::int64_t previous = season.first_second();
  for (int step = 0; step < 21'000; ++step) {
    const double day = step / 1000.0;
    const std::int64_t second = season.ToSecond(day);
    ASSERT_GE(second, previous);
    ASSERT_EQ((second - season.first_second()) / (7 * 86'400), step / 7000);
    previous = second;
  }
  EXPECT_LT(previous, season.end_second());
}

TEST(SeasonTest, StartsOnTheFirstSecondAndFormatsIt) {
  const Season season(kMonday, 1);
  std::string text;
  season.AppendIso(text, season.ToSecond(0.0));
  EXPECT_EQ(text, "2024-01-01T00:00:00Z");
  text.clear();
  season.AppendIso(text, season.end_second() - 1);
  EXPECT_EQ(text, "2024-01-07T23:59:59Z");
}

TEST(SeasonTest, MakesSundaysBusyWhateverTheFirstWeekdayIs) {
  for (const DayNumber start : {kMonday, kMonday + 3}) {
    const Season season(start, 1);
    std::array<int, 8> hits{};
    for (int step = 0; step < 7000; ++step) {
      const std::int64_t second = season.ToSecond(step / 1000.0);
      ++hits[static_cast<std::size_t>(IsoWeekday(static_cast<DayNumber>(second / 86'400)))];
    }
    EXPECT_NEAR(hits[7], 7000 * 1.30 / 6.9, 20);
    EXPECT_NEAR(hits[6], 7000 * 0.80 / 6.9, 20);
  }
}

TEST(SeasonTest, BringsMoreCustomersInDecemberAndInTheSecondYear) {
  const Season season(kMonday, 104);
  Random random(7);
  std::array<int, 24> months{};
  for (int draw = 0; draw < 100'000; ++draw) {
    const CivilDate date = CivilFromDay(kMonday + static_cast<DayNumber>(season.Arrival(random)));
    ++months[static_cast<std::size_t>(date.year - 2024) * 12 + date.month - 1];
  }
  EXPECT_GT(months[11], months[5] * 3 / 2);
  EXPECT_GT(months[17], months[5] * 5 / 4);
}

}  // namespace
}  // namespace cartwright
