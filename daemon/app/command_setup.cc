#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/console.h"
#include "daemon/app/index_plan.h"
#include "daemon/app/server_check.h"

namespace cartwright {
namespace {

using Kind = IndexAction::Kind;

std::string_view KindText(Kind kind) {
  switch (kind) {
    case Kind::kNothing:
      return "up to date";
    case Kind::kCreate:
      return "create";
    case Kind::kAddFields:
      return "add fields";
    case Kind::kChangeSettings:
      return "change settings";
    case Kind::kRebuild:
      return "needs cartwright reindex";
  }
  return "";
}

void PrintText(const IndexAction& action, bool dry_run) {
  fmt::print("{:<28} {:<26} {}\n", action.index.alias, KindText(action.kind), action.physical);
  for (const std::string& difference : action.differences) {
    fmt::print("    {}\n", difference);
  }
  if (dry_run && !action.method.empty()) {
    fmt::print("    {} {}\n    {}\n", action.method, action.path, action.body);
  }
}

nlohmann::json ToJson(const IndexAction& action) {
  nlohmann::json json{{"alias", action.index.alias},
                      {"index", action.physical},
                      {"action", KindText(action.kind)},
                      {"differences", action.differences}};
  if (!action.method.empty()) {
    json["request"] = {{"method", action.method},
                       {"path", action.path},
                       {"body", nlohmann::json::parse(action.body)}};
  }
  return json;
}

}  // namespace

Result<int> SetupCommand(const CommonOptions& common, bool dry_run) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(const std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic("setup")));
  CARTWRIGHT_ASSIGN(const ServerCheck check, CheckServer(shop, *transport));
  Console console(common.quiet);
  for (const std::string& warning : check.warnings) {
    console.Warning(warning);
  }
  CARTWRIGHT_ASSIGN(const std::vector<IndexAction> plan,
                    PlanIndices(shop, *transport, SystemClock().Now()));
  if (!dry_run) {
    CARTWRIGHT_TRY(ApplyPlan(plan, *transport));
  }
  nlohmann::json list = nlohmann::json::array();
  bool needs_rebuild = false;
  for (const IndexAction& action : plan) {
    needs_rebuild = needs_rebuild || action.kind == Kind::kRebuild;
    if (common.json) {
      list.push_back(ToJson(action));
    } else {
      PrintText(action, dry_run);
    }
  }
  if (common.json) {
    fmt::print("{}\n", list.dump());
  } else {
    fmt::print("{} {} at {}; {}\n", check.server.distribution, check.server.version,
               shop.config.elasticsearch.hosts.front(),
               dry_run ? "nothing was changed (--dry-run)" : "done");
  }
  return needs_rebuild ? 1 : 0;
}

}  // namespace cartwright
