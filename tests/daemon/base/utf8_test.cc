#include "daemon/base/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace cartwright {
namespace {

using namespace std::string_literals;

// The bytes of a code point by the plain rule, surrogates and too large ones included.
std::string Encode(std::uint32_t code) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (code < 0x80) {
    return {byte(code)};
  }
  if (code < 0x800) {
    return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  }
  if (code < 0x10000) {
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  }
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)),
          byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
}

TEST(Utf8Test, TakesEveryScalarValueAndNothingElse) {
  for (std::uint32_t code = 0; code < 0x120000; ++code) {
    const bool scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    ASSERT_EQ(IsValidUtf8(Encode(code)), scalar) << code;
  }
}

TEST(Utf8Test, RefusesOverlongForms) {
  for (const std::string& text : {"\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xF0\x8F\xBF\xBF"s}) {
    EXPECT_EQ(FindInvalidUtf8(text), 0U);
  }
}

TEST(Utf8Test, RefusesBytesThatNeverOccur) {
  for (const std::string& text : {"\x80"s, "\xBF"s, "\xF5\x80\x80\x80"s, "\xFE"s, "\xFF"s}) {
    EXPECT_EQ(FindInvalidUtf8(text), 0U);
  }
}

TEST(Utf8Test, NamesTheFirstByteOfASequenceCutOff) {
  for (const std::string& tail : {"\xC3"s, "\xE2\x82"s, "\xF0\x9F\x98"s}) {
    EXPECT_EQ(FindInvalidUtf8("ab" + tail), 2U);
    EXPECT_EQ(FindInvalidUtf8("ab" + tail + "cdefghijkl"), 2U);
  }
}

TEST(Utf8Test, FindsABadByteAtEveryPlaceOfALongText) {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    text[at] = '\xE9';  // Latin-1.
    EXPECT_EQ(FindInvalidUtf8(text), at);
  }
}

TEST(Utf8Test, TakesEmptyTextNulAndMixedText) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("\0"s));
  EXPECT_TRUE(IsValidUtf8("Grüße, 東京, 😀, and plain text after it"));
}

}  // namespace
}  // namespace cartwright
