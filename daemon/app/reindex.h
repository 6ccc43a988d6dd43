#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/app/console.h"
#include "daemon/app/receipt.h"
#include "daemon/app/reindex_plan.h"
#include "daemon/app/shop.h"

namespace cartwright {

/// What a rebuild did to one alias.
struct AliasChange {
  std::string alias;
  std::string before;  ///< Empty when the alias was new.
  std::string after;
  std::int64_t documents = 0;
  std::vector<std::string> removed;  ///< Older indices that were deleted.
};

/// What a reindex did.
struct ReindexOutcome {
  Receipt receipt;
  std::vector<AliasChange> changes;
  bool resumed = false;  ///< It went on with a run that was cut.
};

/// Told of each moment of a reindex as it is reached, in this order: begun, created, loading (the
/// first document is composed), loaded, restored (settings), verified, swap_sent, swapped,
/// marked_live, done. A reindex that is cut at any of them can be resumed.
using ReindexMoments = std::function<void(std::string_view moment)>;

/// Rebuilds indices beside the live ones, from the sources or from the old index, checks that they
/// hold what was read, and swaps all their aliases in one step; the replaced indices are kept
/// (`indices.keep_old`). A lease keeps loads of these indices waiting meanwhile.
///
/// A run of this state folder that was cut is taken up first: from where it was, if its lease still
/// stands, else from the start; if it was asked for the same, that is all.
///
/// On failure the live indices serve as before and what was built is deleted; where that cannot be
/// told because the server does not answer, the journal keeps the run for the next reindex. Errors:
/// kTransient when another reindex is running or the old index was written to while it was copied;
/// kPermanent when an alias is a concrete index or what was built is not what was read; those of
/// PlanBuilds and of loading.
Result<ReindexOutcome> RebuildIndices(const Shop& shop, Transport& transport,
                                      const ReindexRequest& request, Console& console,
                                      const ReindexMoments& moments = {});

/// Points the aliases back at the newest kept indices that are older than the live ones, all in one
/// step, and reads them back. Errors: kPermanent when there is none or it cannot serve; kTransient
/// when a reindex is running.
Result<std::vector<AliasChange>> RollBack(const Shop& shop, Transport& transport,
                                          const std::vector<std::string>& names, Console& console);

}  // namespace cartwright
