#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "daemon/app/shop.h"
#include "daemon/base/result.h"
#include "daemon/publish/search.h"

namespace cartwright {

/// What to search among the newest published results.
struct SearchRequest {
  std::string text = {};                ///< Not empty.
  std::optional<SearchKind> kind = {};  ///< Nothing: every kind.
  std::size_t limit = 10;               ///< Hits of each kind.
};

/// Searches the rows of the newest reports and the documents of customer-values in Elasticsearch.
/// Variants and parts of the shop are left out. Kinds whose index or report is not there find
/// nothing. Errors: those of the server; kPermanent when no index is there at all.
Result<SearchResult> SearchPublished(const Shop& shop, const SearchRequest& request);

/// The same over what `once --offline` wrote. `place` is its folder, or the reports.ndjson in it.
/// Linear in the rows. Errors: kUsage for a file that cannot be read.
Result<SearchResult> SearchFiles(const std::string& place, const SearchRequest& request);

}  // namespace cartwright
