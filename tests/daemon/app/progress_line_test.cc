#include "daemon/app/progress_line.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

TEST(ProgressLineTest, DrawsABarWithRateAndRemainingTime) {
  EXPECT_EQ(ProgressLine({"reading orders.csv", 120'000, 0.25}, 4, 120),
            "reading orders.csv                    [#####---------------]   25 %  120,000  "
            "30,000/s  about 12 s left");
  EXPECT_EQ(ProgressLine({"reading orders.csv", 120'000, 0.25}, 4, 80),
            "reading orders.csv      [##--------]   25 %  120,000  30,000/s  about 12 s left");
}

TEST(ProgressLineTest, LeavesOutWhatIsNotKnownYet) {
  EXPECT_EQ(ProgressLine({"writing", 0, {}}, 10, 0), "writing  0");
  EXPECT_EQ(ProgressLine({"writing", 5, 0.5}, 0.1, 0), "writing   50 %  5");
  EXPECT_EQ(ProgressLine({"writing", 5, 0.5}, 1, 0), "writing   50 %  5  5/s");
  EXPECT_EQ(ProgressLine({"writing", 1'234'567, 1.0}, 10, 0),
            "writing  100 %  1,234,567  123,457/s");
}

TEST(ProgressLineTest, SaysLongRemainingTimesInMinutesAndHours) {
  EXPECT_EQ(ProgressLine({"x", 1, 0.5}, 300, 0), "x   50 %  1  0/s  about 5 min left");
  EXPECT_EQ(ProgressLine({"x", 1, 0.1}, 3600, 0), "x   10 %  1  0/s  about 9 h 0 min left");
}

TEST(ProgressLineTest, FitsTheTerminal) {
  const ProgressPoint point{"reading /srv/shops/one/data/with/a/long/path/sessions.csv", 120'000,
                            0.3};
  for (int columns = 60; columns <= 200; ++columns) {
    EXPECT_LT(ProgressLine(point, 10, columns).size(), static_cast<std::size_t>(columns));
  }
  EXPECT_NE(ProgressLine(point, 10, 80).find("sessions.csv"), std::string::npos);
  EXPECT_EQ(ProgressLine(point, 10, 60).find('['), std::string::npos) << "no room for the bar";
}

TEST(ProgressLineTest, ASharePastTheEndIsTheEnd) {
  EXPECT_EQ(ProgressLine({"x", 1, 1.7}, 10, 0), "x  100 %  1  0/s");
}

}  // namespace
}  // namespace cartwright
