#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/record/record.h"
#include "indexers/record/row_source.h"
#include "indexers/shape/set_aside.h"

namespace cartwright {

/// What became of the rows of one source. `read` is the reader's own count, the others are the
/// shaper's; after EmitSessions and EmitCustomers
/// read = used + superseded + set_aside + filtered (Balances).
struct ShapeCounts {
  std::int64_t read = 0;
  std::int64_t used = 0;        ///< Rows that belong to an emitted document.
  std::int64_t superseded = 0;  ///< Older rows of a key that came again.
  std::int64_t set_aside = 0;
  std::int64_t filtered = 0;  ///< Left out by a skip rule.

  bool Balances() const { return read == used + superseded + set_aside + filtered; }
};

/// A row that a document was made of.
struct RowRef {
  std::uint32_t source = 0;
  std::uint64_t line = 0;
  std::uint64_t ordinal = 0;
};

/// Turns the rows of a shop's sources into whole documents: checks and types every row, keeps it
/// under its document's key, and composes documents once all sources were read.
///
/// Use: Read every source once, in configuration order, then EmitSessions and EmitCustomers once
/// each. One thread. Memory: `limits.grouping_bytes`, above it a temporary file in the spill folder
/// that is unlinked as soon as it is open.
class ShopShaper {
 public:
  using SetAsideSink = std::function<void(const SetAside&)>;
  using SessionSink = std::function<Status(const SessionRecord&, std::span<const RowRef>)>;
  using CustomerSink = std::function<Status(const CustomerRecord&, std::span<const RowRef>)>;

  /// The spill folder must exist before anything spills. `on_set_aside` is called once for every
  /// row set aside, while reading or while composing. The configuration is copied.
  /// Errors: kConfig for a mapping that cannot make documents (no start date, unknown field …).
  static Result<ShopShaper> Make(const Config& config, const std::string& spill_folder,
                                 SetAsideSink on_set_aside);
  ShopShaper(ShopShaper&&) noexcept;
  ShopShaper& operator=(ShopShaper&&) noexcept;
  ~ShopShaper();

  /// Streams one source through. `source_index` counts `config.sources`.
  /// Errors: kData when a mapped column is missing, or when more rows were set aside than `limits`
  /// allows; kOutput when spilling fails; and those of the source.
  Status Read(std::size_t source_index, RowSource& rows);

  /// Every order as a whole document, ordered by key without its source prefix, then by source,
  /// then by occurrence. Sessions folded from events come last. The record lives until the sink
  /// returns. `rows` are the rows that the document was made of, in source order. Errors: those of
  /// the sink, of the error budget (lines without an order count against it) and of spilling.
  Status EmitSessions(const SessionSink& sink);

  /// Every customer as a whole document, ordered and failing as EmitSessions does.
  Status EmitCustomers(const CustomerSink& sink);

  /// One entry a source, in configuration order.
  const std::vector<ShapeCounts>& counts() const;

  /// Whether rows went through temporary files.
  bool spilled() const;

 private:
  struct Parts;
  explicit ShopShaper(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cartwright
