#include "analyses/funnel/ordered_funnel.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace cartwright {
namespace {

/// An event with a code, as ClickHouse's own test of windowFunnel writes them.
struct CodedEvent {
  EpochMillis time;
  int code;
};
using Condition = std::function<bool(int)>;

std::vector<Condition> Equal(const std::vector<int>& codes) {
  std::vector<Condition> conditions;
  for (const int code : codes) {
    conditions.emplace_back([code](int value) { return value == code; });
  }
  return conditions;
}

std::vector<FunnelEvent> Events(const std::vector<CodedEvent>& coded,
                                const std::vector<Condition>& steps) {
  std::vector<FunnelEvent> events;
  for (const CodedEvent& event : coded) {
    std::uint32_t mask = 0;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      mask |= static_cast<std::uint32_t>(steps[step](event.code)) << step;
    }
    events.push_back({event.time, mask});
  }
  return events;
}

std::size_t Level(const std::vector<CodedEvent>& coded, const std::vector<Condition>& steps,
                  FunnelRule rule) {
  rule.steps = steps.size();
  return OrderedFunnel(rule).Match(Events(coded, steps)).level;
}

/// "a b c": codes at times 1, 2, 3.
std::vector<CodedEvent> Letters(const std::string& text) {
  std::vector<CodedEvent> events;
  for (const char letter : text) {
    if (letter != ' ') {
      events.push_back({static_cast<EpochMillis>(events.size()) + 1, letter});
    }
  }
  return events;
}

constexpr FunnelRule kLong{.window = 10'000};
constexpr FunnelRule kIncrease{.window = 10'000, .strict_increase = true};
constexpr FunnelRule kOnce{.window = 10'000, .strict_once = true};
constexpr FunnelRule kDeduplication{.window = 10'000, .strict_deduplication = true};
constexpr FunnelRule kOrder{.window = 10'000, .strict_order = true};
constexpr FunnelRule kReentry{.window = 10'000, .strict_order = true, .allow_reentry = true};
constexpr FunnelRule kOrderDeduplication{
    .window = 10'000, .strict_deduplication = true, .strict_order = true};

std::vector<CodedEvent> OneCodePerTick(int first, int last) {
  std::vector<CodedEvent> events;
  for (int code = first; code <= last; ++code) {
    events.push_back({code - 1000, code});
  }
  return events;
}

// Levels of ClickHouse's stateless test of windowFunnel.

TEST(OrderedFunnelTest, FollowsStepsOverOtherEvents) {
  EXPECT_EQ(Level(OneCodePerTick(1000, 1008), Equal({1000, 1001, 1002, 1008}), kLong), 4U);
  EXPECT_EQ(Level(OneCodePerTick(1001, 1008), Equal({1001, 1008}), kLong), 2U);
  EXPECT_EQ(Level(OneCodePerTick(1001, 1008), Equal({1008, 1001}), kLong), 1U);
}

TEST(OrderedFunnelTest, WindowIncludesItsEnd) {
  const std::vector<CodedEvent> events = OneCodePerTick(1000, 1008);
  const std::vector<Condition> steps = Equal({1003, 1004, 1005, 1006, 1007});
  EXPECT_EQ(Level(events, steps, {.window = 2}), 3U);
  EXPECT_EQ(Level(events, steps, {.window = 3}), 4U);
  EXPECT_EQ(Level(events, steps, {.window = 4}), 5U);
}

TEST(OrderedFunnelTest, TakesEventsThatMatchSeveralSteps) {
  const std::vector<Condition> ranges = {
      [](int code) { return code <= 1007; }, [](int code) { return code >= 1002; },
      [](int code) { return code <= 1006; }, [](int code) { return code >= 1004; }};
  EXPECT_EQ(Level(OneCodePerTick(1001, 1008), ranges, {.window = 4}), 4U);
}

TEST(OrderedFunnelTest, DeduplicationStopsAtARepeatedStep) {
  const std::vector<CodedEvent> events = {{0, 1000},  {10, 1001}, {20, 1002}, {30, 1003},
                                          {40, 1004}, {50, 1005}, {51, 1005}, {60, 1006},
                                          {70, 1007}, {80, 1008}};
  const std::vector<Condition> steps = Equal({1000, 1001, 1002, 1003, 1004, 1005, 1006});
  EXPECT_EQ(Level(events, steps, kLong), 7U);
  EXPECT_EQ(Level(events, steps, kDeduplication), 6U);
}

TEST(OrderedFunnelTest, IncreaseAsksForLaterTimes) {
  const std::vector<CodedEvent> events = {{0, 1000}, {1, 1001}, {1, 1002}, {1, 1003}, {2, 1004}};
  const std::vector<Condition> steps = Equal({1000, 1001, 1002, 1003, 1004});
  EXPECT_EQ(Level(events, steps, kLong), 5U);
  EXPECT_EQ(Level(events, steps, kIncrease), 2U);
}

TEST(OrderedFunnelTest, OneEventFillsRepeatedStepsUnlessForbidden) {
  const std::vector<CodedEvent> events = {{0, 1000}, {1, 1001}, {1, 1002}, {1, 1003}, {2, 1004}};
  const std::vector<Condition> steps = Equal({1004, 1004, 1004});
  EXPECT_EQ(Level(events, steps, kLong), 3U);
  EXPECT_EQ(Level(events, steps, kOnce), 1U);
  EXPECT_EQ(Level(events, steps, kIncrease), 1U);
}

struct LetterCase {
  std::string name;
  std::string events;
  std::string steps;
  FunnelRule rule;
  std::size_t level;
};

class LetterFunnelTest : public testing::TestWithParam<LetterCase> {};

TEST_P(LetterFunnelTest, ReachesTheReferenceLevel) {
  const std::vector<int> codes(GetParam().steps.begin(), GetParam().steps.end());
  EXPECT_EQ(Level(Letters(GetParam().events), Equal(codes), GetParam().rule), GetParam().level);
}

INSTANTIATE_TEST_SUITE_P(
    Reference, LetterFunnelTest,
    testing::Values(LetterCase{"PlainDefault", "a b c", "abc", kLong, 3},
                    LetterCase{"PlainOrder", "a b c", "abc", kOrder, 3},
                    LetterCase{"IntruderDefault", "a d b c", "abc", kLong, 3},
                    LetterCase{"IntruderOrder", "a d b c", "abc", kOrder, 1},
                    LetterCase{"DoubledDefault", "a a b b c c", "abc", kLong, 3},
                    LetterCase{"DoubledOrder", "a a b b c c", "abc", kOrder, 3},
                    LetterCase{"DoubledBoth", "a a b b c c", "abc", kOrderDeduplication, 2},
                    LetterCase{"LateIntruderDefault", "a a b b d c c", "abc", kLong, 3},
                    LetterCase{"LateIntruderOrder", "a a b b d c c", "abc", kOrder, 2},
                    LetterCase{"Backwards", "c c b b a a", "abc", kLong, 1},
                    LetterCase{"SwappedOrder", "a c b", "abc", kOrder, 1},
                    LetterCase{"RepeatDeduplication", "a b c b d", "abcd", kDeduplication, 3},
                    LetterCase{"AgainOrder", "a b a c", "abc", kOrder, 2},
                    LetterCase{"AgainReentry", "a b a c", "abc", kReentry, 3},
                    LetterCase{"TwiceOrder", "a b c a b c d", "abcd", kOrder, 3},
                    LetterCase{"IntruderReentry", "a d b c", "abc", kReentry, 1},
                    LetterCase{"TwiceReentry", "a b c a b c d", "abcd", kReentry, 4}),
    [](const auto& of_case) { return of_case.param.name; });

TEST(OrderedFunnelTest, StrictOrderCountsTheWindowFromTheLatestFirstStep) {
  OrderedFunnel funnel({.steps = 2, .window = 5, .strict_order = true});
  EXPECT_EQ(funnel.Match(std::vector<FunnelEvent>{{0, 0b01}, {9, 0b01}, {14, 0b10}}).level, 2U);
  EXPECT_EQ(funnel.Match(std::vector<FunnelEvent>{{0, 0b01}, {9, 0b01}, {15, 0b10}}).level, 1U);
}

TEST(OrderedFunnelTest, NothingMatchesNothing) {
  OrderedFunnel funnel({.steps = 2, .window = 10});
  EXPECT_EQ(funnel.Match({}).level, 0U);
  const std::vector<FunnelEvent> late = {{1, 0b10}};
  EXPECT_EQ(funnel.Match(late).level, 0U);
}

TEST(OrderedFunnelTest, KeepsNothingOfTheSubjectBefore) {
  OrderedFunnel funnel({.steps = 2, .window = 10});
  EXPECT_EQ(funnel.Match(std::vector<FunnelEvent>{{1, 0b01}}).level, 1U);
  EXPECT_EQ(funnel.Match(std::vector<FunnelEvent>{{2, 0b10}}).level, 0U);
}

TEST(OrderedFunnelTest, LaterStartReplacesAnOpenChain) {
  OrderedFunnel funnel({.steps = 3, .window = 10});
  const FunnelMatch match = funnel.Match(std::vector<FunnelEvent>{
      {0, 0b001}, {2, 0b010}, {8, 0b001}, {9, 0b010}, {15, 0b100}, {16, 0b100}});
  ASSERT_EQ(match.level, 3U);
  EXPECT_EQ(match.time[0], 8);
  EXPECT_EQ(match.time[1], 9);
  EXPECT_EQ(match.time[2], 15);
}

TEST(OrderedFunnelTest, TellsTheFirstChainThatReachedTheLevel) {
  OrderedFunnel funnel({.steps = 3, .window = 10});
  const FunnelMatch match = funnel.Match(
      std::vector<FunnelEvent>{{0, 0b001}, {3, 0b010}, {5, 0b010}, {50, 0b001}, {51, 0b010}});
  ASSERT_EQ(match.level, 2U);
  EXPECT_EQ(match.time[0], 0);
  EXPECT_EQ(match.time[1], 3);
}

TEST(OrderedFunnelTest, OrderOfArrivalDoesNotMatter) {
  OrderedFunnel funnel({.steps = 3, .window = 10});
  const std::vector<FunnelEvent> forward = {{0, 0b001}, {1, 0b010}, {1, 0b100}};
  const std::vector<FunnelEvent> backward = {{1, 0b100}, {1, 0b010}, {0, 0b001}};
  EXPECT_EQ(funnel.Match(forward).level, 3U);
  EXPECT_EQ(funnel.Match(backward).level, 3U);
}

// The naive twin: tries every choice of events.
class NaiveFunnel {
 public:
  NaiveFunnel(const FunnelRule& rule, std::vector<FunnelEvent> events)
      : rule_(rule), events_(std::move(events)), used_(events_.size(), false) {}
  std::size_t Level() { return Extend(0, 0, 0); }

 private:
  std::size_t Extend(std::size_t step, EpochMillis start, EpochMillis last) {
    std::size_t best = step;
    for (std::size_t i = 0; i < events_.size() && step < rule_.steps; ++i) {
      const FunnelEvent& event = events_[i];
      const bool matches = (event.steps >> step & 1U) != 0;
      const bool in_turn =
          step == 0 || (event.time - start <= rule_.window &&
                        (rule_.strict_increase ? event.time > last : event.time >= last));
      if (!matches || !in_turn || (rule_.strict_once && used_[i])) {
        continue;
      }
      used_[i] = true;
      best = std::max(best, Extend(step + 1, step == 0 ? event.time : start, event.time));
      used_[i] = false;
    }
    return best;
  }

  FunnelRule rule_;
  std::vector<FunnelEvent> events_;
  std::vector<bool> used_;
};

void CompareWithNaive(FunnelRule rule, bool distinct_times) {
  std::mt19937 random(20'251'125);
  for (int round = 0; round < 20'000; ++round) {
    rule.steps = 1 + random() % 4;
    rule.window = random() % 7;
    std::vector<FunnelEvent> events(random() % 8);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i] = {static_cast<EpochMillis>(distinct_times ? i : random() % 8),
                   static_cast<std::uint32_t>(random() % 16)};
    }
    const std::size_t expected = NaiveFunnel(rule, events).Level();
    ASSERT_EQ(OrderedFunnel(rule).Match(events).level, expected) << "round " << round;
  }
}

TEST(OrderedFunnelTest, AgreesWithEveryChoiceOfEvents) { CompareWithNaive({}, false); }

TEST(OrderedFunnelTest, AgreesWithEveryChoiceOfLaterEvents) {
  CompareWithNaive({.strict_increase = true}, false);
}

TEST(OrderedFunnelTest, AgreesWithEveryChoiceOfSeparateEvents) {
  CompareWithNaive({.strict_once = true}, true);
}

// The first three hours of October 2019 in the REES46 shop.
using Subjects = std::map<std::string, std::vector<FunnelEvent>>;

class ReesFunnelTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("CARTWRIGHT_DATA");
    const std::string path = std::string(folder == nullptr ? "../shared/data" : folder) +
                             "/rees46/rees46_2019-Oct_first3h.csv";
    std::ifstream file(path);
    if (!file) {
      GTEST_SKIP() << "no file " << path;
    }
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      AddLine(line);
    }
  }

  void AddLine(const std::string& line) {
    std::vector<std::string> fields;
    std::stringstream parts(line);
    for (std::string field; std::getline(parts, field, ',');) {
      fields.push_back(field);
    }
    ASSERT_EQ(fields.size(), 9U) << line;
    const std::string& time = fields[0];  // "2019-10-01 00:00:00 UTC"
    const EpochMillis seconds = std::stoi(time.substr(11, 2)) * 3600 +
                                std::stoi(time.substr(14, 2)) * 60 + std::stoi(time.substr(17, 2));
    const std::map<std::string, std::uint32_t> steps = {{"view", 1}, {"cart", 2}, {"purchase", 4}};
    const auto step = steps.find(fields[1]);
    const FunnelEvent event{seconds * 1000, step == steps.end() ? 0 : step->second};
    by_user_[fields[7]].push_back(event);
    by_session_[fields[8]].push_back(event);
  }

  static std::vector<int> Reached(const Subjects& subjects, std::size_t steps, int minutes) {
    OrderedFunnel funnel({.steps = steps, .window = EpochMillis{minutes} * 60'000});
    std::vector<int> reached(steps, 0);
    for (const auto& [subject, events] : subjects) {
      const std::size_t level = funnel.Match(events).level;
      for (std::size_t step = 0; step < level; ++step) {
        ++reached[step];
      }
    }
    return reached;
  }

  /// The funnel view > purchase: the same events without the cart.
  static Subjects WithoutCart(Subjects subjects) {
    for (auto& [subject, events] : subjects) {
      for (FunnelEvent& event : events) {
        event.steps = (event.steps & 1U) | (event.steps >> 1 & 2U);
      }
      std::erase_if(events, [](const FunnelEvent& event) { return event.steps == 0; });
    }
    return subjects;
  }

  Subjects by_user_;
  Subjects by_session_;
};

TEST_F(ReesFunnelTest, UsersViewCartPurchase) {
  EXPECT_EQ(Reached(by_user_, 3, 30), (std::vector{4504, 111, 62}));
  EXPECT_EQ(Reached(by_user_, 3, 180), (std::vector{4504, 111, 62}));
  EXPECT_EQ(Reached(by_user_, 3, 10)[2], 61);
}

TEST_F(ReesFunnelTest, SessionsViewCartPurchase) {
  EXPECT_EQ(Reached(by_session_, 3, 30), (std::vector{5066, 118, 65}));
  EXPECT_EQ(Reached(by_session_, 3, 10)[2], 64);
}

TEST_F(ReesFunnelTest, MostBuyersNeverUseTheCart) {
  EXPECT_EQ(Reached(WithoutCart(by_user_), 2, 180), (std::vector{4504, 192}));
  EXPECT_EQ(Reached(WithoutCart(by_session_), 2, 180), (std::vector{5066, 199}));
}

}  // namespace
}  // namespace cartwright
