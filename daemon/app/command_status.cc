#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/index_plan.h"
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

/// Documents behind each alias, or why that cannot be told.
nlohmann::ordered_json IndexCounts(const Shop& shop) {
  nlohmann::ordered_json counts = nlohmann::ordered_json::object();
  Result<std::unique_ptr<Transport>> transport = Transport::Create(shop.Elastic("status"));
  if (!transport) {
    return {{"error", transport.error().message}};
  }
  IndexAdmin admin(**transport);
  const Result<ServerInfo> server = admin.ProbeServer();
  if (!server) {
    return {{"error", server.error().message}};
  }
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
  const std::string error = found->value("error", "");
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
  status["indices"] = IndexCounts(shop);
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
