#pragma once

#include <string>
#include <vector>

#include "daemon/app/shop.h"
#include "daemon/base/result.h"
#include "daemon/elastic/index_admin.h"

namespace cartwright {

/// One index as the configuration wants it.
struct WantedIndex {
  std::string name;   ///< Logical: "orders".
  std::string alias;  ///< With the prefix.
  IndexConfig settings;
  std::string mapping;       ///< JSON with its `_meta`.
  std::string version_kind;  ///< load_sequence or column.
};

/// Every index of the contract, in the order in which they are created.
std::vector<WantedIndex> WantedIndices(const Shop& shop);
/// One of them; the name must be one of the contract's.
WantedIndex FindWantedIndex(const Shop& shop, std::string_view name);

/// `<prefix><name>-v1-<UTC time>`.
std::string PhysicalName(const WantedIndex& index, EpochMillis now);

/// The body that creates it. `alias` false leaves the alias out (building aside).
/// `fast_load` sets refresh to never and replicas to 0 until RestoreSettings.
struct CreateOptions {
  bool alias = true;
  bool fast_load = false;
  std::string state = "live";  ///< In `_meta`: live or building.
  std::string run_id;
};
std::string CreateBody(const WantedIndex& index, const CreateOptions& options);
/// The settings that end a fast load.
std::string ServingSettings(const WantedIndex& index);

/// What has to happen for one index.
struct IndexAction {
  enum class Kind { kNothing, kCreate, kAddFields, kChangeSettings, kRebuild };
  Kind kind = Kind::kNothing;
  WantedIndex index;
  std::string physical;                  ///< The index to create, or the live one.
  std::vector<std::string> differences;  ///< "items.price: live … wanted …".
  /// Method, path and body of the request, for --dry-run; empty for kNothing and kRebuild.
  std::string method;
  std::string path;
  std::string body;
};

/// Compares the cluster with the configuration; changes nothing. Several actions for one index are
/// possible (fields and settings). Errors: kPermanent when an alias name is a concrete index or an
/// alias points to several; those of the server.
Result<std::vector<IndexAction>> PlanIndices(const Shop& shop, Transport& transport,
                                             EpochMillis now);

/// Carries out what a plan may do without rebuilding: creations, new fields, dynamic settings.
Status ApplyPlan(const std::vector<IndexAction>& plan, Transport& transport);

/// Creates what is missing and refuses to go on when a live index differs from the configuration.
/// `created` gets the names of new indices. Errors: kPermanent naming each difference and the
/// command that mends it.
Status EnsureIndices(const Shop& shop, Transport& transport, EpochMillis now,
                     std::vector<std::string>& created);

}  // namespace cartwright
