#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/elastic/bulk_writer.h"

namespace cartwright {

/// Why a document cannot be sent; empty for a good one. A bad id is refused by the server together
/// with every other document of its body, so it must never get there.
std::string_view FaultOf(const BulkDocument& document);

/// The text of one bulk request and where each document lies in it.
class BulkBody {
 public:
  void Append(const BulkDocument& document, std::uint64_t id_hash);

  std::size_t documents() const { return entries_.size(); }
  std::size_t bytes() const { return text_.size(); }
  BulkOperation operation(std::size_t i) const { return entries_[i].operation; }
  std::uint64_t tag(std::size_t i) const { return entries_[i].tag; }
  std::uint64_t id_hash(std::size_t i) const { return entries_[i].id_hash; }

  /// A body with only these documents, in this order.
  BulkBody Pick(std::span<const std::size_t> documents) const;

  /// The document as a rejection without status, type and reason.
  BulkRejection Identify(std::size_t document) const;

  /// Lends the text to a request without a copy; GiveBack() before anything else is asked.
  std::string Lend() { return std::move(text_); }
  void GiveBack(std::string text) { text_ = std::move(text); }

  /// Empties the body but keeps its memory.
  void Clear();

 private:
  struct Entry {
    std::size_t begin;   // Of the action line.
    std::size_t source;  // Of the source line; `end` for a deletion.
    std::size_t end;
    std::uint64_t tag;
    std::uint64_t id_hash;
    BulkOperation operation;
  };

  std::string text_;
  std::vector<Entry> entries_;
};

}  // namespace cartwright
