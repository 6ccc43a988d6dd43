#include "analyses/segmentation/segment_map.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace cartwright {
namespace {

TEST(SegmentMapTest, PutsEachOfThe25CellsIntoExactlyOneSegment) {
  for (int recency = 1; recency <= 5; ++recency) {
    for (int fm = 1; fm <= 5; ++fm) {
      int holders = 0;
      for (const PartitionSegment& segment : PartitionSegments()) {
        holders += segment.recency.Holds(recency) && segment.fm.Holds(fm) ? 1 : 0;
      }
      EXPECT_EQ(holders, 1) << "R" << recency << " FM" << fm;
    }
  }
}

TEST(SegmentMapTest, ReachesEverySegmentOfThePartition) {
  std::set<std::size_t> reached;
  for (int recency = 1; recency <= 5; ++recency) {
    for (int frequency = 1; frequency <= 5; ++frequency) {
      for (int monetary = 1; monetary <= 5; ++monetary) {
        reached.insert(SegmentOf("partition", recency, frequency, monetary));
      }
    }
  }
  EXPECT_EQ(reached.size(), SegmentNames("partition").size());
}

TEST(SegmentMapTest, NamesCells) {
  struct Case {
    std::string_view map;
    int recency, frequency, monetary;
    std::string_view name;
  };
  constexpr std::array<Case, 16> kCases = {{
      {"partition", 5, 5, 5, "Champions"},
      {"partition", 5, 4, 3, "Champions"},  // The mean 3.5 rounds up.
      {"partition", 4, 3, 4, "Loyal"},
      {"partition", 5, 1, 2, "Potential loyalist"},
      {"partition", 5, 1, 1, "New"},
      {"partition", 4, 1, 1, "Promising"},
      {"partition", 3, 2, 3, "Need attention"},
      {"partition", 3, 1, 1, "About to sleep"},
      {"partition", 1, 4, 4, "At risk"},
      {"partition", 2, 5, 4, "Can't lose"},
      {"partition", 2, 2, 1, "Hibernating"},
      {"partition", 1, 1, 1, "Lost"},
      {"classic10", 4, 1, 1, "Potential Loyalist"},  // Swallows New Customers.
      {"classic10", 1, 5, 5, "At Risk"},             // Swallows Can't Lose Them.
      {"classic10", 1, 1, 1, "Lost"},
      {"classic10", 5, 1, 5, "Others"},
  }};
  for (const Case& cell : kCases) {
    const std::size_t place = SegmentOf(cell.map, cell.recency, cell.frequency, cell.monetary);
    EXPECT_EQ(SegmentNames(cell.map)[place], cell.name);
  }
}

}  // namespace
}  // namespace cartwright
