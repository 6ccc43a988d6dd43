#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "daemon/base/clock.h"

namespace cartwright {

inline constexpr std::size_t kMaxFunnelSteps = 16;

/// Something that a subject did.
struct FunnelEvent {
  EpochMillis time = 0;
  std::uint32_t steps = 0;  ///< Bit i set: the event matches step i (from 0). 0: none of the steps.
};

/// How events make a chain. With every switch off (mode `sequential`) other events may lie between
/// two steps, steps may share a time, and one event that matches consecutive steps fills them all:
/// a session with basket and purchase has both. The switches narrow that down.
struct FunnelRule {
  std::size_t steps = 0;   ///< 1 .. kMaxFunnelSteps.
  EpochMillis window = 0;  ///< From the first step; an event exactly `window` later is still in.
  bool strict_increase = false;       ///< Each step is later than the one before.
  bool strict_once = false;           ///< An event fills one step of a chain.
  bool strict_deduplication = false;  ///< A step after the first that comes again ends the search.
  bool strict_order = false;          ///< Any other event of the subject ends the search.
  bool allow_reentry = false;         ///< With strict_order: a step out of its turn is passed over.
};

/// The chain that reaches furthest; of several, the one that got there first.
struct FunnelMatch {
  std::size_t level = 0;  ///< Steps reached; 0 when nothing matches the first step.
  std::array<EpochMillis, kMaxFunnelSteps>
      time{};  ///< When each step was reached, `level` of them.
};

/// Finds how far a subject comes in an ordered funnel with a window from the first step.
///
/// A later first step replaces an open chain step by step, because a later start can only widen
/// what is reachable: the level is that of the best choice of events. Events of one time count in
/// the order of their steps. Keeps scratch memory between subjects; one thread each.
class OrderedFunnel {
 public:
  explicit OrderedFunnel(const FunnelRule& rule);

  /// Events in any order. O(e log e + e × steps); linear where they come sorted by time.
  FunnelMatch Match(std::span<const FunnelEvent> events);

 private:
  /// One step of one event, or (kNoStep) an event without a step.
  struct Entry {
    EpochMillis time;
    int step;
  };
  /// A chain that has reached a step.
  struct Chain {
    bool open = false;
    std::array<EpochMillis, kMaxFunnelSteps> time{};
  };

  void Expand(std::span<const FunnelEvent> events);
  void SortEntriesOfOneTime();
  FunnelMatch MatchLoose();
  FunnelMatch MatchStrictOrder() const;
  /// Whether `time` may be the time of the chain's next step.
  bool InTime(const FunnelMatch& chain, EpochMillis time) const;
  /// Whether `entry` ends a chain that takes no event between its steps.
  bool EndsStrictChain(const FunnelMatch& chain, const Entry& entry) const;

  FunnelRule rule_;
  std::vector<FunnelEvent> sorted_;
  std::vector<Entry> entries_;
  std::vector<Chain> chains_;  ///< The latest chain that has reached each step.
};

}  // namespace cartwright
