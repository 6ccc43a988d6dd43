#pragma once

#include <string>
#include <vector>

#include "daemon/app/console.h"
#include "daemon/app/index_plan.h"
#include "daemon/app/receipt.h"
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

/// Rebuilds orders and downloads from the sources beside the live indices, checks them and swaps
/// the aliases in one step each; the replaced indices are kept (`indices.keep_old`). On any failure
/// the live indices stay as they were and what was built is deleted. Errors: kPermanent when an
/// alias is a concrete index or the counts do not agree; those of loading.
Result<std::vector<AliasChange>> RebuildIndices(const Shop& shop, Transport& transport,
                                                const std::vector<std::string>& names,
                                                Console& console, Receipt& receipt);

/// Points each alias back at the newest kept index that is older than the live one. Errors:
/// kPermanent when there is none.
Result<std::vector<AliasChange>> RollBack(const Shop& shop, Transport& transport,
                                          const std::vector<std::string>& names);

/// Physical indices of this shop that were left `building` by a run that did not end.
Result<std::vector<std::string>> FindOrphans(const Shop& shop, Transport& transport);

}  // namespace cartwright
