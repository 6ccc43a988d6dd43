#include "analyses/tables/dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::ElementsAre;

TEST(DictionaryTest, NumbersTextsInTheOrderTheyCome) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.Code("b"), 0U);
  EXPECT_EQ(dictionary.Code("a"), 1U);
  EXPECT_EQ(dictionary.Code("b"), 0U);
  EXPECT_EQ(dictionary.size(), 2U);
  EXPECT_EQ(dictionary.Find("a"), 1U);
  EXPECT_EQ(dictionary.Find("c"), kNoCode);
}

TEST(DictionaryTest, SortRenumbersInByteOrder) {
  Dictionary dictionary;
  for (const char* text : {"b", "a", "B", ""}) {
    dictionary.Code(text);
  }
  EXPECT_THAT(dictionary.Sort(), ElementsAre(3U, 2U, 1U, 0U));
  EXPECT_EQ(dictionary.Text(0), "");
  EXPECT_EQ(dictionary.Text(3), "b");
  EXPECT_EQ(dictionary.Find("B"), 1U);
}

TEST(DictionaryTest, ACopyStandsAlone) {
  Dictionary copy;
  {
    Dictionary original;
    original.Code("a text that is too long to be stored inside the string object itself");
    copy = original;
  }
  EXPECT_EQ(copy.Find("a text that is too long to be stored inside the string object itself"), 0U);
}

TEST(DictionaryTest, CopiesShareTheirTextsUntilOneIsChanged) {
  Dictionary original;
  original.Code("b");
  Dictionary copy = original;
  EXPECT_EQ(copy.Text(0).data(), original.Text(0).data());
  EXPECT_EQ(copy.Code("b"), 0U) << "a known text changes nothing";
  EXPECT_EQ(copy.Text(0).data(), original.Text(0).data());
  copy.Code("a");
  copy.Sort();
  EXPECT_EQ(copy.Text(1), "b");
  EXPECT_EQ(original.Text(0), "b");
  EXPECT_EQ(original.size(), 1U);
  EXPECT_EQ(original.Find("a"), kNoCode);
}

}  // namespace
}  // namespace cartwright
