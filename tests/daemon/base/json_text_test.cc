#include "daemon/base/json_text.h"

#include <gtest/gtest.h>

#include <random>

namespace cartwright {
namespace {

TEST(JsonTextTest, PutsPiecesTogether) {
  JsonText json;
  json.Raw(R"({"id":)");
  json.String("a\"1");
  json.Raw(R"(,"at":)");
  json.Instant(1);
  json.Raw(R"(,"n":)");
  json.Integer(-30);
  json.Raw(R"(,"amount":)");
  json.Decimal(5, 2);
  json.Raw('}');
  EXPECT_EQ(json.view(), R"({"id":"a\"1","at":"1970-01-01T00:00:00.001Z","n":-30,"amount":0.05})");
  json.Clear();
  json.String("");
  EXPECT_EQ(json.view(), R"("")");
}

// JsonWriter as the twin: every byte at every place of texts of every short length.
TEST(JsonTextTest, WritesTextsAsJsonWriterDoes) {
  JsonText json;
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 0x80; ++byte) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        std::string wanted;
        AppendJsonString(wanted, text);
        json.Clear();
        json.String(text);
        ASSERT_EQ(json.view(), wanted) << size << " " << at << " " << byte;
      }
    }
  }
  for (const std::string text : {"Köln", "日本語のテキスト", "\xF4\x8F\xBF\xBF"}) {
    json.Clear();
    json.String(text);
    EXPECT_EQ(json.view(), '"' + text + '"');
  }
}

TEST(JsonTextTest, GrowsWithLongTexts) {
  JsonText json;
  std::string wanted;
  for (std::size_t size = 1; size < 100'000; size *= 3) {
    const std::string text(size, 'y');
    json.String(text);
    wanted += '"' + text + '"';
  }
  EXPECT_EQ(json.view(), wanted);
}

}  // namespace
}  // namespace cartwright
