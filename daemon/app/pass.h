#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/app/console.h"
#include "daemon/app/receipt.h"
#include "daemon/app/shop.h"
#include "daemon/app/shop_leases.h"

namespace cartwright {

/// What one pass does: load, read back, analyse, publish — or parts of it.
struct PassRequest {
  std::string kind = "once";  ///< For the run log: once, or the job's name.
  bool load = true;
  std::vector<std::string> sources;  ///< Names; empty: all.
  bool analyse = true;
  std::vector<std::string> analyses;  ///< Names; empty: as configured.
  bool all_dimensions = false;
  bool waits_for_reindex = false;
};

/// Runs a pass against Elasticsearch. The receipt is kept in the state and in the `runs` index
/// whatever the end; on failure the published reports stay as they were. While an index that it
/// would write to is reindexed it does nothing (unless `waits_for_reindex`). Errors: those of the
/// first step that failed; kTransient for a reindex in the way.
Result<Receipt> RunPass(const Shop& shop, const PassRequest& request, Console& console);

/// Runs a pass without a server: sources straight into tables, reports into files of `directory`.
/// The reports equal those of a freshly loaded index in all but run id and times.
Result<Receipt> RunOffline(const Shop& shop, const PassRequest& request,
                           const std::string& directory, Console& console);

/// Reads the orders and downloads behind the aliases into tables, and says in `book` what was read.
/// Errors: kUnavailable when the answer is not whole; kData for a document that is not of the
/// contract's form.
Result<ShopTables> ReadTables(const Shop& shop, Transport& transport, const Progress& progress,
                              ReadBackBook& book);

}  // namespace cartwright
