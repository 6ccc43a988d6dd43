#include "daemon/ingest/load_job.h"

#include <fmt/core.h>

#include <algorithm>

#include "daemon/elastic/index_admin.h"
#include "daemon/ingest/dead_letter_keeper.h"
#include "daemon/ingest/documents.h"
#include "daemon/ingest/sent_documents.h"

namespace cartwright {
namespace {

constexpr std::int64_t kProgressEvery = 10'000;
/// Rejections below this number never stop a load by their share alone.
constexpr std::int64_t kRejectionsBeforeShareCounts = 100;

bool Feeds(const SourceConfig& source, bool orders) {
  return (source.feeds != FeedKind::kCustomers) == orders;
}

bool AnyFeeds(const Config& config, const std::vector<std::size_t>& sources, bool orders) {
  return std::any_of(sources.begin(), sources.end(),
                     [&](std::size_t index) { return Feeds(config.sources[index], orders); });
}

/// A row source that counts, reports progress and ends early: when asked to, and when a row before
/// could not be kept.
class WatchedRows final : public RowSource {
 public:
  WatchedRows(RowSource& rows, const LoadJob& job, const DeadLetterKeeper& keeper)
      : rows_(rows), job_(job), keeper_(keeper) {}
  Result<const RawRow*> Next() override {
    CARTWRIGHT_TRY(keeper_.status());
    if (rows_.rows_read() % kProgressEvery == 0) {
      if (job_.stop_requested && job_.stop_requested()) {
        return Error{ErrorKind::kCancelled,
                     fmt::format("stopped while reading {}; start the load again to go on, nothing "
                                 "was changed",
                                 rows_.name())};
      }
      if (job_.progress) {
        job_.progress({"reading " + rows_.name(), rows_.rows_read(), rows_.share_read()});
      }
    }
    return rows_.Next();
  }
  const std::vector<std::string>& columns() const override { return rows_.columns(); }
  const std::string& name() const override { return rows_.name(); }
  std::int64_t rows_read() const override { return rows_.rows_read(); }
  std::optional<double> share_read() const override { return rows_.share_read(); }
  std::vector<std::string> notes() const override { return rows_.notes(); }

 private:
  RowSource& rows_;
  const LoadJob& job_;
  const DeadLetterKeeper& keeper_;
};

/// Rows that wait in the shaper for an index.
std::int64_t RowsInHand(const LoadJob& job, const ShopShaper& shaper, bool orders) {
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < job.config.sources.size(); ++i) {
    const ShapeCounts& counts = shaper.counts()[i];
    rows += Feeds(job.config.sources[i], orders)
                ? counts.read - counts.superseded - counts.set_aside - counts.filtered
                : 0;
  }
  return rows;
}

/// Writes the documents of one index and keeps its book. Rows of documents that are not there in
/// the end are moved in the books of their sources.
class IndexLoad {
 public:
  /// `orders`: which rows of the shaper these documents are made of. Moves rows in
  /// `books.sources`.
  IndexLoad(const LoadJob& job, const LoadTarget& target, const ShopShaper& shaper, bool orders,
            DeadLetterKeeper& keeper, Books& books)
      : job_(job),
        target_(target),
        shaper_(shaper),
        keeper_(keeper),
        logical_index_(orders ? "orders" : "downloads"),
        index_(orders ? target.orders : target.downloads),
        rows_to_write_(RowsInHand(job, shaper, orders)),
        books_(books),
        admin_(target.transport),
        writer_(target.transport, target.bulk, Events()) {}

  Status Start() {
    CARTWRIGHT_TRY(admin_.Refresh(index_));
    CARTWRIGHT_ASSIGN(book_.count_before, admin_.Count(index_, ""));
    book_.name = index_;
    return {};
  }

  Status Add(std::string_view key, std::int64_t version, std::string_view json,
             std::span<const RowRef> rows) {
    const std::uint64_t tag = sent_.Add(version, rows);
    ++book_.built;
    rows_written_ += std::ssize(rows);
    const BulkDocument document{BulkOperation::kIndex, index_, key, version, json, tag};
    if (target_.watcher != nullptr) {
      CARTWRIGHT_TRY(target_.watcher->composed(document));
    }
    CARTWRIGHT_TRY(writer_.Add(document));
    CARTWRIGHT_TRY(CheckRejections());
    if (book_.built % kProgressEvery == 0) {
      ShowProgress();
      if (job_.stop_requested && job_.stop_requested()) {
        CARTWRIGHT_TRY(writer_.Finish());
        return Error{ErrorKind::kCancelled,
                     fmt::format("stopped after {} documents of {}; start the load again to go on",
                                 book_.built, index_)};
      }
    }
    return {};
  }

  Status Finish() {
    CARTWRIGHT_TRY(writer_.Finish());
    CARTWRIGHT_TRY(CheckRejections());
    CARTWRIGHT_TRY(admin_.Refresh(index_));
    CARTWRIGHT_ASSIGN(book_.count_after, admin_.Count(index_, ""));
    ShowProgress();
    return {};
  }

  /// Writes down how far the index came, whatever the outcome.
  void CloseBook() {
    const BulkCounts& counts = writer_.counts();
    book_.created = counts.created;
    book_.replaced = counts.replaced;
    book_.conflicted = counts.conflicted;
    book_.rejected = counts.rejected;
    book_.ambiguous = counts.ambiguous_resent;
    books_.indices.push_back(book_);
  }

 private:
  void ShowProgress() const {
    if (job_.progress) {
      const double share = rows_to_write_ > 0 ? static_cast<double>(rows_written_) /
                                                    static_cast<double>(rows_to_write_)
                                              : 1.0;
      job_.progress({"writing " + index_, book_.built, share});
    }
  }

  BulkEvents Events() {
    BulkEvents events;
    events.written = [this](std::uint64_t tag, bool) { sent_.Remove(tag); };
    events.conflicted = [this](std::uint64_t tag) {
      Move(tag, &SourceBook::superseded);
      sent_.Remove(tag);
    };
    events.rejected = [this](const BulkRejection& rejection) { Reject(rejection); };
    events.delayed = [this](const BulkDelay& delay) {
      if (job_.progress) {
        job_.progress(
            {fmt::format("waiting {} ms: {}", delay.wait.count(), delay.reason), book_.built, {}});
      }
    };
    return events;
  }

  /// Returns how many rows were moved.
  std::int64_t Move(std::uint64_t tag, std::int64_t SourceBook::* to) {
    std::int64_t moved = 0;
    sent_.EachSource(tag, [&](std::uint32_t source, std::int64_t rows) {
      books_.sources[source].used -= rows;
      books_.sources[source].*to += rows;
      moved += rows;
    });
    return moved;
  }

  void Reject(const BulkRejection& rejection) {
    const SentDocuments::Document& document = sent_.Find(rejection.tag);
    ++rejected_;
    if (target_.watcher != nullptr) {
      target_.watcher->refused(index_, rejection);
    }
    rejected_rows_ += Move(rejection.tag, &SourceBook::set_aside);
    keeper_.KeepDocument(rejection,
                         {logical_index_, document.version, document.source, document.line});
    sent_.EachSource(rejection.tag, [this](std::uint32_t source, std::int64_t rows) {
      keeper_.CountRejected(source, rows);
    });
    sent_.Remove(rejection.tag);
  }

  Status CheckRejections() const {
    CARTWRIGHT_TRY(keeper_.status());
    const LimitsConfig& limits = job_.config.limits;
    const bool too_large_a_share =
        rejected_ >= kRejectionsBeforeShareCounts &&
        static_cast<double>(rejected_) >
            limits.max_set_aside_share * static_cast<double>(book_.built);
    if (rejected_ == 0 || (SetAsideRows() <= limits.max_set_aside_rows && !too_large_a_share)) {
      return {};
    }
    return Error{
        ErrorKind::kData,
        fmt::format(
            "Elasticsearch rejected {} of {} documents of {}, and {} rows are set aside in "
            "all (limits.max_set_aside_rows is {}, max_set_aside_share {}): does the mapping "
            "fit the data? See cartwright dead-letters list",
            rejected_, book_.built, index_, SetAsideRows(), limits.max_set_aside_rows,
            limits.max_set_aside_share)};
  }

  /// Rows of the run that the shaper or Elasticsearch refused: one budget for both.
  std::int64_t SetAsideRows() const {
    std::int64_t rows = rejected_rows_;
    for (const ShapeCounts& counts : shaper_.counts()) {
      rows += counts.set_aside;
    }
    return rows;
  }

  const LoadJob& job_;
  const LoadTarget& target_;
  const ShopShaper& shaper_;
  DeadLetterKeeper& keeper_;
  std::string logical_index_;
  std::string index_;
  std::int64_t rows_to_write_;
  std::int64_t rows_written_ = 0;
  Books& books_;
  IndexAdmin admin_;
  IndexBook book_;
  std::int64_t rejected_ = 0;
  std::int64_t rejected_rows_ = 0;
  SentDocuments sent_;  ///< Without a verdict yet.
  BulkWriter writer_;
};

/// Adds the shaper's counts to what the writer has moved meanwhile.
void AddShaped(const LoadJob& job, const ShopShaper& shaper, std::vector<SourceBook>& books) {
  const std::vector<SourceBook> shaped = ShapedBooks(job, shaper);
  for (std::size_t i = 0; i < books.size(); ++i) {
    books[i].read += shaped[i].read;
    books[i].used += shaped[i].used;
    books[i].superseded += shaped[i].superseded;
    books[i].set_aside += shaped[i].set_aside;
    books[i].filtered += shaped[i].filtered;
  }
}

Result<ShopShaper> MakeShaper(const LoadJob& job, DeadLetterKeeper& keeper) {
  return ShopShaper::Make(job.config, job.config.state.directory,
                          [&keeper](const SetAside& row) { keeper.Keep(row); });
}

Status ReadInto(const LoadJob& job, DeadLetterKeeper& keeper, ShopShaper& shaper) {
  for (const std::size_t index : job.sources) {
    CARTWRIGHT_ASSIGN(const std::unique_ptr<RowSource> rows,
                      job.open(static_cast<std::uint32_t>(index)));
    keeper.BeginSource(index, *rows);
    WatchedRows watched(*rows, job, keeper);
    CARTWRIGHT_TRY(shaper.Read(index, watched));
    CARTWRIGHT_TRY(keeper.status());
    if (job.progress) {
      job.progress({"reading " + rows->name(), rows->rows_read(), 1.0});
    }
    for (const std::string& note : rows->notes()) {
      if (job.note) {
        job.note(fmt::format("{}: {}", rows->name(), note));
      }
    }
  }
  return {};
}

Status LoadOrders(const LoadJob& job, const LoadTarget& target, ShopShaper& shaper,
                  IndexLoad& load) {
  CARTWRIGHT_TRY(load.Start());
  DocumentWriter documents(job.layout, job.started_at);
  CARTWRIGHT_TRY(
      shaper.EmitSessions([&](const SessionRecord& record, std::span<const RowRef> rows) -> Status {
        return load.Add(record.key, record.version.value_or(target.load_sequence),
                        documents.Order(record), rows);
      }));
  return load.Finish();
}

Status LoadDownloads(const LoadJob& job, const LoadTarget& target, ShopShaper& shaper,
                     IndexLoad& load) {
  CARTWRIGHT_TRY(load.Start());
  DocumentWriter documents(job.layout, job.started_at);
  CARTWRIGHT_TRY(shaper.EmitCustomers(
      [&](const CustomerRecord& record, std::span<const RowRef> rows) -> Status {
        return load.Add(record.key, record.version.value_or(target.load_sequence),
                        documents.Customer(record), rows);
      }));
  return load.Finish();
}

Status LoadIndices(const LoadJob& job, const LoadTarget& target, ShopShaper& shaper,
                   DeadLetterKeeper& keeper, Books& books) {
  if (FeedsOrders(job.config, job.sources)) {
    IndexLoad load(job, target, shaper, true, keeper, books);
    const Status loaded = LoadOrders(job, target, shaper, load);
    load.CloseBook();
    CARTWRIGHT_TRY(loaded);
  }
  if (FeedsDownloads(job.config, job.sources)) {
    IndexLoad load(job, target, shaper, false, keeper, books);
    const Status loaded = LoadDownloads(job, target, shaper, load);
    load.CloseBook();
    CARTWRIGHT_TRY(loaded);
  }
  return {};
}

Status LoadEverything(const LoadJob& job, const LoadTarget& target, Books& books) {
  for (const SourceConfig& source : job.config.sources) {
    books.sources.push_back({source.name});
  }
  DeadLetterKeeper keeper(job, target.load_sequence);
  CARTWRIGHT_ASSIGN(ShopShaper shaper, MakeShaper(job, keeper));
  Status loaded = ReadInto(job, keeper, shaper);
  loaded = loaded ? LoadIndices(job, target, shaper, keeper, books) : loaded;
  AddShaped(job, shaper, books.sources);
  AddReasons(keeper, books.sources);
  CARTWRIGHT_TRY(loaded);
  books.closed = true;
  return keeper.status();
}

}  // namespace

std::vector<SourceBook> ShapedBooks(const LoadJob& job, const ShopShaper& shaper) {
  std::vector<SourceBook> books;
  for (std::size_t i = 0; i < job.config.sources.size(); ++i) {
    const ShapeCounts& counts = shaper.counts()[i];
    books.push_back({job.config.sources[i].name, counts.read, counts.used, counts.superseded,
                     counts.set_aside, counts.filtered});
  }
  return books;
}

void AddReasons(const DeadLetterKeeper& keeper, std::vector<SourceBook>& books) {
  for (std::size_t i = 0; i < books.size(); ++i) {
    books[i].reasons = keeper.Reasons(i);
  }
}

bool FeedsOrders(const Config& config, const std::vector<std::size_t>& sources) {
  return AnyFeeds(config, sources, true);
}

bool FeedsDownloads(const Config& config, const std::vector<std::size_t>& sources) {
  return AnyFeeds(config, sources, false);
}

std::vector<std::size_t> WholeSources(const Config& config, const std::vector<std::string>& names) {
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    if (std::find(names.begin(), names.end(), config.sources[i].name) != names.end()) {
      asked.push_back(i);
    }
  }
  std::vector<std::size_t> whole;
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    const bool orders = Feeds(config.sources[i], true);
    if (AnyFeeds(config, asked, orders)) {
      whole.push_back(i);
    }
  }
  return whole;
}

Result<ShopShaper> ReadSources(const LoadJob& job, DeadLetterKeeper& keeper) {
  CARTWRIGHT_ASSIGN(ShopShaper shaper, MakeShaper(job, keeper));
  CARTWRIGHT_TRY(ReadInto(job, keeper, shaper));
  return shaper;
}

Status LoadIntoElasticsearch(const LoadJob& job, const LoadTarget& target, Books& books) {
  // The last dead letters are synced before the load is called done; they are kept also when the
  // load fails, because they say why.
  job.state.Begin();
  const Status loaded = LoadEverything(job, target, books);
  CARTWRIGHT_TRY(job.state.Commit());
  CARTWRIGHT_TRY(loaded);
  return books.Check();
}

}  // namespace cartwright
