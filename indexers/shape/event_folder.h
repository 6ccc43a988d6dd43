#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/result.h"
#include "indexers/shape/compose.h"
#include "indexers/shape/event_row.h"

namespace cartwright {

/// Folds shop events into sessions (architecture 3: events).
///
/// The events of a group are those of one session id or, where the source has none, of one user:
/// these are parted wherever more than the inactivity lies between two events, and the key of each
/// session ends with its start in epoch milliseconds. Several sources never share a session.
/// Events with an own key that comes again: the highest version counts, then the later row.
///
/// A session starts with its first event and ends (`date`) with its last. Client and dimensions are
/// those of the first event that has them. has_basket: a cart event came. order_screen: a checkout
/// event came. purchased: a purchase event came; no flag implies another, because shops sell
/// without a cart. Items are the purchased lines or, where nothing was bought, what is left in the
/// basket in the end: units added less units removed, never below zero, at the price of the last
/// add. Payment is the sum of the purchased lines, rounded once, half to even; lines with a
/// negative price are a refund.
class EventFolder {
 public:
  explicit EventFolder(ComposeRules rules) : rules_(std::move(rules)) {}

  /// Rows must be ordered by source and ordinal, and be all rows of their key.
  /// Errors: those of `out`.
  Status Fold(std::span<const GroupedRow> group, ComposedRows& out);

 private:
  struct Event {
    const GroupedRow* row = nullptr;
    EventRow event;
  };

  void TakeEvents(std::span<const GroupedRow> rows, ComposedRows& out);
  std::size_t EndOfSession(std::size_t begin) const;
  Status EmitSession(std::span<Event> events, ComposedRows& out);
  Status SetEventsAside(std::span<const Event> events, ComposedRows& out);

  ComposeRules rules_;
  std::vector<Event> events_;  ///< Of one source, by time.
  std::vector<RowRef> refs_;
};

}  // namespace cartwright
