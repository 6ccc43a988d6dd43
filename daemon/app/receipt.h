#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyses/tables/shop_tables.h"
#include "daemon/app/report_output.h"
#include "daemon/ingest/books.h"

namespace cartwright {

/// The documents that a run read back for its analyses.
struct ReadBackBook {
  std::int64_t read = 0;
  std::int64_t deleted = 0;  ///< Of these: left out, because they carry `deleted_at`.
};

/// What a run did, for its receipt: printed, kept in the state and indexed in `runs`.
struct Receipt {
  std::string run_id;
  std::string kind;  ///< once, reindex, or the job's name.
  std::string generator;
  std::string status;  ///< ok or failed.
  std::string error;   ///< Empty when ok.
  EpochMillis started_at = 0;
  EpochMillis finished_at = 0;
  std::int64_t load_sequence = 0;
  Books books;
  std::optional<ReadBackBook> read_back;  ///< Missing where nothing was read from a server.
  PublishedCounts published;
  std::int64_t load_ms = 0;
  std::int64_t read_back_ms = 0;
  std::int64_t analyse_ms = 0;
  std::int64_t publish_ms = 0;
  /// What the tables behind the reports take in memory; nothing when there were none.
  std::optional<TableMemory> tables;
};

/// The document of `runs`, also what `--json` prints: one line of JSON.
std::string ReceiptJson(const Receipt& receipt);
/// The receipt for people: the books as a table, what was published, the times.
std::string ReceiptText(const Receipt& receipt);

}  // namespace cartwright
