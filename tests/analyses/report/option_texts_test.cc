#include "analyses/report/option_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

struct EveryKind {
  bool flag = true;
  std::int64_t whole = -3;
  double real = 0.1;
  std::string text = "a b";
  std::optional<std::int64_t> missing;
  std::optional<double> given = 2.0;
  std::vector<std::string> list = {"x", "y"};
};

TEST(OptionTextsTest, EveryFieldIsThereInTheOrderOfTheFields) {
  const std::array<Field<EveryKind>, 7> fields = {{
      {.name = "flag", .member = &EveryKind::flag, .sentence = ""},
      {.name = "whole", .member = &EveryKind::whole, .sentence = ""},
      {.name = "real", .member = &EveryKind::real, .sentence = ""},
      {.name = "text", .member = &EveryKind::text, .sentence = ""},
      {.name = "missing", .member = &EveryKind::missing, .sentence = ""},
      {.name = "given", .member = &EveryKind::given, .sentence = ""},
      {.name = "list", .member = &EveryKind::list, .sentence = ""},
  }};
  EXPECT_THAT(OptionTexts(EveryKind{}, std::span<const Field<EveryKind>>(fields)),
              ElementsAre(Pair("flag", "true"), Pair("whole", "-3"), Pair("real", "0.1"),
                          Pair("text", "a b"), Pair("missing", ""), Pair("given", "2"),
                          Pair("list", "x,y")));
}

}  // namespace
}  // namespace cartwright
