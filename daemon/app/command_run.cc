#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "daemon/app/commands.h"
#include "daemon/app/console.h"
#include "daemon/app/environment.h"
#include "daemon/app/pass.h"
#include "daemon/app/reindex_plan.h"
#include "daemon/base/calendar.h"
#include "daemon/schedule/schedule.h"

namespace cartwright {
namespace {

PassRequest RequestOf(const Config& config, const std::string& job_name) {
  PassRequest request;
  request.kind = job_name;
  request.waits_for_reindex = true;
  for (const JobConfig& job : config.schedule) {
    if (job.name == job_name) {
      request.load = job.load_all || !job.load.empty();
      request.sources = job.load;
      request.analyse = job.analyse_all || !job.analyse.empty();
      request.analyses = job.analyse;
      request.all_dimensions = job.all_dimensions;
    }
  }
  return request;
}

/// The daemon's log: one stamped line (UTC) an event on standard error.
spdlog::logger OpenLog(bool quiet) {
  spdlog::logger log("cartwright", std::make_shared<spdlog::sinks::stderr_sink_st>());
  log.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  log.set_level(quiet ? spdlog::level::warn : spdlog::level::info);
  return log;
}

/// One job from start to end; its failure is told and does not end the daemon. Returns how it
/// ended.
Status RunJob(const Shop& shop, const DueJob& due, Console& console, spdlog::logger& log) {
  log.info("job={} started{}", due.name,
           due.missed > 0 ? fmt::format(" (stands for {} missed ones)", due.missed) : "");
  const PassRequest request = RequestOf(shop.config, due.name);
  const Result<Receipt> receipt = RunPass(shop, request, console);
  if (!receipt) {
    log.error("job={} failed: {}", due.name, receipt.error().message);
    return receipt.error();
  }
  std::int64_t read = 0;
  std::int64_t set_aside = 0;
  for (const SourceBook& book : receipt->books.sources) {
    read += book.read;
    set_aside += book.set_aside;
  }
  log.log(set_aside > 0 ? spdlog::level::warn : spdlog::level::info,
          "job={} run={} finished in {:.1f} s: {} rows read, {} set aside, {} reports published",
          due.name, receipt->run_id,
          static_cast<double>(receipt->finished_at - receipt->started_at) / 1000.0, read, set_aside,
          receipt->published.reports);
  return {};
}

/// Whether a later try may do better without anybody's doing.
bool MayPass(const Status& outcome) {
  return !outcome && (outcome.error().kind == ErrorKind::kUnavailable ||
                      outcome.error().kind == ErrorKind::kTransient);
}

/// Tells what is known to go wrong on this server and what reindexes that did not end have left. A
/// server that does not answer yet is no reason not to start.
void TellStateOfServer(const Shop& shop, Console& console) {
  const Result<std::unique_ptr<Transport>> transport = Transport::Create(shop.Elastic("run"));
  if (!transport) {
    return;
  }
  const Result<ServerInfo> server = ProbeServer(**transport);
  if (!server) {
    return;
  }
  for (const std::string& warning : server->warnings) {
    console.Warning(warning);
  }
  const Result<std::vector<Orphan>> orphans = FindOrphans(shop, **transport);
  for (const Orphan& orphan : orphans ? *orphans : std::vector<Orphan>{}) {
    console.Warning(DescribeOrphan(shop, orphan));
  }
}

}  // namespace

Result<int> RunCommand(const CommonOptions& common) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  if (shop.config.schedule.empty()) {
    return Error{ErrorKind::kConfig,
                 fmt::format("{}: there is nothing to run: add a job under schedule, such as "
                             "{{name: hourly, every: 1h, load: all, analyse: all}}, or use "
                             "cartwright once",
                             common.config)};
  }
  std::vector<ScheduledJob> jobs;
  jobs.reserve(shop.config.schedule.size());
  for (const JobConfig& job : shop.config.schedule) {
    jobs.push_back({job.name, job.every_seconds * 1000});
  }
  const SystemClock clock;
  Console console(common.quiet);
  spdlog::logger log = OpenLog(common.quiet);
  Schedule schedule(std::move(jobs), clock.Now());
  log.info("cartwright runs with {} jobs; SIGTERM or Ctrl-C stops it", shop.config.schedule.size());
  TellStateOfServer(shop, console);
  while (!StopWasRequested()) {
    const std::optional<DueJob> due = schedule.NextDue(clock.Now());
    if (!due) {
      SleepUntil(schedule.NextWake(clock.Now()));
      continue;
    }
    schedule.Started(due->name, clock.Now());
    const Status outcome = RunJob(shop, *due, console, log);
    schedule.Finished(due->name, clock.Now());
    if (MayPass(outcome) && !StopWasRequested()) {
      const EpochMillis again = schedule.TryAgain(due->name, clock.Now());
      log.warn("job={} is tried again at {}", due->name, FormatInstant(again));
    }
  }
  log.info("cartwright stopped as asked");
  return 0;
}

}  // namespace cartwright
