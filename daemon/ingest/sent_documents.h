#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "indexers/shape/shape.h"

namespace cartwright {

/// The documents on their way: what they were made of, until the server's verdict. By tag, which is
/// used again once a document is gone, so that memory is that of the most documents open at once.
/// One thread.
///
/// A map with a list of rows a document was a tenth of the time of a load.
class SentDocuments {
 public:
  struct Document {
    std::uint64_t line = 0;  ///< Of its first row.
    std::int64_t version = 0;
    std::uint32_t source = 0;  ///< Of its first row.
  };

  /// `rows` must not be empty and be ordered by source. Returns the tag.
  std::uint64_t Add(std::int64_t version, std::span<const RowRef> rows) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t tag = free_.back();
    free_.pop_back();
    Slot& slot = slots_[tag];
    slot = {{rows[0].line, version, rows[0].source}, 1, 0, 0};
    for (const RowRef& row : rows.subspan(1)) {
      Count(tag, row.source);
    }
    return tag;
  }

  const Document& Find(std::uint64_t tag) const { return slots_[tag].document; }

  /// Calls `visit(source, rows)` for each source that the document has rows of.
  template <class Visit>
  void EachSource(std::uint64_t tag, Visit visit) const {
    const Slot& slot = slots_[tag];
    visit(slot.document.source, slot.rows);
    if (slot.second_rows > 0) {
      visit(slot.second_source, slot.second_rows);
    }
    if (const auto found = others_.find(tag); found != others_.end()) {
      for (const auto& [source, rows] : found->second) {
        visit(source, rows);
      }
    }
  }

  void Remove(std::uint64_t tag) {
    if (!others_.empty()) {
      others_.erase(tag);
    }
    free_.push_back(static_cast<std::uint32_t>(tag));
  }

 private:
  struct Slot {
    Document document;
    std::uint32_t rows = 0;  ///< Of the first row's source.
    std::uint32_t second_source = 0;
    std::uint32_t second_rows = 0;
  };

  void Count(std::uint32_t tag, std::uint32_t source) {
    Slot& slot = slots_[tag];
    if (source == slot.document.source) {
      ++slot.rows;
    } else if (slot.second_rows == 0 || source == slot.second_source) {
      slot.second_source = source;
      ++slot.second_rows;
    } else {
      ++others_[tag][source];
    }
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  /// Rows by source for documents of more than two.
  std::unordered_map<std::uint64_t, std::unordered_map<std::uint32_t, std::uint32_t>> others_;
};

}  // namespace cartwright
