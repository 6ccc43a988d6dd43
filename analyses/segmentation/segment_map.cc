#include "analyses/segmentation/segment_map.h"

#include <algorithm>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr std::array<PartitionSegment, 11> kPartition = {{
    {"Champions", {5, 5}, {4, 5}},
    {"Loyal", {3, 4}, {4, 5}},
    {"Potential loyalist", {4, 5}, {2, 3}},
    {"New", {5, 5}, {1, 1}},
    {"Promising", {4, 4}, {1, 1}},
    {"Need attention", {3, 3}, {3, 3}},
    {"About to sleep", {3, 3}, {1, 2}},
    {"At risk", {1, 2}, {3, 4}},
    {"Can't lose", {1, 2}, {5, 5}},
    {"Hibernating", {2, 2}, {1, 2}},
    {"Lost", {1, 1}, {1, 2}},
}};

// The order and ranges of the package's documentation. They overlap: New Customers, Promising and
// Can't Lose Them are swallowed by earlier rows and stay empty.
constexpr std::array<ClassicSegment, 10> kClassic = {{
    {"Champions", {4, 5}, {4, 5}, {4, 5}},
    {"Loyal Customers", {2, 5}, {3, 5}, {3, 5}},
    {"Potential Loyalist", {3, 5}, {1, 3}, {1, 3}},
    {"New Customers", {4, 5}, {1, 1}, {1, 1}},
    {"Promising", {3, 4}, {1, 1}, {1, 1}},
    {"Need Attention", {2, 3}, {2, 3}, {2, 3}},
    {"About To Sleep", {2, 3}, {1, 2}, {1, 2}},
    {"At Risk", {1, 2}, {2, 5}, {2, 5}},
    {"Can't Lose Them", {1, 1}, {4, 5}, {4, 5}},
    {"Lost", {1, 2}, {1, 2}, {1, 2}},
}};

template <class Segments>
constexpr auto NamesOf(const Segments& segments) {
  std::array<std::string_view, std::tuple_size_v<Segments>> names{};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    names[i] = segments[i].name;
  }
  return names;
}

constexpr auto kPartitionNames = NamesOf(kPartition);

constexpr auto kClassicNames = [] {
  constexpr auto kTen = NamesOf(kClassic);
  std::array<std::string_view, kTen.size() + 1> names{};
  for (std::size_t i = 0; i < kTen.size(); ++i) {
    names[i] = kTen[i];
  }
  names.back() = "Others";
  return names;
}();

}  // namespace

std::span<const PartitionSegment> PartitionSegments() { return kPartition; }

std::span<const ClassicSegment> ClassicSegments() { return kClassic; }

std::span<const std::string_view> SegmentNames(std::string_view map) {
  if (map == "classic10") {
    return kClassicNames;
  }
  return kPartitionNames;
}

std::size_t SegmentOf(std::string_view map, int recency, int frequency, int monetary) {
  if (map == "classic10") {
    const auto found = std::find_if(kClassic.begin(), kClassic.end(), [&](const ClassicSegment& s) {
      return s.recency.Holds(recency) && s.frequency.Holds(frequency) && s.monetary.Holds(monetary);
    });
    return static_cast<std::size_t>(found - kClassic.begin());  // Past the ten: Others.
  }
  const int fm = (frequency + monetary + 1) / 2;
  const auto found = std::find_if(
      kPartition.begin(), kPartition.end(),
      [&](const PartitionSegment& s) { return s.recency.Holds(recency) && s.fm.Holds(fm); });
  CARTWRIGHT_CHECK(found != kPartition.end(), "the partition holds every pair of scores");
  return static_cast<std::size_t>(found - kPartition.begin());
}

}  // namespace cartwright
