#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/result.h"
#include "daemon/ingest/books.h"
#include "daemon/ingest/load_job.h"

namespace cartwright {

/// Tables that came straight from the sources, and what was read for them.
struct DirectTables {
  ShopTables tables;
  std::vector<SourceBook> sources;  ///< In configuration order.
};

/// Reads the sources straight into columns: no row is ever a record, files are read in parts on all
/// threads, and lines meet their sessions when the columns are ordered.
///
/// That holds as long as every row is a document or a line of one: plain CSV files, at most one
/// source of each kind with sessions among them, no skip rules, no numbered keys, lines that add
/// only lines, no repeated key, no faulty row, no returned line, no line without a session. The
/// first row that is otherwise ends the attempt, and the result is nothing: read the sources
/// through ShopShaper then, which defines what is right in every case. What was read so far is lost
/// time, nothing else: no letter is kept and no book opened.
///
/// `part_bytes` of a file are in hand on each thread. Errors: kCancelled when a stop was requested.
Result<std::optional<DirectTables>> ReadDirectly(const LoadJob& job, const ShopTablesLayout& layout,
                                                 const TimeZone& zone, std::size_t part_bytes);

/// What one thread holds of a file at a time: large beside the cost of a part, small beside the
/// tables.
inline constexpr std::size_t kDirectPartBytes = std::size_t{2} * 1024 * 1024;

}  // namespace cartwright
