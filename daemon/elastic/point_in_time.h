#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

class HitPage;  // daemon/elastic/hit_page.h

/// Which documents to read, and how.
struct ReadRequest {
  std::string index;                       ///< Alias or index.
  std::string query_json;                  ///< A query object; empty = all documents.
  std::vector<std::string> source_fields;  ///< Fields of `_source` to fetch; empty = all.
  std::string sort_field;  ///< Ascending, unique; empty = the order of storage, the fastest.
  bool versions = false;   ///< Also each document's version (Hit::version).
  int page_size = 10'000;  ///< 1..10000.
  /// Read at the same time; useful up to the number of shards. OpenSearch before 3.3 reads in the
  /// order of storage with as many slices as shards, whatever stands here.
  int slices = 1;
  /// How long the server keeps the view between two pages, and after a crash of ours. A decoder
  /// that blocks for longer than this must ask for more.
  std::string keep_alive = "1m";
  /// Called several times a second while an answer is waited for. An error ends the read and is
  /// returned. Empty = nothing else to do.
  std::function<Status()> waiting;
};

/// Gets each page. An error ends the read and is returned.
using PageDecoder = std::function<Status(const HitPage&)>;

/// Reads every matching document of one frozen view of the index, in the words of the server that
/// ProbeServer() finds. Pages of one slice come in sort order; pages of different slices mix. The
/// view is closed on every way out.
///
/// Returns the number of hits, which equals the number the server counted on the same view.
/// Errors: kUnavailable (no answer, time-out inside the server, failed shards, a count that does
/// not match: nothing read may be used), kTransient (429, 5xx),
/// kPermission, kCancelled, kPermanent (no such index, bad query; OpenSearch before 3.3 without a
/// sort field: an alias of several indices), kConfig (impossible page size or slices), those of
/// ProbeServer() and of `decode` and ReadRequest::waiting.
Result<std::int64_t> ReadPointInTime(Transport& transport, const ReadRequest& request,
                                     const PageDecoder& decode);

}  // namespace cartwright
