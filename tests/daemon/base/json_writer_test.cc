#include "daemon/base/json_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>

namespace cartwright {
namespace {

std::string RealText(double value) {
  std::string out;
  JsonWriter(out).Real(value);
  return out;
}

TEST(JsonWriterTest, WritesNestedValuesCompactly) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id");
  json.String("a");
  json.Key("items");
  json.BeginArray();
  json.BeginObject();
  json.Key("price");
  json.Decimal(1230, 2);
  json.Key("quantity");
  json.Integer(-3);
  json.EndObject();
  json.BeginObject();
  json.EndObject();
  json.Null();
  json.EndArray();
  json.Key("bought");
  json.Bool(true);
  json.Key("extra");
  json.Raw("[1]");
  json.Key("empty");
  json.BeginArray();
  json.EndArray();
  json.Key("last");
  json.Bool(false);
  json.EndObject();
  EXPECT_EQ(out, R"({"id":"a","items":[{"price":12.30,"quantity":-3},{},null],)"
                 R"("bought":true,"extra":[1],"empty":[],"last":false})");
}

TEST(JsonWriterTest, AppendsBehindWhatIsThere) {
  std::string out = "before ";
  JsonWriter(out).Integer(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(out, "before -9223372036854775808");
}

TEST(JsonWriterTest, EscapesQuotesBackslashesAndControls) {
  std::string out;
  AppendJsonString(out, std::string_view("a\"b\\c\n\r\t\x01\x1f\0z", 12));
  EXPECT_EQ(out, R"("a\"b\\c\n\r\t\u0001\u001f\u0000z")");
}

TEST(JsonWriterTest, EscapesKeys) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Key("a\"b");
  json.Null();
  json.EndObject();
  EXPECT_EQ(out, R"({"a\"b":null})");
}

TEST(JsonWriterTest, LeavesOtherTextAsItIs) {
  std::string out;
  AppendJsonString(out, "Größe / 尺寸 \xf0\x9f\x8e\x81 \x7f");
  EXPECT_EQ(out, "\"Größe / 尺寸 \xf0\x9f\x8e\x81 \x7f\"");
}

TEST(JsonWriterTest, FindsEscapesAtEveryPlaceOfAText) {
  for (const char escaped : {'"', '\\', '\x1f', '\0'}) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, '\xc3');  // Above 0x7f: no sign may be taken for one to escape.
      text[at] = escaped;
      std::string out;
      AppendJsonString(out, text);
      const std::size_t escape = escaped < ' ' ? 6 : 2;
      EXPECT_EQ(out.size(), 2 + 19 + escape) << at;
      EXPECT_EQ(out[1 + at], '\\') << at;
    }
  }
}

TEST(JsonWriterTest, WritesInstants) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  json.Instant(0);
  json.Instant(1'323'435'000'123);
  json.EndArray();
  EXPECT_EQ(out, R"(["1970-01-01T00:00:00.000Z","2011-12-09T12:50:00.123Z"])");
}

TEST(JsonWriterTest, WritesRealsShortest) {
  struct Case {
    double value;
    const char* text;
  };
  constexpr std::array kCases{Case{0.0, "0"},
                              Case{-0.0, "-0"},
                              Case{0.1, "0.1"},
                              Case{12, "12"},
                              Case{-2.5, "-2.5"},
                              Case{100000, "100000"},
                              Case{1e-7, "1e-07"},
                              Case{1e-4, "0.0001"},
                              Case{0.1 + 0.2, "0.30000000000000004"},
                              Case{1e16, "1e+16"},
                              Case{9007199254740993.0, "9007199254740992"},
                              Case{5e-324, "5e-324"},
                              Case{1.7976931348623157e308, "1.7976931348623157e+308"}};
  for (const Case& at : kCases) {
    EXPECT_EQ(RealText(at.value), at.text);
  }
}

TEST(JsonWriterTest, RealsReadBackAsTheSameDouble) {
  std::mt19937_64 random(20261125);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) {
      continue;
    }
    const std::string text = RealText(value);
    double back = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(end.ptr, text.data() + text.size()) << text;
    ASSERT_EQ(back, value) << text;
  }
}

TEST(JsonWriterDeathTest, RefusesInfinityAndNan) {
  EXPECT_DEATH(RealText(std::numeric_limits<double>::infinity()), "no number for infinity");
  EXPECT_DEATH(RealText(std::nan("")), "no number for infinity");
}

TEST(JsonWriterTest, MembersWithoutAValueAreLeftOut) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.StringMember("a", "x \"y\"");
  json.StringMember("b", std::nullopt);
  json.StringMember("c", "");
  json.IntegerMember("d", -1);
  json.IntegerMember("e", std::nullopt);
  json.RealMember("f", 0.5);
  json.RealMember("g", std::nullopt);
  json.NonEmptyMember("h", "");
  json.NonEmptyMember("i", "z");
  json.EndObject();
  EXPECT_EQ(out, R"({"a":"x \"y\"","c":"","d":-1,"f":0.5,"i":"z"})");
}

}  // namespace
}  // namespace cartwright
