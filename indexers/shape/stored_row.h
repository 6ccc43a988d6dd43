#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexers/record/record.h"

namespace cartwright {

/// A checked basket line, before it finds its order.
struct LineRow {
  std::string order_id;
  std::optional<std::string> client;
  std::optional<EpochMillis> start;
  ItemRecord item;  ///< Quantity negative where the line is returned and its price is not.
  bool is_returned = false;
  std::vector<std::string> promotion_ids;
  std::vector<std::optional<std::string>> dimensions;
  std::optional<EpochMillis> updated_at;
  std::string line_key;  ///< The line's own key; empty when its source declares none.
  std::string raw;       ///< The row's bytes; only where the line may turn out to have no order.
};

/// Compact bytes of a checked row, for memory and for temporary files of the same process: no
/// format for storage. `key`, `source` and `version` of the records are not among them.
void AppendStored(std::string& out, const SessionRecord& session);
void AppendStored(std::string& out, const LineRow& line);
void AppendStored(std::string& out, const CustomerRecord& customer);

/// What AppendStored wrote, read back.
SessionRecord StoredSession(std::string_view bytes);
LineRow StoredLine(std::string_view bytes);
CustomerRecord StoredCustomer(std::string_view bytes);

}  // namespace cartwright
