#include "analyses/churn/churn_series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

ShopTablesFixture RandomShop(std::uint32_t seed) {
  std::mt19937 random(seed);
  ShopTablesFixture shop;
  for (int i = 0; i < 100; ++i) {
    shop.Order("c" + std::to_string(random() % 20),
               FormatDay(ParseDay("2024-01-01").value() + DayNumber(random() % 150)) + " 12:00",
               100 + static_cast<std::int64_t>(random() % 900));
  }
  return shop;
}

/// A period's figures straight from their definitions.
class NaivePeriod {
 public:
  NaivePeriod(const PurchaseDays& purchases, std::int32_t threshold, DayNumber first,
              DayNumber next_first)
      : purchases_(purchases), threshold_(threshold), first_(first), next_first_(next_first) {}

  ChurnPeriod Count(DayNumber before_first) const {
    ChurnPeriod period;
    for (std::size_t customer = 0; customer < purchases_.size(); ++customer) {
      const bool now = OrderedIn(customer, first_, next_first_);
      const bool before = OrderedIn(customer, before_first, first_);
      const bool ever = OrderedIn(customer, -1'000'000, first_);
      const bool active = OrderedIn(customer, first_ - threshold_, first_);
      period.customers += now ? 1 : 0;
      period.first += now && !ever ? 1 : 0;
      period.net += NetIn(customer, first_, next_first_);
      period.lost += before && !now ? 1 : 0;
      period.lost_net += before && !now ? NetIn(customer, before_first, first_) : 0;
      period.active_at_start += active ? 1 : 0;
      period.churned += active && Passes(customer) ? 1 : 0;
      period.reactivated += ever && !active && now ? 1 : 0;
    }
    return period;
  }

 private:
  bool OrderedIn(std::size_t customer, DayNumber from, DayNumber to) const {
    const auto days = purchases_.Of(customer);
    return std::any_of(days.begin(), days.end(),
                       [=](DayNumber day) { return from <= day && day < to; });
  }
  std::int64_t NetIn(std::size_t customer, DayNumber from, DayNumber to) const {
    std::int64_t net = 0;
    for (std::uint32_t i = purchases_.begin[customer]; i < purchases_.begin[customer + 1]; ++i) {
      net += from <= purchases_.day[i] && purchases_.day[i] < to ? purchases_.day_net[i] : 0;
    }
    return net;
  }
  /// Whether, counted from the last order before the period, the threshold runs out within it.
  bool Passes(std::size_t customer) const {
    DayNumber last = -1'000'000;
    for (const DayNumber day : purchases_.Of(customer)) {
      last = day < first_ ? day : last;
    }
    const DayNumber end = last + threshold_;
    return first_ <= end && end < next_first_ && end < purchases_.end_day &&
           !OrderedIn(customer, last + 1, end + 1);
  }

  const PurchaseDays& purchases_;
  std::int32_t threshold_;
  DayNumber first_;
  DayNumber next_first_;
};

TEST(ChurnSeriesTest, AgreesWithANaiveTwin) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    const ShopCalendar calendar = shop.Calendar("2024-05-20 12:00");
    const PurchaseDays purchases = FindPurchaseDays(shop.Build(), calendar);
    for (const Period period : {Period::kWeek, Period::kMonth}) {
      const std::int32_t threshold = 3 + static_cast<std::int32_t>(seed) * 3;
      const ChurnSeries series = SeriesOfChurn(purchases, calendar, period, threshold);
      for (std::size_t i = 0; i < series.periods.size(); ++i) {
        const auto first_day = [&](std::int32_t place) {
          return FirstDayOfPeriod(series.first + place, period, calendar.week_start);
        };
        const auto place = static_cast<std::int32_t>(i);
        const ChurnPeriod expected =
            NaivePeriod(purchases, threshold, first_day(place), first_day(place + 1))
                .Count(first_day(place - 1));
        const ChurnPeriod& actual = series.periods[i];
        SCOPED_TRACE("seed " + std::to_string(seed) + ", period " + std::to_string(i));
        EXPECT_EQ(actual.customers, expected.customers);
        EXPECT_EQ(actual.first, expected.first);
        EXPECT_EQ(actual.net, expected.net);
        EXPECT_EQ(actual.lost, expected.lost);
        EXPECT_EQ(actual.lost_net, expected.lost_net);
        EXPECT_EQ(actual.active_at_start, expected.active_at_start);
        EXPECT_EQ(actual.churned, expected.churned);
        EXPECT_EQ(actual.reactivated, expected.reactivated);
      }
    }
  }
}

TEST(ChurnSeriesTest, WithoutAThresholdOnlyTheLostAreCounted) {
  const ShopTablesFixture shop = RandomShop(1);
  const ShopCalendar calendar = shop.Calendar("2024-05-20");
  const PurchaseDays purchases = FindPurchaseDays(shop.Build(), calendar);
  for (const ChurnPeriod& period : SeriesOfChurn(purchases, calendar, Period::kMonth, {}).periods) {
    EXPECT_EQ(period.active_at_start, 0);
    EXPECT_EQ(period.churned, 0);
    EXPECT_EQ(period.reactivated, 0);
  }
  EXPECT_TRUE(SeriesOfChurn({}, calendar, Period::kMonth, 30).periods.empty());
}

}  // namespace
}  // namespace cartwright
