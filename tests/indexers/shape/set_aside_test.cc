#include "indexers/shape/set_aside.h"

#include <gtest/gtest.h>

#include <string>

namespace cartwright {
namespace {

TEST(SetAsideTest, SaysWhereWhatWhyAndWhatToDo) {
  SetAside row;
  row.position = {0, 12, 10};
  row.file = "orders.csv";
  row.reason = "the amount is negative";
  EXPECT_EQ(row.Text(), "orders.csv:12: the amount is negative");
  row.column = "amount";
  row.value = "-1";
  row.remedy = "mend it";
  EXPECT_EQ(row.Text(), "orders.csv:12: amount: the amount is negative (value \"-1\"); mend it");
}

TEST(SetAsideTest, EscapesWhatWouldActOnATerminal) {
  EXPECT_EQ(EscapeForMessage("a\x1B[31m\n\"b\\\x7F"), "a\\x1B[31m\\x0A\\\"b\\\\\\x7F");
  EXPECT_EQ(EscapeForMessage("M\xFCller"), "M\\xFCller");
  EXPECT_EQ(EscapeForMessage("gr\xC3\xBCn \xE2\x80\xAE"
                             "x"),
            "gr\xC3\xBCn \\xE2\\x80\\xAEx");
  EXPECT_EQ(EscapeForMessage("\xC2\x9B"
                             "1"),
            "\\xC2\\x9B"
            "1");
}

TEST(SetAsideTest, ShortensBetweenCharacters) {
  const std::string long_text = std::string(79, 'x') + "\xC3\xA4yz";
  EXPECT_EQ(EscapeForMessage(long_text), std::string(79, 'x') + "…");
  EXPECT_EQ(EscapeForMessage(std::string(80, 'x')), std::string(80, 'x'));
}

TEST(SetAsideTest, KeepsRawBytes) {
  SetAside row;
  KeepRaw(row, "a,b");
  EXPECT_EQ(row.raw, "a,b");
  EXPECT_FALSE(row.raw_is_base64 || row.raw_is_cut);
  KeepRaw(row, "\xFF");
  EXPECT_EQ(row.raw, "/w==");
  KeepRaw(row, "\xFF,");
  EXPECT_EQ(row.raw, "/yw=");
  KeepRaw(row, "\xFF,b");
  EXPECT_EQ(row.raw, "/yxi");
  EXPECT_TRUE(row.raw_is_base64);
  KeepRaw(row, std::string(kMaxRawBytes + 1, 'x'));
  EXPECT_EQ(row.raw.size(), kMaxRawBytes);
  EXPECT_TRUE(row.raw_is_cut);
  EXPECT_FALSE(row.raw_is_base64);
}

}  // namespace
}  // namespace cartwright
