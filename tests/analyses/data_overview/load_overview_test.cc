#include "analyses/data_overview/load_overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/report_text.h"

namespace cartwright {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(LoadOverviewTest, TellsWhatBecameOfEveryRow) {
  const std::vector<SourceRows> sources = {
      {"web",
       100,
       80,
       4,
       10,
       6,
       {{"bad_boolean", "bought", 3}, {"field_count", "", 3}, {"date_format", "start", 4}}},
      {"crm", 0, 0, 0, 0, 0, {}}};
  const Report report = LoadOverview(sources);
  EXPECT_THAT(
      RowTexts(report.table),
      ElementsAre("web read - - 100 1.0000", "web used - - 80 0.8000",
                  "web superseded - - 4 0.0400", "web filtered - - 6 0.0600",
                  "web set_aside - - 10 0.1000", "web set_aside date_format start 4 0.0400",
                  "web set_aside bad_boolean bought 3 0.0300",
                  "web set_aside field_count - 3 0.0300", "crm read - - 0 -", "crm used - - 0 -",
                  "crm superseded - - 0 -", "crm filtered - - 0 -", "crm set_aside - - 0 -"));
  EXPECT_EQ(report.rows_read, 100);
  EXPECT_EQ(report.rows_used, 80);
  EXPECT_THAT(report.rows_dropped,
              ElementsAre(Pair("filtered", 6), Pair("set_aside", 10), Pair("superseded", 4)));
  EXPECT_EQ(report.status, ReportStatus::kOk);
}

TEST(LoadOverviewTest, SourcesWithoutRowsAreNoBasis) {
  EXPECT_EQ(LoadOverview({}).status, ReportStatus::kInsufficientData);
}

}  // namespace
}  // namespace cartwright
