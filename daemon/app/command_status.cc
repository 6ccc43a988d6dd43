#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/index_plan.h"
#include "daemon/app/reindex_plan.h"
#include "daemon/app/shop_leases.h"
#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

constexpr std::int64_t kShownRuns = 10;
constexpr int kDegraded = 1;
constexpr int kNeverRan = 3;

nlohmann::ordered_json RunJson(const RunRecord& run) {
  nlohmann::ordered_json json{{"run_id", run.run_id},
                              {"kind", run.kind},
                              {"status", run.status},
                              {"started_at", FormatInstant(run.started_at)}};
  if (run.finished_at) {
    json["finished_at"] = FormatInstant(*run.finished_at);
  }
  if (!run.receipt.empty()) {
    json["receipt"] = nlohmann::ordered_json::parse(run.receipt, nullptr, false);
  }
  return json;
}

/// Documents behind each alias.
nlohmann::ordered_json IndexCounts(const Shop& shop, IndexAdmin& admin) {
  nlohmann::ordered_json counts = nlohmann::ordered_json::object();
  for (const WantedIndex& index : WantedIndices(shop)) {
    const Result<std::vector<std::string>> targets = admin.AliasTargets(index.alias);
    if (!targets || targets->empty()) {
      counts[index.alias] = nullptr;
      continue;
    }
    const Result<std::int64_t> count = admin.Count(index.alias, "");
    counts[index.alias] = {{"index", targets->front()}};
    counts[index.alias]["documents"] =
        count ? nlohmann::ordered_json(*count) : nlohmann::ordered_json(nullptr);
  }
  return counts;
}

/// "12,345 rows read, 3 set aside, 54 reports in 3.2 s", or why the run failed.
std::string RunText(const nlohmann::ordered_json& run) {
  const auto found = run.find("receipt");
  if (found == run.end() || !found->is_object()) {
    return "";
  }
  std::string error = found->value("error", "");
  if (!error.empty()) {
    return error;
  }
  std::int64_t read = 0;
  std::int64_t set_aside = 0;
  for (const auto& source : found->value("sources", nlohmann::ordered_json::array())) {
    read += source.value("rows_read", std::int64_t{0});
    set_aside += source.value("set_aside", std::int64_t{0});
  }
  return fmt::format("{} rows read, {} set aside, {} reports in {:.1f} s", read, set_aside,
                     found->value("reports_published", std::int64_t{0}),
                     static_cast<double>(found->value("duration_ms", std::int64_t{0})) / 1000.0);
}

/// Reindexes that are running anywhere, and what those that did not end have left.
Status AddReindexes(const Shop& shop, Transport& transport, nlohmann::ordered_json& status) {
  CARTWRIGHT_ASSIGN(const std::vector<Lease> running, RunningReindexes(shop, transport));
  for (const Lease& lease : running) {
    status["reindexing"].push_back({{"run_id", lease.run_id},
                                    {"holder", lease.holder},
                                    {"indices", lease.indices},
                                    {"since", FormatInstant(lease.taken_at)}});
  }
  CARTWRIGHT_ASSIGN(const std::vector<Orphan> orphans, FindOrphans(shop, transport));
  for (const Orphan& orphan : orphans) {
    status["orphans"].push_back(DescribeOrphan(shop, orphan));
  }
  return {};
}

/// What the server knows, or why it cannot be told.
void AddServer(const Shop& shop, nlohmann::ordered_json& status) {
  status["reindexing"] = nlohmann::ordered_json::array();
  status["orphans"] = nlohmann::ordered_json::array();
  const Result<std::unique_ptr<Transport>> transport = Transport::Create(shop.Elastic("status"));
  if (!transport) {
    status["indices"] = {{"error", transport.error().message}};
    return;
  }
  IndexAdmin admin(**transport);
  const Result<ServerInfo> server = admin.ProbeServer();
  if (!server) {
    status["indices"] = {{"error", server.error().message}};
    return;
  }
  status["indices"] = IndexCounts(shop, admin);
  const Status added = AddReindexes(shop, **transport, status);
  if (!added) {
    status["reindexing"] = {{"error", added.error().message}};
  }
}

void PrintReindexes(const nlohmann::ordered_json& status) {
  const nlohmann::ordered_json& reindexing = status["reindexing"];
  if (reindexing.is_object()) {
    fmt::print("\nreindexes: {}\n", reindexing["error"].get<std::string>());
    return;
  }
  for (const auto& lease : reindexing) {
    fmt::print("\nreindexing {} since {} (run {}, {}): loads of it wait\n", lease["indices"].dump(),
               lease["since"].get<std::string>(), lease["run_id"].get<std::string>(),
               lease["holder"].get<std::string>());
  }
  for (const auto& orphan : status["orphans"]) {
    fmt::print("\n{}\n", orphan.get<std::string>());
  }
}

void PrintText(const nlohmann::ordered_json& status) {
  fmt::print("runs, newest first\n");
  for (const auto& run : status["runs"]) {
    fmt::print("  {}  {:<16} {:<8} {}\n", run["started_at"].get<std::string>(),
               run["kind"].get<std::string>(), run["status"].get<std::string>(), RunText(run));
  }
  fmt::print("\nindices\n");
  for (const auto& [alias, index] : status["indices"].items()) {
    if (index.is_object()) {
      fmt::print("  {:<28} {:>12}  {}\n", alias,
                 index["documents"].is_null() ? "?" : index["documents"].dump(),
                 index["index"].get<std::string>());
    } else {
      fmt::print("  {:<28} {}\n", alias,
                 index.is_null() ? "not there yet" : index.get<std::string>());
    }
  }
  PrintReindexes(status);
  fmt::print("\n{} rows set aside so far (cartwright dead-letters list)\n",
             status["dead_letters"].get<std::int64_t>());
}

}  // namespace

Result<int> StatusCommand(const CommonOptions& common) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(const std::vector<RunRecord> runs, state.Runs(kShownRuns));
  CARTWRIGHT_ASSIGN(const std::int64_t dead_letters, state.CountDeadLetters());
  nlohmann::ordered_json status;
  status["runs"] = nlohmann::ordered_json::array();
  for (const RunRecord& run : runs) {
    status["runs"].push_back(RunJson(run));
  }
  status["dead_letters"] = dead_letters;
  AddServer(shop, status);
  if (common.json) {
    fmt::print("{}\n", status.dump());
  } else {
    PrintText(status);
  }
  if (runs.empty()) {
    return kNeverRan;
  }
  const bool reachable = !status["indices"].contains("error");
  return runs.front().status == "failed" || !reachable ? kDegraded : 0;
}

}  // namespace cartwright
