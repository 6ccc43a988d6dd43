#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "indexers/record/record.h"

namespace cartwright {

/// Why a source could not cut a row into fields: the row is set aside, its neighbours are not
/// touched.
struct RowFault {
  std::string code;    ///< Stable name: invalid_utf8, field_count, quote_open …
  std::string column;  ///< Empty when the fault belongs to no single column.
  std::string value;   ///< The offending bytes as they are; empty when the row as a whole is bad.
  std::string reason;
  std::string remedy;
  std::uint64_t lines = 1;  ///< Lines of the file that went with the row: an open quote takes many.
};

/// One row as its source gives it. Everything it points to lives until the next Next().
struct RawRow {
  /// One text a column, in the order of RowSource::columns(). Empty text is a missing value.
  /// Empty span when `fault` is set.
  std::span<const std::string_view> fields;
  SourcePosition position;
  std::string_view raw;             ///< The row's bytes without its line end, possibly capped.
  const RowFault* fault = nullptr;  ///< Set when the row could not be read.
};

/// Rows of one source, pulled one at a time. One thread.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// The next row, sound or faulty, in source order; null after the last one. The row belongs to
  /// the source and is overwritten by the next call.
  /// Errors: kData when the source as a whole cannot be read any further (a truncated gzip file);
  /// kPermanent when the system refuses to read it. No call may follow an error.
  virtual Result<const RawRow*> Next() = 0;

  /// Column names in field order.
  virtual const std::vector<std::string>& columns() const = 0;

  /// What messages call the source: a file's path.
  virtual const std::string& name() const = 0;

  /// Rows that Next() has given, faulty ones included.
  virtual std::int64_t rows_read() const = 0;

  /// How much of the source is read, 0..1; nothing when its size is not known.
  virtual std::optional<double> share_read() const = 0;

  /// Oddities that were accepted, one sentence each: a byte-order mark, mixed line ends.
  virtual std::vector<std::string> notes() const = 0;
};

}  // namespace cartwright
