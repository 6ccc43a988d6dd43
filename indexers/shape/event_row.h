#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/byte_buffer.h"
#include "indexers/record/record.h"

namespace cartwright {

/// What a shop event says.
enum class EventKind : std::uint8_t { kView, kCart, kRemove, kCheckout, kPurchase };

/// A checked shop event, before it finds its session.
struct EventRow {
  EventKind kind = EventKind::kView;
  EpochMillis time = 0;
  std::optional<std::string> client;
  /// The session as the source writes it; empty where that is the key of its group.
  std::string session_id;
  ItemRecord item;  ///< Without a product for what moves nothing: views and checkouts.
  std::vector<std::string> promotion_ids;
  std::vector<std::optional<std::string>> dimensions;
  std::optional<EpochMillis> updated_at;
  std::string event_key;  ///< The event's own key; empty when its source declares none.

  /// Whether units go into the basket, out of it or home.
  bool moves_units() const { return kind != EventKind::kView && kind != EventKind::kCheckout; }
};

/// As AppendStored for the other rows (stored_row.h).
void AppendStored(ByteBuffer& out, const EventRow& event);

/// What AppendStored wrote, read back.
EventRow StoredEvent(std::string_view bytes);

}  // namespace cartwright
