#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/app/reindex.h"
#include "daemon/elastic/content_tally.h"
#include "daemon/state/reindex_journal.h"
#include "daemon/state/state_store.h"

namespace cartwright {

/// What a reindex works with. All outlive the run.
struct ReindexTools {
  const Shop& shop;
  Transport& transport;
  Console& console;
  ReindexJournal& journal;
  StateStore& state;
  const ReindexMoments& moments;
};

/// What an index must hold once it is loaded.
struct LoadedIndex {
  ContentTally tally;
  std::string live_writes;  ///< IndexStats::last_writes of the index it was copied from.
};

/// By physical index.
using LoadedIndices = std::map<std::string, LoadedIndex>;

/// Fills the new indices: from the sources all at once, from old indices one by one. The books of
/// `receipt` are filled in and balance. `stop` is asked now and then. Errors: those of loading and
/// of copying.
Result<LoadedIndices> LoadBuilds(const ReindexTools& tools, const std::vector<Build>& builds,
                                 Receipt& receipt, const std::function<bool()>& stop);

/// For the journal, and back. Errors: kPermanent for text that is not of this form.
std::string LoadedJson(const LoadedIndices& loaded);
Result<LoadedIndices> ParseLoaded(const Shop& shop, const std::vector<Build>& builds,
                                  const std::string& json);

}  // namespace cartwright
