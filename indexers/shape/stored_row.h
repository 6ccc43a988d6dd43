#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/byte_buffer.h"
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
void AppendStored(ByteBuffer& out, const SessionRecord& session);
void AppendStored(ByteBuffer& out, const LineRow& line);
void AppendStored(ByteBuffer& out, const CustomerRecord& customer);

/// Reads back what AppendStored wrote, into a record that may hold another one's values: they are
/// overwritten, and their memory is used again. What is not stored stays as it is.
void ReadStored(std::string_view bytes, SessionRecord& session);
void ReadStored(std::string_view bytes, LineRow& line);
void ReadStored(std::string_view bytes, CustomerRecord& customer);

}  // namespace cartwright
