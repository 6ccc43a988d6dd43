#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/base/result.h"
#include "indexers/record/record.h"
#include "indexers/shape/field_fault.h"
#include "indexers/shape/row_grouper.h"
#include "indexers/shape/shape.h"
#include "indexers/shape/stored_row.h"

namespace cartwright {

/// What composing needs to know of a source.
struct ComposedSource {
  std::string name;
  bool numbers_repeats = false;  ///< Equal keys are further documents, not newer rows.
  bool prefixes_keys = false;    ///< Several sources feed the index.
  /// Events: what parts a user's sessions, in milliseconds; none where they have a session id.
  std::optional<EpochMillis> inactivity;
};

/// What composing needs to know of the shop.
struct ComposeRules {
  std::vector<ComposedSource> sources;  ///< In configuration order.
  bool orders_from_lines = false;       ///< No source feeds sessions.
  /// Documents carry the version of their one row.
  bool session_versions_are_declared = true;
  bool customer_versions_are_declared = true;
};

/// Where the rows of a group end up: in a document, superseded or set aside.
class ComposedRows {
 public:
  virtual ~ComposedRows() = default;
  virtual Status TakeSession(const SessionRecord& session, std::span<const RowRef> rows) = 0;
  virtual Status TakeCustomer(const CustomerRecord& customer, std::span<const RowRef> rows) = 0;
  virtual void Supersede(const GroupedRow& row) = 0;
  /// `raw` may be empty: rows that only fail together with others do not keep their bytes.
  virtual Status SetRowAside(const GroupedRow& row, const FieldFault& fault,
                             std::string_view raw) = 0;
};

/// Makes documents out of all rows of one key (architecture: composed documents).
///
/// Sessions of one source with equal keys: the highest version wins, then the later row, unless the
/// source numbers them. Lines join the one session of their key. Without session sources the lines
/// of one source make an order: start is the earliest line; client and dimensions those of the
/// first line that has them; payment is the sum of the sold lines, refund that of the returned
/// ones, each rounded once, half to even; purchased when a line was sold. A payment or refund that
/// the session row states is kept.
class Composer {
 public:
  explicit Composer(ComposeRules rules) : rules_(std::move(rules)) {}

  /// Rows must be ordered by source and ordinal, and be all rows of their key.
  Status ComposeOrders(std::span<const GroupedRow> group, ComposedRows& out);
  Status ComposeCustomers(std::span<const GroupedRow> group, ComposedRows& out);

 private:
  struct Line {
    const GroupedRow* row = nullptr;
    LineRow line;
  };

  void PickDocuments(std::span<const GroupedRow> group, bool is_line, ComposedRows& out);
  void TakeLines(std::span<const GroupedRow> group, ComposedRows& out);
  Status JoinLines(ComposedRows& out);
  Status SetLinesAside(const FieldFault& fault, ComposedRows& out);
  Status EmitSession(const GroupedRow& row, std::size_t occurrence, std::span<Line> lines,
                     ComposedRows& out);
  Status EmitOrdersFromLines(ComposedRows& out);
  Status EmitOrder(SessionRecord& order, std::span<Line> lines, ComposedRows& out);
  void PutDocumentKey(const GroupedRow& row, std::size_t occurrence, std::string& key) const;

  struct Picked {
    const GroupedRow* row = nullptr;
    std::size_t occurrence = 1;
  };

  ComposeRules rules_;
  std::vector<Picked> picked_;
  std::vector<Line> lines_;
  std::vector<RowRef> refs_;
  std::vector<const GroupedRow*> members_;  ///< The rows of the document in hand.
  SessionRecord session_;                   ///< Scratch: its memory is used for every document.
  CustomerRecord customer_;                 ///< Likewise.
};

}  // namespace cartwright
