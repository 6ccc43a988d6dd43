#include "indexers/shape/row_grouper.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "indexers/shape/stored_bytes.h"

namespace cartwright {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;

/// The key's first bytes as a number that orders like the bytes.
std::uint64_t KeyStart(std::string_view key) {
  std::uint64_t start = 0;
  std::memcpy(&start, key.data(), std::min(key.size(), sizeof(start)));
  return std::endian::native == std::endian::little ? __builtin_bswap64(start) : start;
}

std::string_view KeyOf(std::string_view packed) { return StoredReader(packed).Text(); }

void Pack(ByteBuffer& out, const GroupedRow& row) {
  StoredWriter writer(out);
  writer.Text(row.key);
  writer.Unsigned(row.is_line ? 1 : 0);
  writer.Unsigned(row.source);
  writer.Signed(row.version);
  writer.Unsigned(row.ordinal);
  writer.Unsigned(row.line);
  out.Append(row.payload);
}

GroupedRow Unpack(std::string_view packed) {
  StoredReader reader(packed);
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

/// Puts rows that come in key order together to groups.
class GroupBuilder {
 public:
  explicit GroupBuilder(const RowGrouper::GroupSink& sink) : sink_(sink) {}

  Status Add(std::string_view packed) {
    if (!ends_.empty() && KeyOf(packed) != KeyOf(bytes_.view())) {
      CARTWRIGHT_TRY(Finish());
    }
    bytes_.Append(packed);
    ends_.push_back(bytes_.size());
    return {};
  }

  /// Hands out the group in hand.
  Status Finish() {
    if (ends_.empty()) {
      return {};
    }
    rows_.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      rows_.push_back(Unpack(bytes_.view().substr(begin, end - begin)));
      begin = end;
    }
    std::sort(rows_.begin(), rows_.end(), [](const GroupedRow& a, const GroupedRow& b) {
      return a.source != b.source ? a.source < b.source : a.ordinal < b.ordinal;
    });
    const Status taken = sink_(rows_);
    bytes_.Clear();
    ends_.clear();
    return taken;
  }

 private:
  const RowGrouper::GroupSink& sink_;
  ByteBuffer bytes_;
  std::vector<std::size_t> ends_;
  std::vector<GroupedRow> rows_;
};

}  // namespace

RowGrouper::RowGrouper(std::string spill_folder, std::int64_t memory_bytes)
    : memory_limit_(memory_bytes), runs_(std::move(spill_folder)) {}

bool RowGrouper::HasRoom(std::size_t bytes) const {
  return blocks_used_ > 0 && blocks_[blocks_used_ - 1].size - block_used_ >= bytes;
}

/// Whether one block more would be more than the limit. One is always allowed.
bool RowGrouper::IsFull() const {
  const std::size_t bytes = (blocks_used_ + 1) * kBlockBytes + entries_.size() * sizeof(Entry);
  return blocks_used_ > 0 &&
         bytes > static_cast<std::size_t>(std::max<std::int64_t>(memory_limit_, 0));
}

void RowGrouper::TakeBlock(std::size_t bytes) {
  block_used_ = 0;
  ++blocks_used_;
  if (blocks_used_ <= blocks_.size() && blocks_[blocks_used_ - 1].size >= bytes) {
    return;
  }
  const std::size_t size = std::max(kBlockBytes, bytes);
  blocks_.resize(blocks_used_ - 1);
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
}

Status RowGrouper::Add(const GroupedRow& row) {
  packed_.Clear();
  Pack(packed_, row);
  const std::string_view packed = packed_.view();
  if (!HasRoom(packed.size())) {
    if (IsFull()) {
      CARTWRIGHT_TRY(WriteRun());
    }
    TakeBlock(packed.size());
  }
  char* const at = blocks_[blocks_used_ - 1].bytes.get() + block_used_;
  std::memcpy(at, packed.data(), packed.size());
  block_used_ += packed.size();
  entries_.push_back({0, at, static_cast<std::uint32_t>(packed.size()),
                      static_cast<std::uint32_t>(entries_.size())});
  return {};
}

void RowGrouper::Sort() {
  const auto key = [](const Entry& entry) { return KeyOf({entry.row, entry.size}); };
  std::string_view common = entries_.empty() ? std::string_view() : key(entries_.front());
  for (const Entry& entry : entries_) {
    const std::string_view other = key(entry);
    if (!other.starts_with(common)) {
      const auto end =
          std::mismatch(common.begin(), common.end(), other.begin(), other.end()).first;
      common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
    }
  }
  for (Entry& entry : entries_) {
    entry.key_start = KeyStart(key(entry).substr(common.size()));
  }
  const auto is_before = [&key](const Entry& a, const Entry& b) {
    if (a.key_start != b.key_start) {
      return a.key_start < b.key_start;
    }
    const int order = key(a).compare(key(b));
    return order != 0 ? order < 0 : a.number < b.number;
  };
  if (!std::is_sorted(entries_.begin(), entries_.end(), is_before)) {
    std::sort(entries_.begin(), entries_.end(), is_before);
  }
}

Status RowGrouper::WriteRun() {
  Sort();
  CARTWRIGHT_TRY(runs_.BeginRun());
  for (const Entry& entry : entries_) {
    CARTWRIGHT_TRY(runs_.Append({entry.row, entry.size}));
  }
  entries_.clear();
  blocks_used_ = 0;
  block_used_ = 0;
  return {};
}

Status RowGrouper::ForEachGroup(const GroupSink& sink) {
  GroupBuilder groups(sink);
  if (!spilled()) {
    Sort();
    for (const Entry& entry : entries_) {
      CARTWRIGHT_TRY(groups.Add({entry.row, entry.size}));
    }
    return groups.Finish();
  }
  CARTWRIGHT_TRY(WriteRun());
  blocks_.clear();
  entries_ = {};
  CARTWRIGHT_TRY(runs_.ForEach(static_cast<std::size_t>(std::max<std::int64_t>(memory_limit_, 0)),
                               [&groups](std::string_view packed) { return groups.Add(packed); }));
  return groups.Finish();
}

}  // namespace cartwright
