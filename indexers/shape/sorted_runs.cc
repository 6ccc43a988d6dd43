#include "indexers/shape/sorted_runs.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <utility>

#include "indexers/shape/stored_bytes.h"

namespace cartwright {
namespace {

/// Tells apart the temporary files of all groupers of the process.
std::uint64_t NextFileNumber() {
  static std::atomic<std::uint64_t> next{0};
  return next++;
}

/// Reads one run from its beginning.
class RunReader {
 public:
  RunReader(SpillFile& file, std::size_t number, std::uint64_t begin, std::uint64_t end,
            std::size_t buffer_bytes)
      : file_(file), number_(number), at_(begin), end_(end), buffer_(buffer_bytes) {}

  /// Goes on to the next row. False behind the last one. Errors: kOutput.
  Result<bool> Next() {
    CARTWRIGHT_TRY(Hold(kStoredNumberBytes));
    if (begin_ == filled_) {
      return false;
    }
    StoredReader reader({buffer_.data() + begin_, filled_ - begin_});
    const std::size_t size = reader.Unsigned();
    begin_ = filled_ - reader.rest().size();
    CARTWRIGHT_TRY(Hold(size));
    row_ = {buffer_.data() + begin_, size};
    key_ = StoredReader(row_).Text();
    begin_ += size;
    return true;
  }
  std::string_view row() const { return row_; }

  /// Whether the row comes behind the other's.
  bool IsBehind(const RunReader& other) const {
    const int order = key_.compare(other.key_);
    return order != 0 ? order > 0 : number_ > other.number_;
  }

 private:
  /// Reads until so many bytes are in hand, or all that is left.
  Status Hold(std::size_t count) {
    if (filled_ - begin_ >= count || at_ == end_) {
      return {};
    }
    std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
    filled_ -= begin_;
    begin_ = 0;
    buffer_.resize(std::max(buffer_.size(), count));
    const std::size_t more =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size() - filled_, end_ - at_));
    CARTWRIGHT_TRY(file_.ReadAt(at_, {buffer_.data() + filled_, more}));
    at_ += more;
    filled_ += more;
    return {};
  }

  SpillFile& file_;
  std::size_t number_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t filled_ = 0;
  std::string_view row_;
  std::string_view key_;
};

bool IsBehind(const std::unique_ptr<RunReader>& a, const std::unique_ptr<RunReader>& b) {
  return a->IsBehind(*b);
}

/// Hands out the rows of all runs. Each must stand at its first row.
Status Merge(std::vector<std::unique_ptr<RunReader>> runs,
             const std::function<Status(std::string_view)>& visit) {
  std::make_heap(runs.begin(), runs.end(), IsBehind);
  while (!runs.empty()) {
    std::pop_heap(runs.begin(), runs.end(), IsBehind);
    RunReader& first = *runs.back();
    bool is_first = true;
    // A run of a source that is sorted by key hands out many rows before another is next.
    while (is_first) {
      CARTWRIGHT_TRY(visit(first.row()));
      CARTWRIGHT_ASSIGN(const bool has_row, first.Next());
      if (!has_row) {
        runs.pop_back();
        break;
      }
      is_first = runs.size() == 1 || !first.IsBehind(*runs.front());
      if (!is_first) {
        std::push_heap(runs.begin(), runs.end(), IsBehind);
      }
    }
  }
  return {};
}

}  // namespace

Status SortedRuns::BeginRun() {
  if (!file_) {
    CARTWRIGHT_ASSIGN(SpillFile file, SpillFile::Create(folder_, NextFileNumber()));
    file_.emplace(std::move(file));
  }
  ends_.push_back(file_->size());
  return {};
}

Status SortedRuns::Append(std::string_view row) {
  CARTWRIGHT_TRY(file_->AppendSized(row));
  ends_.back() = file_->size();
  return {};
}

Status SortedRuns::ForEach(std::size_t memory_bytes,
                           const std::function<Status(std::string_view row)>& visit) {
  constexpr std::size_t kLeast = std::size_t{16} * 1024;
  constexpr std::size_t kMost = std::size_t{256} * 1024;
  CARTWRIGHT_TRY(file_->Flush());
  const std::size_t buffer = std::clamp(memory_bytes / ends_.size(), kLeast, kMost);
  std::vector<std::unique_ptr<RunReader>> runs;
  std::uint64_t begin = 0;
  for (const std::uint64_t end : ends_) {
    auto run = std::make_unique<RunReader>(*file_, runs.size(), begin, end, buffer);
    CARTWRIGHT_ASSIGN(const bool has_row, run->Next());
    if (has_row) {
      runs.push_back(std::move(run));
    }
    begin = end;
  }
  return Merge(std::move(runs), visit);
}

}  // namespace cartwright
