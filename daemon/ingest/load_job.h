#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/progress.h"
#include "daemon/config/config.h"
#include "daemon/elastic/bulk_writer.h"
#include "daemon/elastic/transport.h"
#include "daemon/ingest/books.h"
#include "daemon/ingest/document_layout.h"
#include "daemon/state/state_store.h"
#include "indexers/record/row_source.h"
#include "indexers/shape/shape.h"

namespace cartwright {

/// Opens a source of the configuration for reading.
using OpenSource = std::function<Result<std::unique_ptr<RowSource>>(std::uint32_t source_index)>;

/// Asked between batches; true ends the job with kCancelled after the bulk in hand.
using StopRequested = std::function<bool()>;

class DeadLetterKeeper;

/// What a load works with. References outlive the job.
struct LoadJob {
  const Config& config;
  const DocumentLayout& layout;
  StateStore& state;
  std::string run_id;
  EpochMillis started_at = 0;
  std::vector<std::size_t> sources;  ///< Indices to load: WholeSources() of what was asked for.
  OpenSource open;
  Progress progress;
  StopRequested stop_requested;
  std::function<void(const std::string&)> note;  ///< Told oddities of a source. May be empty.
};

/// Told about each document as it is composed, before it is sent, and about those that the server
/// then refused. An error of `composed` ends the load.
struct DocumentWatcher {
  std::function<Status(const BulkDocument&)> composed;
  std::function<void(const std::string& index, const BulkRejection&)> refused;
};

/// Where documents go.
struct LoadTarget {
  Transport& transport;
  BulkOptions bulk;
  std::int64_t load_sequence = 0;
  std::string orders;     ///< Alias, or the physical index that is being built aside.
  std::string downloads;  ///< Likewise.
  const DocumentWatcher* watcher = nullptr;
};

/// A document is made of all its rows: whoever loads one source of an index loads all of them.
/// Returns indices in configuration order.
std::vector<std::size_t> WholeSources(const Config& config, const std::vector<std::string>& names);

/// Whether any of these sources feeds orders (or downloads).
bool FeedsOrders(const Config& config, const std::vector<std::size_t>& sources);
bool FeedsDownloads(const Config& config, const std::vector<std::size_t>& sources);

/// Reads the sources through a shaper that hands what it sets aside to `keeper`, now and while it
/// composes documents. Errors: those of the sources, of the error budget and of the keeper.
Result<ShopShaper> ReadSources(const LoadJob& job, DeadLetterKeeper& keeper);

/// What the shaper counted, a book a source of the job.
std::vector<SourceBook> ShapedBooks(const LoadJob& job, const ShopShaper& shaper);

/// Adds why rows were set aside to the books of the job's sources.
void AddReasons(const DeadLetterKeeper& keeper, std::vector<SourceBook>& books);

/// Reads, composes and writes everything, then checks the books. Errors: those of reading and
/// writing, kInternal when the books do not balance, kData when too many documents were rejected;
/// documents written until then stay (they are whole and versioned). `books` is filled on every way
/// out, as far as the load came.
Status LoadIntoElasticsearch(const LoadJob& job, const LoadTarget& target, Books& books);

}  // namespace cartwright
