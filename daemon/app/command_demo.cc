#include <fmt/core.h>

#include "daemon/app/commands.h"
#include "daemon/app/console.h"
#include "daemon/base/json_writer.h"
#include "daemon/demo/demo_shop.h"

namespace cartwright {

Result<int> DemoCommand(const CommonOptions& common, const DemoCommandOptions& options) {
  Console console(common.quiet);
  DemoOptions demo;
  demo.sessions = options.sessions;
  demo.seed = static_cast<std::uint64_t>(options.seed);
  demo.progress = [&](std::int64_t sessions) {
    console.Progress({"writing sessions", sessions,
                      static_cast<double>(sessions) / static_cast<double>(options.sessions)});
  };
  CARTWRIGHT_ASSIGN(const DemoTruth truth, WriteDemoShop(demo, options.out));
  console.EndPhase();
  const DemoCounts& counts = truth.counts;
  if (common.json) {
    std::string text;
    JsonWriter json(text);
    json.BeginObject();
    json.StringMember("directory", options.out);
    json.IntegerMember("sessions", counts.sessions);
    json.IntegerMember("orders", counts.orders);
    json.IntegerMember("customers", counts.customers);
    json.IntegerMember("lines", counts.lines);
    json.EndObject();
    fmt::print("{}\n", text);
    return 0;
  }
  fmt::print("{}/shop.yaml is a ready configuration for:\n", options.out);
  fmt::print("  sessions.csv   {:>12} sessions, {} of them orders\n", counts.sessions,
             counts.orders);
  fmt::print("  lines.csv      {:>12} basket lines\n", counts.lines);
  fmt::print("  customers.csv  {:>12} customers, {} of them buyers\n", counts.customers,
             counts.buyers);
  fmt::print("  truth.json     what is true of this shop, to compare reports with\n");
  return 0;
}

}  // namespace cartwright
