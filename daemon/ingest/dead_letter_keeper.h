#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/bulk_writer.h"
#include "daemon/ingest/books.h"
#include "daemon/ingest/load_job.h"
#include "daemon/state/dead_letter.h"
#include "indexers/record/row_source.h"
#include "indexers/shape/set_aside.h"
#include "indexers/shape/shape.h"

namespace cartwright {

/// A document as it was sent.
struct SentDocument {
  std::string index;  ///< orders or downloads.
  std::int64_t version = 0;
  std::uint32_t source = 0;  ///< Of the first row that it was made of.
  std::uint64_t line = 0;    ///< Likewise.
};

/// `SIZE bytes, modified TIME` of a file; empty when it cannot be looked at. Costs one system call:
/// a change that keeps both is not seen.
std::string FileFingerprint(const std::string& path);

/// Turns what was set aside in a load into dead letters. Lives as long as the shaper that calls it.
class DeadLetterKeeper {
 public:
  DeadLetterKeeper(const LoadJob& job, std::int64_t load_sequence);

  /// A source is about to be read: its columns and its file go into the letters of its rows.
  void BeginSource(std::size_t source, const RowSource& rows);
  void Keep(const SetAside& row);
  void KeepDocument(const BulkRejection& rejection, const SentDocument& document);
  /// Counts rows of a source whose document Elasticsearch rejected.
  void CountRejected(std::size_t source, std::int64_t rows);

  /// What was set aside of a source and why, by code and column.
  std::vector<SetAsideReason> Reasons(std::size_t source) const;

  /// The first letter that could not be kept: the load must not go on without it.
  const Status& status() const { return status_; }

 private:
  struct SourceInHand {
    std::vector<std::string> columns;
    std::string fingerprint;
    std::map<std::pair<std::string, std::string>, std::int64_t> reasons;  ///< Code, column: rows.
  };

  DeadLetter Begin(std::size_t source) const;
  void Add(const DeadLetter& letter);

  const LoadJob& job_;
  std::int64_t load_sequence_;
  std::vector<SourceInHand> sources_;  ///< As in the configuration.
  Status status_;
};

}  // namespace cartwright
