#include "analyses/funnel/ordered_funnel.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr int kNoStep = -1;

auto EventOrder(const FunnelEvent& event) {
  return std::tuple(event.time, std::countr_zero(event.steps), event.steps);
}

}  // namespace

OrderedFunnel::OrderedFunnel(const FunnelRule& rule) : rule_(rule), chains_(rule.steps) {
  CARTWRIGHT_CHECK(rule.steps >= 1 && rule.steps <= kMaxFunnelSteps, "a funnel has 1 to 16 steps");
}

FunnelMatch OrderedFunnel::Match(std::span<const FunnelEvent> events) {
  Expand(events);
  return rule_.strict_order ? MatchStrictOrder() : MatchLoose();
}

/// Within an event steps go from last to first where an event may fill one step only: a chain then
/// never meets the same event twice.
void OrderedFunnel::Expand(std::span<const FunnelEvent> events) {
  sorted_.assign(events.begin(), events.end());
  const auto earlier = [](const FunnelEvent& a, const FunnelEvent& b) {
    return EventOrder(a) < EventOrder(b);
  };
  if (!std::is_sorted(sorted_.begin(), sorted_.end(), earlier)) {
    std::sort(sorted_.begin(), sorted_.end(), earlier);
  }
  const int steps = static_cast<int>(rule_.steps);
  entries_.clear();
  for (const FunnelEvent& event : sorted_) {
    const std::size_t before = entries_.size();
    for (int i = 0; i < steps; ++i) {
      const int step = rule_.strict_once ? steps - 1 - i : i;
      if ((event.steps >> step & 1U) != 0) {
        entries_.push_back({event.time, step});
      }
    }
    if (entries_.size() == before && rule_.strict_order) {
      entries_.push_back({event.time, kNoStep});
    }
  }
  if (!rule_.strict_once || rule_.strict_increase) {
    SortEntriesOfOneTime();
  }
}

/// Steps of one time go from first to last, or, where times must grow, from last to first: a chain
/// then never takes two steps at one time.
void OrderedFunnel::SortEntriesOfOneTime() {
  const bool last_first = rule_.strict_increase && !rule_.strict_order;
  for (auto begin = entries_.begin(); begin != entries_.end();) {
    const auto end = std::find_if(
        begin, entries_.end(), [begin](const Entry& entry) { return entry.time != begin->time; });
    std::sort(begin, end, [last_first](const Entry& a, const Entry& b) {
      return last_first ? a.step > b.step : a.step < b.step;
    });
    begin = end;
  }
}

FunnelMatch OrderedFunnel::MatchLoose() {
  std::fill(chains_.begin(), chains_.end(), Chain{});
  FunnelMatch best;
  for (const Entry& entry : entries_) {
    const auto step = static_cast<std::size_t>(entry.step);
    if (step > 0 && rule_.strict_deduplication && chains_[step].open) {
      return best;
    }
    if (step > 0 &&
        (!chains_[step - 1].open || entry.time - chains_[step - 1].time[0] > rule_.window)) {
      continue;
    }
    Chain next = step == 0 ? Chain{} : chains_[step - 1];
    next.open = true;
    next.time[step] = entry.time;
    // A chain of the same start keeps its earlier steps: they are when the subject got there.
    if (!chains_[step].open || chains_[step].time[0] < next.time[0]) {
      chains_[step] = next;
    }
    if (step + 1 > best.level) {
      best = {step + 1, next.time};
      if (best.level == rule_.steps) {
        return best;
      }
    }
  }
  return best;
}

bool OrderedFunnel::InTime(const FunnelMatch& chain, EpochMillis time) const {
  return time - chain.time[0] <= rule_.window &&
         (!rule_.strict_increase || time > chain.time[chain.level - 1]);
}

bool OrderedFunnel::EndsStrictChain(const FunnelMatch& chain, const Entry& entry) const {
  const int reached = static_cast<int>(chain.level);
  if (entry.step == reached - 1) {
    return rule_.strict_deduplication;
  }
  return entry.step != reached && (entry.step == kNoStep || !rule_.allow_reentry);
}

FunnelMatch OrderedFunnel::MatchStrictOrder() const {
  FunnelMatch chain;
  for (const Entry& entry : entries_) {
    if (chain.level <= 1 && entry.step == 0) {
      chain = {1, {entry.time}};
    } else if (chain.level == 0) {
      continue;
    } else if (EndsStrictChain(chain, entry)) {
      return chain;
    } else if (entry.step == static_cast<int>(chain.level) && InTime(chain, entry.time)) {
      chain.time[chain.level++] = entry.time;
    }
    if (chain.level == rule_.steps) {
      return chain;
    }
  }
  return chain;
}

}  // namespace cartwright
