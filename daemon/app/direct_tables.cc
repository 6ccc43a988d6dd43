#include "daemon/app/direct_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "analyses/tables/shop_tables_builder.h"
#include "daemon/app/direct_rows.h"
#include "daemon/app/plain_file.h"
#include "daemon/base/parallel.h"
#include "indexers/csv/csv.h"

namespace cartwright {
namespace {

/// A source and its file.
struct OpenSourceFile {
  DirectSource source;
  PlainFile file;
};

/// One part of one file.
struct Part {
  const OpenSourceFile* from = nullptr;
  std::size_t number = 0;
};

/// Builders that nobody is adding to. There are never more than threads at work.
class Builders {
 public:
  Builders(const ShopTablesLayout& layout, const TimeZone& zone) : layout_(layout), zone_(zone) {}

  std::unique_ptr<ShopTablesBuilder> Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
      return std::make_unique<ShopTablesBuilder>(layout_, zone_);
    }
    std::unique_ptr<ShopTablesBuilder> builder = std::move(idle_.back());
    idle_.pop_back();
    return builder;
  }
  void Return(std::unique_ptr<ShopTablesBuilder> builder) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(builder));
  }
  std::vector<ShopTablesBuilder> TakeAll() {
    std::vector<ShopTablesBuilder> all;
    all.reserve(idle_.size());
    for (const auto& builder : idle_) {
      all.push_back(std::move(*builder));
    }
    idle_.clear();
    return all;
  }

 private:
  const ShopTablesLayout& layout_;
  const TimeZone& zone_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ShopTablesBuilder>> idle_;
};

/// How the lines of a text end: the notes of a source tell when one file has several ways.
enum class LineEnds { kNone, kFeed, kReturnFeed };

LineEnds LineEndsOf(std::string_view text) {
  const std::size_t feed = text.find('\n');
  if (feed == std::string_view::npos) {
    return LineEnds::kNone;
  }
  return feed > 0 && text[feed - 1] == '\r' ? LineEnds::kReturnFeed : LineEnds::kFeed;
}

/// Whether the last line is blank. Before a row that is a fault, and behind the last one it is not.
bool EndsBlank(std::string_view text) {
  const std::string_view end = LineEndsOf(text) == LineEnds::kReturnFeed ? "\r\n" : "\n";
  if (!text.ends_with(end)) {
    return false;
  }
  text.remove_suffix(end.size());
  return text.empty() || text.ends_with('\n');
}

class DirectReading {
 public:
  DirectReading(const LoadJob& job, const ShopTablesLayout& layout, const TimeZone& zone)
      : job_(job), builders_(layout, zone), rows_(job.config.sources.size()) {}

  /// False when some file is not to be read like this.
  bool Open(std::size_t part_bytes) {
    for (std::uint32_t index = 0; index < job_.config.sources.size(); ++index) {
      const CsvConfig& csv = job_.config.sources[index].csv;
      std::optional<PlainFile> file = PlainFile::Open(csv.path, part_bytes);
      if (!file) {
        return false;
      }
      const Result<std::unique_ptr<RowSource>> first = OpenCsv(csv, index);
      if (!first || !(*first)->notes().empty()) {
        return false;
      }
      std::optional<DirectSource> source = MakeDirectSource(job_.config, index, **first);
      if (!source) {
        return false;
      }
      files_.push_back({std::move(*source), std::move(*file)});
    }
    for (const OpenSourceFile& file : files_) {
      for (std::size_t number = 0; number < file.file.parts(); ++number) {
        parts_.push_back({&file, number});
      }
    }
    line_ends_.assign(parts_.size(), LineEnds::kNone);
    return true;
  }

  Result<std::optional<DirectTables>> Run() {
    RunParallel(parts_.size(), [this](std::size_t number) { ReadOrGiveUp(number); });
    if (cancelled_) {
      return Error{ErrorKind::kCancelled,
                   "stopped while reading the sources; start the load again to go on, nothing was "
                   "changed"};
    }
    if (gave_up_ || !EverySourceHasRows() || !LinesEndInOneWay()) {
      return std::optional<DirectTables>();
    }
    Result<ShopTables> tables = ShopTablesBuilder::FinishTogether(builders_.TakeAll());
    if (!tables) {
      return std::optional<DirectTables>();
    }
    return std::optional<DirectTables>({std::move(*tables), Books()});
  }

 private:
  void ReadOrGiveUp(std::size_t number) {
    if (gave_up_ || cancelled_) {
      return;
    }
    if (job_.stop_requested && job_.stop_requested()) {
      cancelled_ = true;
      return;
    }
    std::unique_ptr<ShopTablesBuilder> builder = builders_.Take();
    const std::optional<std::int64_t> rows = ReadPart(number, *builder);
    builders_.Return(std::move(builder));
    if (!rows) {
      gave_up_ = true;
      return;
    }
    CountRows(parts_[number].from->source.index, *rows);
  }

  /// How many rows were added; nothing when one is not plain. A boundary inside quotes shows as a
  /// quote that the part before leaves open.
  std::optional<std::int64_t> ReadPart(std::size_t number, ShopTablesBuilder& builder) {
    const Part& part = parts_[number];
    const DirectSource& source = part.from->source;
    std::optional<std::string> text = part.from->file.Read(part.number);
    if (!text || text->empty()) {
      return text ? std::optional<std::int64_t>(0) : std::nullopt;
    }
    const bool is_last = part.number + 1 == part.from->file.parts();
    if (!is_last && EndsBlank(*text)) {
      return std::nullopt;
    }
    line_ends_[number] = LineEndsOf(*text);
    CsvConfig csv = source.config.csv;
    if (part.number > 0) {
      csv.header = false;
      csv.names = source.column_names;
    }
    const Result<std::unique_ptr<RowSource>> opened =
        OpenCsvText(csv, source.index, *std::move(text));
    if (!opened) {
      return std::nullopt;
    }
    RowSource& rows = **opened;
    DirectRows adder(source, builder);
    for (std::uint64_t place = std::uint64_t{part.number} << 32;; ++place) {
      const Result<const RawRow*> row = rows.Next();
      if (!row) {
        return std::nullopt;
      }
      if (*row == nullptr) {
        break;
      }
      if ((*row)->fault != nullptr || !adder.Add(**row, place)) {
        return std::nullopt;
      }
    }
    // A first part that is only the header has a note, but is nothing unusual.
    const bool is_usual = rows.rows_read() == 0 || rows.notes().empty();
    return is_usual ? std::optional(rows.rows_read()) : std::nullopt;
  }

  void CountRows(std::uint32_t source, std::int64_t rows) {
    const std::lock_guard lock(mutex_);
    rows_[source] += rows;
    ++parts_done_;
    if (job_.progress) {
      job_.progress({"reading the sources",
                     std::accumulate(rows_.begin(), rows_.end(), std::int64_t{0}),
                     static_cast<double>(parts_done_) / static_cast<double>(parts_.size())});
    }
  }

  bool EverySourceHasRows() const {
    return std::all_of(rows_.begin(), rows_.end(), [](std::int64_t rows) { return rows > 0; });
  }

  bool LinesEndInOneWay() const {
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      if (parts_[i].from == parts_[i - 1].from && line_ends_[i] != LineEnds::kNone &&
          line_ends_[i - 1] != LineEnds::kNone && line_ends_[i] != line_ends_[i - 1]) {
        return false;
      }
    }
    return true;
  }

  std::vector<SourceBook> Books() const {
    std::vector<SourceBook> books;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      SourceBook& book = books.emplace_back();
      book.name = job_.config.sources[i].name;
      book.read = rows_[i];
      book.used = rows_[i];
    }
    return books;
  }

  const LoadJob& job_;
  Builders builders_;
  std::vector<OpenSourceFile> files_;
  std::vector<Part> parts_;
  std::vector<LineEnds> line_ends_;  ///< By part.
  std::atomic<bool> gave_up_ = false;
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  std::vector<std::int64_t> rows_;  ///< By source.
  std::size_t parts_done_ = 0;
};

}  // namespace

Result<std::optional<DirectTables>> ReadDirectly(const LoadJob& job, const ShopTablesLayout& layout,
                                                 const TimeZone& zone, std::size_t part_bytes) {
  const bool reads_all = job.sources.size() == job.config.sources.size();
  DirectReading reading(job, layout, zone);
  if (!reads_all || !CanReadDirectly(job.config) || !reading.Open(part_bytes)) {
    return std::optional<DirectTables>();
  }
  return reading.Run();
}

}  // namespace cartwright
