#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/app/index_plan.h"
#include "daemon/app/shop.h"
#include "daemon/elastic/content_tally.h"

namespace cartwright {

/// Where the documents of a rebuilt index come from.
enum class Origin { kSources, kIndex };

/// What to rebuild.
struct ReindexRequest {
  std::vector<std::string> names;    ///< Logical names of the contract's indices.
  Origin origin = Origin::kSources;  ///< Of what sources feed; all else comes from the old index.
};

/// Where one of them comes from.
Origin OriginOf(const Shop& shop, const ReindexRequest& request, const std::string& name);

/// An index that is being built beside the live one.
struct Build {
  WantedIndex index;
  Origin origin = Origin::kSources;
  std::string physical;
  std::string live;  ///< Behind the alias when the build began; empty when there was none.
  std::string body;  ///< What creates it.
};

/// The order of the contract, each once. Errors: kUsage for a name that is none of the contract's.
Result<std::vector<std::string>> OrderedNames(const Shop& shop, std::vector<std::string> names);

/// Decides what will be built; changes nothing. Errors: kPermanent when an alias is a concrete
/// index or points to several, when there is no old index to copy, or when the old index has
/// another kind of versions; kUsage when no source feeds an index that is to be built from sources.
Result<std::vector<Build>> PlanBuilds(const Shop& shop, Transport& transport,
                                      const ReindexRequest& request, const std::string& run_id,
                                      EpochMillis now);

/// The plan for the journal, and back. A plan of another configuration than the present one differs
/// in `body`. Errors: kPermanent for text that is no plan.
std::string PlanJson(const std::vector<Build>& builds);
Result<std::vector<Build>> ParsePlan(const Shop& shop, std::string_view json);

/// The index behind the alias; empty when there is none. Errors: kPermanent when the alias is a
/// concrete index or points to several.
Result<std::string> LiveIndex(IndexAdmin& admin, const std::string& alias);

/// By what the documents of an index are counted when it is verified.
TallyFields TallyFieldsOf(const Shop& shop, const std::string& name);

/// The physical indices of one logical index that are (or are not) marked `building`, oldest first:
/// their names end in their time. The live one is never `building`.
Result<std::vector<std::string>> PhysicalIndices(IndexAdmin& admin, const WantedIndex& index,
                                                 bool building);

/// A physical index that a run left `building` and that nobody is building any more.
struct Orphan {
  std::string physical;
  std::string run_id;
  bool can_resume = false;  ///< The journal of this state folder knows the run.
};
Result<std::vector<Orphan>> FindOrphans(const Shop& shop, Transport& transport);
/// One line that says what to do about it.
std::string DescribeOrphan(const Shop& shop, const Orphan& orphan);

}  // namespace cartwright
