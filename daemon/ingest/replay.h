#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "daemon/ingest/books.h"
#include "daemon/ingest/document_layout.h"
#include "daemon/ingest/load_job.h"
#include "daemon/state/state_store.h"
#include "indexers/record/row_source.h"

namespace cartwright {

/// Opens the bytes of one row of a source as a source of its own.
using OpenRowText = std::function<Result<std::unique_ptr<RowSource>>(
    std::size_t source_index, const std::vector<std::string>& columns, const std::string& bytes)>;

/// What a replay works with. References outlive it.
struct ReplayJob {
  const Config& config;  ///< As it is now, not as it was when the rows were set aside.
  const DocumentLayout& layout;
  StateStore& state;
  std::string run_id;
  EpochMillis started_at = 0;
  OpenRowText open;
};

/// What became of a letter.
struct ReplayedLetter {
  DeadLetter letter;  ///< As it is kept now.
  /// Why it was not even tried: nothing about it was changed. Empty when it was tried.
  std::string refusal;
};

/// Sends dead letters again, in the given order.
///
/// A document goes as it is under its old id and version. A row goes through the same shaper as in
/// a load and becomes the document that it alone makes; rows that share a document with others are
/// refused, because that document may only be written from all of them (see WhyNotAlone).
///
/// A row's document is written just below the version that its load gave or would have given: what
/// that load or a later one wrote under the same key stays, since it may be newer, and the letter
/// is then settled as superseded. Among replayed rows of one key the one further behind in the file
/// wins, in whatever order they are replayed.
///
/// Letters are settled in the state after the server has acknowledged their documents: a crash in
/// between leaves them open and replaying them again changes nothing. `books` is filled on every
/// way out; it counts the rows and documents that were tried.
/// Errors: those of writing and of the state, kInternal when the books do not balance. Letters
/// whose fate is known are settled all the same.
Result<std::vector<ReplayedLetter>> ReplayDeadLetters(const ReplayJob& job,
                                                      const LoadTarget& target,
                                                      const std::vector<DeadLetter>& letters,
                                                      Books& books);

/// Why a row of this source cannot be replayed by itself, with what to do instead; empty when it
/// can.
std::string WhyNotAlone(const Config& config, const SourceConfig& source);

}  // namespace cartwright
