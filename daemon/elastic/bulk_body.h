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
/// with every other document of its body, and a newline would make two documents of one, so they
/// must never get there.
std::string_view FaultOf(const BulkDocument& document);

/// An upper bound for what Append() adds, in bytes; ids full of escapes aside.
std::size_t BytesOf(const BulkDocument& document);

/// The text of one bulk request and where each document lies in it.
class BulkBody {
  struct Entry {
    std::size_t end;
    std::uint64_t tag;
    std::uint64_t id_hash;
    std::uint32_t action_bytes;  // Up to the source line.
    BulkOperation operation;
  };

 public:
  /// Beside its text.
  static constexpr std::size_t kMemoryPerDocument = sizeof(Entry);

  /// An empty body with memory for so much, so that it need not grow.
  static BulkBody WithMemory(std::size_t bytes, std::size_t documents);

  void Append(const BulkDocument& document, std::uint64_t id_hash);

  std::size_t documents() const { return entries_.size(); }
  std::size_t bytes() const { return entries_.empty() ? 0 : entries_.back().end; }
  BulkOperation operation(std::size_t i) const { return entries_[i].operation; }
  std::uint64_t tag(std::size_t i) const { return entries_[i].tag; }
  std::uint64_t id_hash(std::size_t i) const { return entries_[i].id_hash; }

  /// Bytes of memory held, text that is lent included.
  std::size_t memory() const;

  /// Leaves only these documents, given in ascending order. Takes no memory.
  void Keep(std::span<const std::size_t> documents);

  /// A body with the documents from `first` to before `last`, in no more memory than they need.
  BulkBody Copy(std::size_t first, std::size_t last) const;

  /// The document as a rejection without status, type and reason.
  BulkRejection Identify(std::size_t document) const;

  /// Lends the text to a request without a copy; GiveBack() before anything else is asked.
  std::string Lend();
  void GiveBack(std::string text);

  /// Empties the body but keeps its memory.
  void Clear();

 private:
  std::size_t BeginOf(std::size_t i) const { return i == 0 ? 0 : entries_[i - 1].end; }
  void AppendAction(const BulkDocument& document);

  std::string text_;
  std::size_t lent_ = 0;
  std::vector<Entry> entries_;
  // The action line up to the id, for the operation and index it was made for last, and behind it,
  // for the version.
  std::string head_;
  std::string head_index_;
  BulkOperation head_operation_ = BulkOperation::kIndex;
  std::string tail_;
  std::int64_t tail_version_ = 0;
};

}  // namespace cartwright
