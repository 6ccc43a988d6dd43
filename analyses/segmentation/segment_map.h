#pragma once

#include <array>
#include <span>
#include <string_view>

namespace cartwright {

/// The names of the segment maps: the values of the option `map`.
inline constexpr std::array<std::string_view, 2> kSegmentMaps = {"partition", "classic10"};

/// Scores from 1 to 5 that a segment takes, inclusive.
struct ScoreRange {
  int from;
  int to;
  constexpr bool Holds(int score) const { return from <= score && score <= to; }
};

/// One segment of the partition: a block of cells of recency score × FM score, where FM is the mean
/// of frequency and monetary score rounded half up.
struct PartitionSegment {
  std::string_view name;
  ScoreRange recency;
  ScoreRange fm;
};

/// One row of the ten-segment table that the R package `rfm` documents; the first that fits wins.
struct ClassicSegment {
  std::string_view name;
  ScoreRange recency;
  ScoreRange frequency;
  ScoreRange monetary;
};

/// The default map. Each of the 25 cells lies in exactly one entry.
std::span<const PartitionSegment> PartitionSegments();
std::span<const ClassicSegment> ClassicSegments();

/// The distinct segment names of a map in its order; classic10 ends with "Others".
std::span<const std::string_view> SegmentNames(std::string_view map);

/// The place in SegmentNames(map) of the segment of a customer with these scores, 1..5 each.
std::size_t SegmentOf(std::string_view map, int recency, int frequency, int monetary);

}  // namespace cartwright
