#include "daemon/app/analysis_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "analyses/registry.h"
#include "analyses/tables/shop_part.h"
#include "daemon/app/environment.h"
#include "daemon/base/parallel.h"

namespace cartwright {
namespace {

/// Part of a run of analyses: some of them over the whole shop or over one dimension value.
struct Task {
  const DimensionParts* dimension = nullptr;  ///< Null: the whole shop.
  std::size_t value = 0;                      ///< Number among the dimension's values.
  std::size_t first_analysis = 0;
  std::size_t analyses = 0;
};

/// Every dimension of sessions or customers, by name.
std::vector<std::unique_ptr<DimensionParts>> Dimensions(const ShopTables& tables) {
  std::set<std::string> names;
  for (const auto* columns : {&tables.sessions.dimensions, &tables.customers.dimensions}) {
    for (const DimensionColumn& column : *columns) {
      names.insert(column.name);
    }
  }
  std::vector<std::unique_ptr<DimensionParts>> dimensions;
  dimensions.reserve(names.size());
  for (const std::string& name : names) {
    dimensions.push_back(std::make_unique<DimensionParts>(tables, name));
  }
  return dimensions;
}

/// The work in the order in which its reports stand. Analyses of the whole shop are tasks of their
/// own; a dimension value is one, so that its tables are there once and only while they are needed.
std::vector<Task> Tasks(std::size_t analyses,
                        const std::vector<std::unique_ptr<DimensionParts>>& dimensions) {
  std::vector<Task> tasks;
  tasks.reserve(analyses + dimensions.size());
  for (std::size_t analysis = 0; analysis < analyses; ++analysis) {
    tasks.push_back({nullptr, 0, analysis, 1});
  }
  for (const auto& dimension : dimensions) {
    for (std::size_t value = 0; value < dimension->size(); ++value) {
      tasks.push_back({dimension.get(), value, 0, analyses});
    }
  }
  return tasks;
}

/// Runs the tasks of a plan on all threads. What each gives stands at its place, so that neither
/// the number of threads nor their speed can be seen in the result.
class PlanRun {
 public:
  PlanRun(const Shop& shop, const AnalysisPlan& plan, const ShopTables& tables,
          const ShopCalendar& calendar, const Progress& progress)
      : shop_(shop),
        plan_(plan),
        tables_(tables),
        calendar_(calendar),
        progress_(progress),
        dimensions_(plan.all_dimensions ? Dimensions(tables)
                                        : std::vector<std::unique_ptr<DimensionParts>>()),
        tasks_(Tasks(plan.analyses.size(), dimensions_)),
        first_failed_(tasks_.size()),
        outcomes_(tasks_.size()) {
    for (const Task& task : tasks_) {
      steps_ += task.analyses;
    }
  }

  Result<Analysed> Run() {
    RunParallel(tasks_.size(), [this](std::size_t number) { RunTask(number); });
    Analysed all;
    for (Outcome& outcome : outcomes_) {
      CARTWRIGHT_TRY(outcome.status);
      std::move(outcome.analysed.reports.begin(), outcome.analysed.reports.end(),
                std::back_inserter(all.reports));
      std::move(outcome.analysed.customer_reports.begin(), outcome.analysed.customer_reports.end(),
                std::back_inserter(all.customer_reports));
    }
    return all;
  }

 private:
  struct Outcome {
    Status status;
    Analysed analysed;
  };

  void RunTask(std::size_t number) {
    // Nothing behind a failure counts. What stands before it was begun before it and ends.
    if (number > first_failed_.load()) {
      return;
    }
    Outcome& outcome = outcomes_[number];
    outcome.status = RunAnalysesOf(tasks_[number], outcome.analysed);
    if (!outcome.status) {
      std::size_t failed = first_failed_.load();
      while (number < failed && !first_failed_.compare_exchange_weak(failed, number)) {
      }
    }
  }

  Status RunAnalysesOf(const Task& task, Analysed& analysed) {
    const bool whole = task.dimension == nullptr;
    const ShopTables part = whole ? ShopTables{} : task.dimension->Part(task.value);
    for (std::size_t i = 0; i < task.analyses; ++i) {
      if (StopWasRequested()) {
        return Error{ErrorKind::kCancelled,
                     "stopped before all analyses had run; nothing was published"};
      }
      ShowProgress();
      const std::size_t before = analysed.reports.size();
      CARTWRIGHT_TRY(
          RunOne(plan_.analyses[task.first_analysis + i], task, whole ? tables_ : part, analysed));
      CountDone(analysed.reports.size() - before);
    }
    return {};
  }

  Status RunOne(const AnalysisConfig& analysis, const Task& task, const ShopTables& tables,
                Analysed& analysed) const;

  void ShowProgress() {
    const std::lock_guard lock(progress_mutex_);
    Show();
  }

  /// Under the mutex.
  void Show() const {
    if (progress_) {
      progress_({plan_.all_dimensions ? "analysing by dimension" : "analysing", reports_,
                 static_cast<double>(done_) / static_cast<double>(steps_)});
    }
  }

  void CountDone(std::size_t reports) {
    const std::lock_guard lock(progress_mutex_);
    ++done_;
    reports_ += static_cast<std::int64_t>(reports);
    if (done_ == steps_) {
      Show();
    }
  }

  const Shop& shop_;
  const AnalysisPlan& plan_;
  const ShopTables& tables_;
  const ShopCalendar& calendar_;
  const Progress& progress_;
  std::vector<std::unique_ptr<DimensionParts>> dimensions_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> first_failed_;  ///< The lowest failed task.
  std::vector<Outcome> outcomes_;
  std::size_t steps_ = 0;

  std::mutex progress_mutex_;
  std::size_t done_ = 0;  ///< Of steps_.
  std::int64_t reports_ = 0;
};

Status PlanRun::RunOne(const AnalysisConfig& analysis, const Task& task, const ShopTables& tables,
                       Analysed& analysed) const {
  const auto started = std::chrono::steady_clock::now();
  Result<std::vector<Report>> made =
      FindAnalysis(analysis.name)->run(tables, calendar_, analysis.options);
  if (!made) {
    return Error{made.error().kind,
                 fmt::format("analysis {}: {}", analysis.name, made.error().message)};
  }
  const std::int64_t elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
                                   std::chrono::steady_clock::now() - started)
                                   .count();
  for (Report& report : *made) {
    CARTWRIGHT_TRY(shop_.catalogue.Check(report));
    if (task.dimension != nullptr) {
      report.key.dimension_name = task.dimension->name();
      report.key.dimension_value = task.dimension->value(task.value);
    }
    // Tables of customer grain are kept for the whole shop only: one current document a customer.
    ReportTable customers = std::exchange(report.customers, ReportTable());
    if (task.dimension == nullptr && customers.rows() > 0) {
      Report values;
      values.key = report.key;
      values.customers = std::move(customers);
      analysed.customer_reports.push_back(std::move(values));
    }
    analysed.reports.push_back({std::move(report), elapsed});
  }
  return {};
}

}  // namespace

Result<AnalysisPlan> PlanAnalyses(const Config& config, const std::vector<std::string>& names,
                                  bool all_dimensions) {
  AnalysisPlan plan;
  plan.all_dimensions = all_dimensions;
  for (const std::string& name : names) {
    if (FindAnalysis(name) == nullptr) {
      return Error{ErrorKind::kUsage, fmt::format("there is no analysis \"{}\"", name)};
    }
  }
  for (const AnalysisEntry& entry : AllAnalyses()) {
    const std::string name(entry.name);
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      continue;
    }
    bool configured = false;
    for (const AnalysisConfig& analysis : config.analyses) {
      if (analysis.name == name) {
        plan.analyses.push_back(analysis);
        configured = true;
      }
    }
    // An analysis that was asked for by name, or no `analyses:` section: its defaults.
    if (!configured && (config.all_analyses || !names.empty())) {
      AnalysisConfig defaults;
      defaults.name = name;
      plan.analyses.push_back(std::move(defaults));
    }
  }
  return plan;
}

Result<Analysed> RunAnalyses(const Shop& shop, const AnalysisPlan& plan, const ShopTables& tables,
                             const ShopCalendar& calendar, const Progress& progress) {
  return PlanRun(shop, plan, tables, calendar, progress).Run();
}

std::optional<EpochMillis> LatestRecord(const ShopTables& tables) {
  const std::vector<EpochMillis>& start = tables.sessions.start;
  if (start.empty()) {
    return std::nullopt;
  }
  return *std::max_element(start.begin(), start.end());
}

}  // namespace cartwright
