#include "daemon/publish/terminal_text.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(TerminalTextTest, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("Köln"), 4U);
  EXPECT_EQ(DisplayWidth("Ko\xCC\x88ln"), 4U);
  EXPECT_EQ(DisplayWidth("東京"), 4U);
  EXPECT_EQ(DisplayWidth(""), 0U);
  EXPECT_EQ(PadLeft("ü", 3), "  ü");
  EXPECT_EQ(PadRight("東", 3), "東 ");
  EXPECT_EQ(PadRight("long", 2), "long");
}

TEST(TerminalTextTest, ClipsToColumns) {
  EXPECT_EQ(Clip("Größe", 5), "Größe");
  EXPECT_EQ(Clip("Größen", 5), "Größ…");
  EXPECT_EQ(Clip("東京都", 4), "東…");
  EXPECT_EQ(Clip("ab", 1), "…");
}

TEST(TerminalTextTest, BarsCountInEighths) {
  EXPECT_EQ(Bar(0.0, 8), "");
  EXPECT_EQ(Bar(1.0, 2), "██");
  EXPECT_EQ(Bar(7.0, 2), "██");
  EXPECT_EQ(Bar(0.5, 1), "▌");
  EXPECT_EQ(Bar(0.0001, 2), "▏");
}

TEST(TerminalTextTest, KeepsWordsAndEscapesControls) {
  EXPECT_EQ(EscapeForTerminal("Käse \"Müller\""), "Käse \"Müller\"");
  EXPECT_EQ(EscapeForTerminal("\t\x7f\xc2\x9b"), "\\t\\x7f\\u{9b}");
  EXPECT_EQ(EscapeForTerminal("\xc3"), "\\xc3");
  EXPECT_EQ(EscapeForTerminal(std::string("\0", 1)), "\\x00");
}

}  // namespace
}  // namespace cartwright
