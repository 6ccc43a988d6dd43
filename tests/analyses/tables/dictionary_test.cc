#include "analyses/tables/dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(DictionaryTest, TextsOfEveryLengthAreFoundAgainBeforeAndAfterSorting) {
  Dictionary dictionary;
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < 40; ++size) {
    texts.emplace_back(size, 'x');
    texts.emplace_back(size, 'y');
  }
  texts.erase(texts.begin());  // The empty text came twice.
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(dictionary.Code(texts[i]), i);
  }
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(dictionary.Find(texts[i]), i);
    EXPECT_EQ(dictionary.Text(i), texts[i]);
  }
  const std::vector<std::uint32_t> renumbered = dictionary.Sort();
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(dictionary.Find(texts[i]), renumbered[i]);
    EXPECT_EQ(dictionary.Code(texts[i]), renumbered[i]) << "a known text changes nothing";
    EXPECT_EQ(dictionary.Text(renumbered[i]), texts[i]);
  }
  EXPECT_EQ(dictionary.Code("new"), texts.size()) << "a sorted dictionary can grow again";
  EXPECT_EQ(dictionary.Find(texts[50]), renumbered[50]);
}

TEST(DictionaryTest, CodesOfABatchAreThoseOfOneByOne) {
  Dictionary one_by_one;
  Dictionary batch;
  std::vector<std::string> texts;
  for (int i = 0; i < 1'000; ++i) {
    texts.push_back("client " + std::to_string(i * i % 307));
  }
  std::vector<std::string_view> views(texts.begin(), texts.end());
  std::vector<std::uint32_t> expected;
  for (const std::string_view view : views) {
    expected.push_back(one_by_one.Code(view));
  }
  std::vector<std::uint32_t> codes(views.size());
  batch.Codes(views, codes);
  EXPECT_EQ(codes, expected);
  EXPECT_EQ(batch.size(), one_by_one.size());
}

TEST(DictionaryTest, ASubsetNumbersItsTextsAnew) {
  Dictionary dictionary;
  for (const char* text : {"d", "b", "a", "c"}) {
    dictionary.Code(text);
  }
  dictionary.Sort();
  const Dictionary part = dictionary.Subset({1, 3});
  EXPECT_EQ(part.size(), 2U);
  EXPECT_EQ(part.Text(1), "d");
  EXPECT_EQ(part.Text(1).data(), dictionary.Text(3).data());
  EXPECT_EQ(part.Find("d"), 1U);
  EXPECT_EQ(part.Find("a"), kNoCode);
  EXPECT_EQ(Dictionary().Subset({}).size(), 0U);
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
