// What Cartwright needs from CSV files to result tables, part by part.

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "analyses/registry.h"
#include "daemon/app/analysis_run.h"
#include "daemon/app/direct_tables.h"
#include "daemon/app/shop.h"
#include "daemon/base/parallel.h"
#include "tests/bench/engine/measured_section.h"

namespace cartwright {
namespace {

constexpr const char* kUsage =
    "Usage: bench_analyses CONFIG THREADS [apart]\n\n"
    "Reads the sources of CONFIG into columns and runs its analyses over the whole shop, on "
    "THREADS\n"
    "threads. Prints one line of JSON: seconds of reading and of the analyses, then what\n"
    "MeasuredSection says; with `apart` also seconds of each analysis by itself.\n";

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Each analysis alone, after what is measured as a whole.
Result<std::string> RunApart(const AnalysisPlan& plan, const ShopTables& tables,
                             const ShopCalendar& calendar) {
  std::string text;
  for (const AnalysisConfig& analysis : plan.analyses) {
    const Clock::time_point start = Clock::now();
    CARTWRIGHT_TRY(FindAnalysis(analysis.name)->run(tables, calendar, analysis.options));
    text += fmt::format(",\"{}\":{:.6f}", analysis.name, SecondsSince(start));
  }
  return text;
}

Result<std::string> Run(const std::string& config, int threads, bool apart) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(config, {}, [](const std::string&) {}));
  SetParallelThreads(threads);
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  std::vector<std::size_t> sources(shop.config.sources.size());
  std::iota(sources.begin(), sources.end(), std::size_t{0});
  const LoadJob job{shop.config, shop.layout, state, "bench", 0, sources, {}, {}, {}, {}};

  const MeasuredSection section;
  const Clock::time_point start = Clock::now();
  CARTWRIGHT_ASSIGN(const std::optional<DirectTables> direct,
                    ReadDirectly(job, shop.TablesLayout(), shop.zone, kDirectPartBytes));
  if (!direct) {
    return Error{ErrorKind::kData, "the shop cannot be read directly"};
  }
  const double read = SecondsSince(start);
  const ShopTables& tables = direct->tables;
  const ShopCalendar calendar = shop.Calendar(0, LatestRecord(tables));
  CARTWRIGHT_ASSIGN(const AnalysisPlan plan, PlanAnalyses(shop.config, {}, false));
  const Clock::time_point analyses_start = Clock::now();
  CARTWRIGHT_ASSIGN(const Analysed analysed, RunAnalyses(shop, plan, tables, calendar, {}));
  const double analyses = SecondsSince(analyses_start);
  const std::string measured = section.Report(static_cast<std::int64_t>(tables.sessions.size()), 0);
  std::string each;
  if (apart) {
    CARTWRIGHT_ASSIGN(each, RunApart(plan, tables, calendar));
  }
  const TableMemory memory = MemoryOf(tables);
  return fmt::format(
      R"({{"read":{:.6f},"analyses":{:.6f},"reports":{},"table_bytes":{},"measured":{}{}}})", read,
      analyses, analysed.reports.size(),
      memory.sessions + memory.lines + memory.customers + memory.dictionaries, measured, each);
}

}  // namespace
}  // namespace cartwright

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  int threads = 0;
  if (arguments.size() >= 2) {
    const std::string& text = arguments[1];
    (void)std::from_chars(text.data(), text.data() + text.size(), threads);
  }
  if (threads < 1) {
    fmt::print(stderr, "{}", cartwright::kUsage);
    return 64;
  }
  const cartwright::Result<std::string> report =
      cartwright::Run(arguments[0], threads, arguments.size() > 2);
  if (!report) {
    fmt::print(stderr, "bench_analyses: {}\n", report.error().message);
    return 1;
  }
  fmt::print("{}\n", *report);
  return 0;
}
