#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "indexers/shape/spill_file.h"

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
/// Rows stay in memory up to a limit; above it all of them go to kPartitions temporary files, each
/// with the rows of its share of the keys, and each is sorted by itself. A partition must fit into
/// memory: kPartitions times the limit is what can be grouped within it.
class RowGrouper {
 public:
  static constexpr std::size_t kPartitions = 64;

  RowGrouper(std::string spill_folder, std::int64_t memory_bytes);

  /// Copies the row. Errors: kOutput when a temporary file cannot be made or written.
  Status Add(const GroupedRow& row);

  using GroupSink = std::function<Status(std::span<const GroupedRow>)>;

  /// Hands out every group once, in key order (within a partition after spilling), its rows by
  /// source and ordinal, and forgets it all. Errors: the sink's; kOutput for temporary files.
  Status ForEachGroup(const GroupSink& sink);

  /// The share of the keys that a key belongs to: the same on every machine, about equal shares.
  static std::size_t PartitionOf(std::string_view key);

  bool spilled() const { return !partitions_.empty(); }

 private:
  /// A stored row by the first eight bytes of its key, so that most comparisons touch no row.
  struct Entry {
    std::uint64_t key_start = 0;
    const char* row = nullptr;
    std::uint32_t size = 0;
  };

  static Entry MakeEntry(const char* row, std::size_t size);
  static GroupedRow Unpack(const Entry& entry);
  static Status EmitSorted(std::vector<Entry>& entries, const GroupSink& sink);
  void Keep(std::string_view packed);
  Status Spill();
  Status EmitPartition(SpillFile& partition, const GroupSink& sink);

  std::string spill_folder_;
  std::int64_t memory_limit_;
  std::int64_t memory_used_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_used_ = 0;
  std::size_t block_size_ = 0;
  std::vector<Entry> entries_;
  std::string packed_;
  std::vector<SpillFile> partitions_;
};

}  // namespace cartwright
