#include <fmt/core.h>

#include "daemon/app/commands.h"
#include "daemon/app/console.h"
#include "daemon/demo/demo_shop.h"

namespace cartwright {

Result<int> DemoCommand(const CommonOptions& common, const DemoCommandOptions& options) {
  Console console(common.quiet);
  DemoOptions demo;
  demo.sessions = options.sessions;
  demo.seed = static_cast<std::uint64_t>(options.seed);
  demo.progress = [&console](std::int64_t sessions) {
    console.Progress("writing sessions", sessions);
  };
  CARTWRIGHT_ASSIGN(const DemoTruth truth, WriteDemoShop(demo, options.out));
  console.EndPhase();
  const DemoCounts& counts = truth.counts;
  if (common.json) {
    fmt::print(
        "{{\"directory\":\"{}\",\"sessions\":{},\"orders\":{},\"customers\":{},\"lines\":{}}}\n",
        options.out, counts.sessions, counts.orders, counts.customers, counts.lines);
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
