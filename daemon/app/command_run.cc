#include <fmt/core.h>

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
  request.while_reindexing = WhileReindexing::kWait;
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

/// One job from start to end; its failure is told and does not end the daemon.
void RunJob(const Shop& shop, const DueJob& due, Console& console) {
  const SystemClock clock;
  console.Info(
      fmt::format("{} job={} started{}", FormatInstant(clock.Now()), due.name,
                  due.missed > 0 ? fmt::format(" (stands for {} missed ones)", due.missed) : ""));
  const PassRequest request = RequestOf(shop.config, due.name);
  const Result<Receipt> receipt = RunPass(shop, request, console);
  if (!receipt) {
    console.Error(fmt::format("{} job={} failed: {}", FormatInstant(clock.Now()), due.name,
                              receipt.error().message));
    return;
  }
  std::int64_t read = 0;
  for (const SourceBook& book : receipt->books.sources) {
    read += book.read;
  }
  console.Info(
      fmt::format("{} job={} run={} finished in {:.1f} s: {} rows read, {} reports published",
                  FormatInstant(clock.Now()), due.name, receipt->run_id,
                  static_cast<double>(receipt->finished_at - receipt->started_at) / 1000.0, read,
                  receipt->published.reports));
}

/// Tells what reindexes that did not end have left. A server that does not answer yet is no reason
/// not to start.
void TellOrphans(const Shop& shop, Console& console) {
  const Result<std::unique_ptr<Transport>> transport = Transport::Create(shop.Elastic("run"));
  if (!transport || !IndexAdmin(**transport).ProbeServer()) {
    return;
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
  for (const JobConfig& job : shop.config.schedule) {
    jobs.push_back({job.name, job.every_seconds * 1000});
  }
  const SystemClock clock;
  Console console(common.quiet);
  Schedule schedule(std::move(jobs), clock.Now());
  console.Info(fmt::format("{} cartwright runs with {} jobs; SIGTERM or Ctrl-C stops it",
                           FormatInstant(clock.Now()), shop.config.schedule.size()));
  TellOrphans(shop, console);
  while (!StopWasRequested()) {
    const std::optional<DueJob> due = schedule.NextDue(clock.Now());
    if (!due) {
      SleepUntil(schedule.NextWake(clock.Now()));
      continue;
    }
    schedule.Started(due->name, clock.Now());
    RunJob(shop, *due, console);
    schedule.Finished(due->name, clock.Now());
  }
  console.Info(fmt::format("{} cartwright stopped as asked", FormatInstant(clock.Now())));
  return 0;
}

}  // namespace cartwright
