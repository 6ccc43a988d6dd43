#include "indexers/shape/row_grouper.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "indexers/shape/stored_bytes.h"

namespace cartwright {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} * 1024 * 1024;
constexpr std::size_t kKeyStartBytes = sizeof(std::uint64_t);

/// The key's first bytes as a number that orders like the bytes.
std::uint64_t KeyStart(std::string_view key) {
  std::uint64_t start = 0;
  for (std::size_t i = 0; i < kKeyStartBytes; ++i) {
    start = start << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  }
  return start;
}

std::string_view KeyOf(std::string_view packed) { return StoredReader(packed).Text(); }

void Pack(std::string& out, const GroupedRow& row) {
  StoredWriter writer(out);
  writer.Text(row.key);
  writer.Unsigned(row.is_line ? 1 : 0);
  writer.Unsigned(row.source);
  writer.Signed(row.version);
  writer.Unsigned(row.ordinal);
  writer.Unsigned(row.line);
  out.append(row.payload);
}

/// Tells apart the temporary files of all groupers of the process.
std::uint64_t NextFileNumber() {
  static std::atomic<std::uint64_t> next{0};
  return next++;
}

}  // namespace

std::size_t RowGrouper::PartitionOf(std::string_view key) {
  // FNV-1a, folded and mixed once more: its upper bits alone hardly differ between short keys
  // (3,000 order numbers met 6 of 64 partitions).
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93ULL;
  return static_cast<std::size_t>(hash ^ hash >> 32) % kPartitions;
}

RowGrouper::RowGrouper(std::string spill_folder, std::int64_t memory_bytes)
    : spill_folder_(std::move(spill_folder)), memory_limit_(memory_bytes) {}

Status RowGrouper::Add(const GroupedRow& row) {
  packed_.clear();
  Pack(packed_, row);
  if (!spilled()) {
    Keep(packed_);
    return memory_used_ > memory_limit_ ? Spill() : Status();
  }
  SpillFile& partition = partitions_[PartitionOf(row.key)];
  std::string size;
  StoredWriter(size).Unsigned(packed_.size());
  CARTWRIGHT_TRY(partition.Append(size));
  return partition.Append(packed_);
}

void RowGrouper::Keep(std::string_view packed) {
  if (block_used_ + packed.size() > block_size_) {
    block_size_ = std::max(kBlockBytes, packed.size());
    block_used_ = 0;
    blocks_.push_back(std::make_unique<char[]>(block_size_));
    memory_used_ += static_cast<std::int64_t>(block_size_);
  }
  char* const at = blocks_.back().get() + block_used_;
  std::memcpy(at, packed.data(), packed.size());
  block_used_ += packed.size();
  entries_.push_back(MakeEntry(at, packed.size()));
  memory_used_ += static_cast<std::int64_t>(sizeof(Entry));
}

RowGrouper::Entry RowGrouper::MakeEntry(const char* row, std::size_t size) {
  return {KeyStart(KeyOf({row, size})), row, static_cast<std::uint32_t>(size)};
}

GroupedRow RowGrouper::Unpack(const Entry& entry) {
  StoredReader reader({entry.row, entry.size});
  GroupedRow row;
  row.key = reader.Text();
  row.is_line = reader.Unsigned() != 0;
  row.source = static_cast<std::uint32_t>(reader.Unsigned());
  row.version = reader.Signed();
  row.ordinal = reader.Unsigned();
  row.line = reader.Unsigned();
  row.payload = reader.rest();
  return row;
}

Status RowGrouper::Spill() {
  for (std::size_t i = 0; i < kPartitions; ++i) {
    CARTWRIGHT_ASSIGN(SpillFile file, SpillFile::Create(spill_folder_, NextFileNumber()));
    partitions_.push_back(std::move(file));
  }
  const std::vector<Entry> entries = std::exchange(entries_, {});
  for (const Entry& entry : entries) {
    CARTWRIGHT_TRY(Add(Unpack(entry)));
  }
  blocks_.clear();
  return {};
}

Status RowGrouper::ForEachGroup(const GroupSink& sink) {
  if (!spilled()) {
    return EmitSorted(entries_, sink);
  }
  for (SpillFile& partition : partitions_) {
    CARTWRIGHT_TRY(EmitPartition(partition, sink));
  }
  return {};
}

Status RowGrouper::EmitPartition(SpillFile& partition, const GroupSink& sink) {
  CARTWRIGHT_ASSIGN(const std::string bytes, partition.ReadAll());
  std::vector<Entry> entries;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    StoredReader reader(rest);
    const std::size_t size = reader.Unsigned();
    rest = reader.rest();
    entries.push_back(MakeEntry(rest.data(), size));
    rest.remove_prefix(size);
  }
  return EmitSorted(entries, sink);
}

Status RowGrouper::EmitSorted(std::vector<Entry>& entries, const GroupSink& sink) {
  const auto key = [](const Entry& entry) { return KeyOf({entry.row, entry.size}); };
  std::sort(entries.begin(), entries.end(), [&key](const Entry& a, const Entry& b) {
    return a.key_start != b.key_start ? a.key_start < b.key_start : key(a) < key(b);
  });
  std::vector<GroupedRow> group;
  for (std::size_t i = 0; i < entries.size();) {
    group.clear();
    for (; i < entries.size(); ++i) {
      const GroupedRow row = Unpack(entries[i]);
      if (!group.empty() && row.key != group.front().key) {
        break;
      }
      group.push_back(row);
    }
    std::sort(group.begin(), group.end(), [](const GroupedRow& a, const GroupedRow& b) {
      return a.source != b.source ? a.source < b.source : a.ordinal < b.ordinal;
    });
    CARTWRIGHT_TRY(sink(group));
  }
  return {};
}

}  // namespace cartwright
