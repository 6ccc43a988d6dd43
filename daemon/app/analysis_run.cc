#include "daemon/app/analysis_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "analyses/registry.h"
#include "analyses/tables/shop_part.h"
#include "daemon/app/environment.h"

namespace cartwright {
namespace {

/// The part of the shop that a set of reports speaks of: everything, or one dimension value.
struct Partition {
  std::string dimension_name;
  std::string dimension_value;
};

std::vector<Partition> Partitions(const ShopTables& tables, bool all_dimensions) {
  std::vector<Partition> partitions{{}};
  if (!all_dimensions) {
    return partitions;
  }
  std::set<std::pair<std::string, std::string>> values;
  for (const auto* columns : {&tables.sessions.dimensions, &tables.customers.dimensions}) {
    for (const DimensionColumn& column : *columns) {
      for (std::uint32_t code = 0; code < column.values.size(); ++code) {
        values.emplace(column.name, column.values.Text(code));
      }
    }
  }
  for (const auto& [name, value] : values) {
    partitions.push_back({name, value});
  }
  return partitions;
}

/// The tables of a partition.
struct PartitionTables {
  const Partition& partition;
  const ShopTables& tables;
};

Status RunOne(const Shop& shop, const AnalysisConfig& analysis, const PartitionTables& part,
              const ShopCalendar& calendar, Analysed& analysed) {
  const auto started = std::chrono::steady_clock::now();
  Result<std::vector<Report>> made =
      FindAnalysis(analysis.name)->run(part.tables, calendar, analysis.options);
  if (!made) {
    return Error{made.error().kind,
                 fmt::format("analysis {}: {}", analysis.name, made.error().message)};
  }
  const std::int64_t elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
                                   std::chrono::steady_clock::now() - started)
                                   .count();
  for (Report& report : *made) {
    CARTWRIGHT_TRY(shop.catalogue.Check(report));
    report.key.dimension_name = part.partition.dimension_name;
    report.key.dimension_value = part.partition.dimension_value;
    // Tables of customer grain are kept for the whole shop only: one current document a customer.
    ReportTable customers = std::exchange(report.customers, ReportTable());
    if (part.partition.dimension_name.empty() && customers.rows() > 0) {
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
  Analysed analysed;
  const std::vector<Partition> partitions = Partitions(tables, plan.all_dimensions);
  const double steps = static_cast<double>(partitions.size() * plan.analyses.size());
  std::size_t done = 0;
  for (const Partition& partition : partitions) {
    const bool whole = partition.dimension_name.empty();
    const ShopTables part =
        whole ? ShopTables{}
              : KeepDimensionValue(tables, partition.dimension_name, partition.dimension_value);
    for (const AnalysisConfig& analysis : plan.analyses) {
      if (StopWasRequested()) {
        return Error{ErrorKind::kCancelled,
                     "stopped before all analyses had run; nothing was "
                     "published"};
      }
      if (progress) {
        progress({plan.all_dimensions ? "analysing by dimension" : "analysing",
                  std::ssize(analysed.reports), static_cast<double>(done) / steps});
      }
      ++done;
      CARTWRIGHT_TRY(
          RunOne(shop, analysis, {partition, whole ? tables : part}, calendar, analysed));
    }
  }
  if (progress) {
    progress({plan.all_dimensions ? "analysing by dimension" : "analysing",
              std::ssize(analysed.reports), 1.0});
  }
  return analysed;
}

std::optional<EpochMillis> LatestRecord(const ShopTables& tables) {
  const std::vector<EpochMillis>& start = tables.sessions.start;
  if (start.empty()) {
    return std::nullopt;
  }
  return *std::max_element(start.begin(), start.end());
}

}  // namespace cartwright
