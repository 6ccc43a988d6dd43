#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/reindex.h"

namespace cartwright {
namespace {

Result<std::vector<std::string>> IndexNames(const Shop& shop, const ReindexOptions& options) {
  std::vector<std::string> names = options.indices;
  for (const std::string& name : names) {
    if (name != "orders" && name != "downloads") {
      return Error{ErrorKind::kUsage,
                   fmt::format("reindex rebuilds orders and downloads, not \"{}\"", name)};
    }
  }
  if (names.empty()) {
    for (const bool orders : {true, false}) {
      for (const SourceConfig& source : shop.config.sources) {
        if ((source.feeds != FeedKind::kCustomers) == orders) {
          names.emplace_back(orders ? "orders" : "downloads");
          break;
        }
      }
    }
  }
  return names;
}

void Print(const CommonOptions& common, const Receipt& receipt,
           const std::vector<AliasChange>& changes, const std::vector<std::string>& orphans) {
  if (common.json) {
    nlohmann::ordered_json json;
    json["aliases"] = nlohmann::ordered_json::array();
    for (const AliasChange& change : changes) {
      json["aliases"].push_back({{"alias", change.alias},
                                 {"before", change.before},
                                 {"after", change.after},
                                 {"documents", change.documents},
                                 {"removed", change.removed}});
    }
    json["orphans"] = orphans;
    if (!receipt.status.empty()) {
      json["receipt"] = nlohmann::ordered_json::parse(ReceiptJson(receipt));
    }
    fmt::print("{}\n", json.dump());
    return;
  }
  if (!receipt.status.empty()) {
    fmt::print("{}\n", ReceiptText(receipt));
  }
  for (const AliasChange& change : changes) {
    fmt::print("{} -> {} ({} documents){}\n", change.alias, change.after, change.documents,
               change.before.empty() ? "" : ", before: " + change.before);
    for (const std::string& removed : change.removed) {
      fmt::print("    deleted {}\n", removed);
    }
  }
  for (const std::string& orphan : orphans) {
    fmt::print("left over by a run that did not end: {} (delete it when no reindex is running)\n",
               orphan);
  }
}

}  // namespace

Result<int> ReindexCommand(const CommonOptions& common, const ReindexOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(const std::vector<std::string> names, IndexNames(shop, options));
  const SystemClock clock;
  Console console(common.quiet);
  Receipt receipt;
  receipt.started_at = clock.Now();
  receipt.run_id = MakeRunId(receipt.started_at);
  receipt.kind = "reindex";
  receipt.generator = shop.generator;
  CARTWRIGHT_ASSIGN(const std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic(receipt.run_id)));
  CARTWRIGHT_TRY(IndexAdmin(*transport).ProbeServer());
  std::vector<AliasChange> changes;
  if (options.dry_run) {
    for (const std::string& name : names) {
      const WantedIndex index = FindWantedIndex(shop, name);
      fmt::print("PUT /{}\n{}\nload from the sources, verify, then swap the alias {}\n",
                 PhysicalName(index, receipt.started_at),
                 CreateBody(index, {false, true, "building", receipt.run_id}), index.alias);
    }
    return 0;
  }
  if (options.rollback) {
    CARTWRIGHT_ASSIGN(changes, RollBack(shop, *transport, names));
  } else {
    CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
    CARTWRIGHT_TRY(
        state.StartRun({receipt.run_id, "reindex", "running", receipt.started_at, {}, {}}));
    Result<std::vector<AliasChange>> rebuilt =
        RebuildIndices(shop, *transport, names, console, receipt);
    receipt.finished_at = clock.Now();
    receipt.load_ms = receipt.finished_at - receipt.started_at;
    receipt.status = rebuilt ? "ok" : "failed";
    receipt.error = rebuilt ? "" : rebuilt.error().message;
    CARTWRIGHT_TRY(state.FinishRun({receipt.run_id, "reindex", receipt.status, receipt.started_at,
                                    receipt.finished_at, ReceiptJson(receipt)}));
    CARTWRIGHT_TRY(rebuilt);
    changes = std::move(*rebuilt);
  }
  CARTWRIGHT_ASSIGN(const std::vector<std::string> orphans, FindOrphans(shop, *transport));
  Print(common, receipt, changes, orphans);
  return 0;
}

}  // namespace cartwright
