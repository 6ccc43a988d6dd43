#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/byte_buffer.h"
#include "daemon/base/result.h"
#include "indexers/shape/sorted_runs.h"

namespace cartwright {

/// One stored row under its document's key.
struct GroupedRow {
  std::string_view key;
  bool is_line = false;
  std::uint32_t source = 0;
  std::int64_t version = 0;
  std::uint64_t ordinal = 0;
  std::uint64_t line = 0;
  std::string_view payload;
};

/// Gathers rows by key. One thread.
///
/// Rows stay in memory up to a limit. What is in memory then is ordered by key and goes to a
/// temporary file as one run, its memory is filled again, and in the end all runs are read at once:
/// memory stays at the limit whatever comes. Writing and reading a run costs less than touching as
/// much new memory.
class RowGrouper {
 public:
  RowGrouper(std::string spill_folder, std::int64_t memory_bytes);

  /// Copies the row. Rows of one source must come in the order of their ordinals. Errors: kOutput
  /// when a temporary file cannot be made or written.
  Status Add(const GroupedRow& row);

  using GroupSink = std::function<Status(std::span<const GroupedRow>)>;

  /// Hands out every group once, in key order, its rows by source and ordinal. Errors: the sink's;
  /// kOutput for temporary files.
  Status ForEachGroup(const GroupSink& sink);

  bool spilled() const { return !runs_.empty(); }

 private:
  /// A stored row by eight bytes of its key, so that most comparisons touch no row.
  struct Entry {
    std::uint64_t key_start = 0;  ///< Behind what all keys of a run begin with.
    const char* row = nullptr;
    std::uint32_t size = 0;
    std::uint32_t number = 0;  ///< In the order in which they came.
  };
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };

  bool HasRoom(std::size_t bytes) const;
  bool IsFull() const;
  void TakeBlock(std::size_t bytes);
  void Sort();
  Status WriteRun();

  std::int64_t memory_limit_;
  std::vector<Block> blocks_;
  std::size_t blocks_used_ = 0;
  std::size_t block_used_ = 0;  ///< Bytes of the last used one.
  std::vector<Entry> entries_;
  ByteBuffer packed_;
  SortedRuns runs_;
};

}  // namespace cartwright
