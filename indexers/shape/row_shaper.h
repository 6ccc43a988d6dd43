#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "daemon/base/byte_buffer.h"
#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/record/row_source.h"
#include "indexers/shape/event_row.h"
#include "indexers/shape/field_reader.h"
#include "indexers/shape/mapping.h"
#include "indexers/shape/stored_row.h"

namespace cartwright {

/// What the shop as a whole decides about the rows of one source.
struct ShopRules {
  NamedPositions positions;  ///< Of the shop's actions and dimensions for this kind of feed.
  bool has_session_source = false;
  bool keys_are_numbered = false;   ///< Some source numbers repeated keys, so `#` is escaped.
  std::size_t max_key_bytes = 512;  ///< Less what is added when the document is made.
};

/// A checked row in stored form.
struct ShapedRow {
  enum class Fate { kUsable, kFiltered, kRejected };
  Fate fate = Fate::kRejected;
  std::string key;  ///< Of its document, without prefix and occurrence.
  std::int64_t version = 0;
  ByteBuffer payload;  ///< As AppendStored writes it.
};

/// Turns rows of one source into checked records: skip rules, key, types, required fields. One
/// thread.
class RowShaper {
 public:
  RowShaper(SourceConfig source, ShopRules shop, FieldRules fields);

  /// Finds the mapped columns. Must be called before Shape. Errors: as BindColumns.
  Status Bind(const RowSource& rows);

  /// The result is overwritten by the next call. The row must be sound and have all columns.
  const ShapedRow& Shape(const RawRow& row);

  /// Why the last row was rejected.
  const Reject& reject() const { return fields_.reject(); }

 private:
  bool IsSkipped(const RawRow& row) const;
  void TakeKey(const std::vector<int>& columns, std::string& key);
  void ShapeSession();
  void ShapeLine(const RawRow& row);
  void ShapeCustomer();
  void ShapeEvent();
  void ShapeEventItem(EventRow& event);
  void JudgeDirection(LineRow& line);
  void TakeDimensions(std::vector<std::optional<std::string>>& values);
  int Column(RecordField field) const { return columns_.of(field); }

  SourceConfig source_;
  ShopRules shop_;
  FieldReader fields_;
  BoundColumns columns_;
  std::vector<int> order_key_;  ///< The column that names a line's order.
  ShapedRow shaped_;
  SessionRecord session_;  ///< Scratch: its memory is used for every row. So are the others.
  LineRow line_;
  CustomerRecord customer_;
};

}  // namespace cartwright
