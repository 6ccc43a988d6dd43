#include "daemon/app/letter_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

DeadLetter Row() {
  DeadLetter letter;
  letter.id = 7;
  letter.run_id = "r1";
  letter.source = "web";
  letter.file = "web.csv";
  letter.line = 12;
  letter.columns = {"id", "amount"};
  letter.column = "amount";
  letter.value = "1.005";
  letter.code = "too_many_decimals";
  letter.reason = "EUR has 2";
  letter.remedy = "round it";
  letter.version = 99;
  letter.raw = "a,\"1.005\"\x1b";
  return letter;
}

TEST(LetterTextTest, ALineSaysWhereWhatWhyAndWhatToDo) {
  EXPECT_EQ(LetterLine(Row()), "7 web.csv:12: amount: EUR has 2 (value \"1.005\"); round it");
  DeadLetter settled = Row();
  settled.outcome = "replayed";
  EXPECT_THAT(LetterLine(settled), HasSubstr("[replayed]"));
}

TEST(LetterTextTest, TheWholeLetterEscapesItsBytes) {
  const std::string text = LetterText(Row());
  EXPECT_THAT(text, HasSubstr("dead letter 7: open, set aside 1 time\n"));
  EXPECT_THAT(text, HasSubstr(R"(raw          "a,\"1.005\"\x1B" (10 bytes))"));
  EXPECT_THAT(text, HasSubstr("columns      id, amount"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("server"))) << "the server did not judge it";
}

TEST(LetterTextTest, BytesThatAreNotUtf8ComeOutOfBase64) {
  DeadLetter letter = Row();
  letter.raw = "Q2Fm6Q==";
  letter.raw_is_base64 = true;
  EXPECT_EQ(*LetterBytes(letter), "Caf\xE9");
  EXPECT_THAT(LetterText(letter), HasSubstr(R"("Caf\xE9" (4 bytes))"));
  letter.raw = "?";
  EXPECT_FALSE(LetterBytes(letter));
}

TEST(LetterTextTest, WhatTheListPrintsIsReadBack) {
  DeadLetter latin = Row();
  latin.id = 8;
  latin.raw = "Q2Fm6Q==";
  latin.raw_is_base64 = true;
  const auto letters = ReadMendedLetters(LetterJson(Row()) + "\n\n" + LetterJson(latin), "f");
  ASSERT_TRUE(letters) << letters.error().message;
  ASSERT_EQ(letters->size(), 2U);
  EXPECT_EQ((*letters)[0].id, 7);
  EXPECT_EQ((*letters)[0].raw, Row().raw);
  EXPECT_FALSE((*letters)[0].raw_is_base64);
  EXPECT_TRUE((*letters)[1].raw_is_base64);
}

TEST(LetterTextTest, ALineThatIsNoLetterIsNamed) {
  for (const char* text : {"{\"id\":1,\"raw\":\"x\"}\nnot json", "{}\n", "[1]", "{\"id\":\"1\"}",
                           "{\"id\":1,\"raw\":2}"}) {
    const auto letters = ReadMendedLetters(text, "letters.ndjson");
    ASSERT_FALSE(letters) << text;
    EXPECT_EQ(letters.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(letters.error().message, HasSubstr("letters.ndjson:"));
  }
}

}  // namespace
}  // namespace cartwright
