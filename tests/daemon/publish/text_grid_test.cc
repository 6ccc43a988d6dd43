#include "daemon/publish/text_grid.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(TextGridTest, AlignsColumnsByWidthOnTheScreen) {
  TextGrid grid({{"city", false}, {"orders", true}});
  grid.AddRow({"Köln", "7"});
  grid.AddRow({"Berlin", "1,234"});
  EXPECT_EQ(grid.Draw(80, false),
            "city    orders\n"
            "Köln         7\n"
            "Berlin   1,234\n");
}

TEST(TextGridTest, LeavesOutColumnsFromTheRightAndNamesThem) {
  TextGrid grid({{"a", false}, {"bb", true}, {"", false}, {"cc", true}});
  grid.AddRow({"x", "1", "─", "2"});
  EXPECT_EQ(grid.Draw(6, false),
            "a  bb\n"
            "x   1\n"
            "… not wide enough for: cc\n");
  EXPECT_EQ(grid.Draw(12, false), "a  bb     cc\nx   1  ─   2\n");
}

TEST(TextGridTest, CutsTextsToHalfTheWidth) {
  TextGrid grid({{"name", false}});
  grid.AddRow({"Kaffeemühle"});
  EXPECT_EQ(grid.Draw(12, false), "name\nKaffe…\n");
}

TEST(TextGridTest, ColoursTitlesAndDrawingsOnly) {
  TextGrid grid({{"a", false}, {"", false}});
  grid.AddRow({"x", "█▌ "});
  EXPECT_EQ(grid.Draw(20, true), "\x1b[1ma\x1b[0m\nx  \x1b[36m█▌ \x1b[0m\n");
}

}  // namespace
}  // namespace cartwright
