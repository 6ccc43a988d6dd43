#include "analyses/funnel/funnel_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analyses/report/option_texts.h"
#include "analyses/report/period_option.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

constexpr double kMillisPerHour = 3'600'000.0;

constexpr std::array<std::string_view, 6> kModes = {
    "sequential",           "strict_once",  "strict_increase",
    "strict_deduplication", "strict_order", "strict_order_allow_reentry"};

FunnelRule RuleOfMode(std::string_view mode) {
  FunnelRule rule;
  rule.strict_once = mode == "strict_once";
  rule.strict_increase = mode == "strict_increase";
  rule.strict_deduplication = mode == "strict_deduplication";
  rule.allow_reentry = mode == "strict_order_allow_reentry";
  rule.strict_order = mode == "strict_order" || rule.allow_reentry;
  return rule;
}

struct FoundStep {
  FunnelStep step;
  bool is_recorded = false;
};

/// The step of a name; nothing when the shop has none.
std::optional<FoundStep> FindStep(std::span<const std::string> action_names,
                                  const Recorded& recorded, const std::string& name) {
  const auto action = std::find(action_names.begin(), action_names.end(), name);
  if (action != action_names.end()) {
    const std::uint32_t bit = 1U << (action - action_names.begin());
    return FoundStep{{name, StepSource::kSessionAction, bit}, (recorded.actions & bit) != 0};
  }
  if (name == "download") {
    return FoundStep{{name, StepSource::kDownload, 0}, recorded.downloads};
  }
  if (name == "signup") {
    return FoundStep{{name, StepSource::kSignup, 0}, recorded.signups};
  }
  return std::nullopt;
}

void ReadSteps(const SessionTable& sessions, const FunnelOptions& options, FunnelPlan& plan) {
  for (const std::string& name : options.steps) {
    std::optional<FoundStep> found = FindStep(sessions.action_names, sessions.recorded, name);
    if (!found || !found->is_recorded) {
      plan.warnings.push_back(
          fmt::format("no source gives {}: the step is left out of the funnel", name));
      continue;
    }
    if (found->step.source == StepSource::kSessionAction) {
      plan.session_steps.push_back(found->step);
    }
    plan.steps.push_back(std::move(found->step));
  }
  if (!sessions.recorded.visits) {
    plan.warnings.emplace_back(
        "the sources give orders only: visits without an order are missing, so the rates say "
        "nothing about conversion");
  }
}

constexpr std::array<Field<FunnelOptions>, 4> kFields = {{
    {.name = "steps",
     .member = &FunnelOptions::steps,
     .sentence = "Ordered steps: actions of the shop; for customers also download and signup."},
    {.name = "window_hours",
     .member = &FunnelOptions::window_hours,
     .sentence = "Hours from a customer's first step within which the others count, inclusive.",
     .min = 0,
     .max = 87'840},
    {.name = "mode",
     .member = &FunnelOptions::mode,
     .sentence = "How a customer's events make a chain: sequential allows others in between.",
     .choices = kModes},
    {.name = "periods",
     .member = &FunnelOptions::periods,
     .sentence = "Which of hourly, daily, weekly and monthly to report."},
}};

}  // namespace

std::span<const Field<FunnelOptions>> FunnelOptionFields() { return kFields; }

std::vector<OptionFault> FunnelOptionFaults(const FunnelOptions& options,
                                            const ShopTablesLayout& shop) {
  std::vector<OptionFault> faults = PeriodFaults("periods", options.periods, kFunnelPeriods);
  const std::vector<std::string> usual = FunnelOptions{}.steps;
  std::vector<std::string_view> known(shop.action_names.begin(), shop.action_names.end());
  for (const std::string_view name : {"download", "signup"}) {
    known.push_back(name);
  }
  bool any_recorded = false;
  for (std::size_t i = 0; i < options.steps.size(); ++i) {
    const std::string& name = options.steps[i];
    const bool is_known = std::find(known.begin(), known.end(), name) != known.end() ||
                          std::find(usual.begin(), usual.end(), name) != usual.end();
    const std::optional<FoundStep> found = FindStep(shop.action_names, shop.recorded, name);
    any_recorded = any_recorded || !is_known || (found && found->is_recorded);
    if (!is_known) {
      faults.push_back({"steps", i, ExpectedOneOf(known, name)});
    }
  }
  if (options.steps.empty() || options.steps.size() > kMaxFunnelSteps) {
    faults.push_back(
        {"steps", std::nullopt,
         fmt::format("expected 1 to {} steps, found {}", kMaxFunnelSteps, options.steps.size())});
  } else if (!any_recorded) {
    faults.push_back(
        {"steps", std::nullopt, "no source gives any of the steps; map one under sources"});
  }
  return faults;
}

Result<FunnelPlan> PlanFunnel(const SessionTable& sessions, const FunnelOptions& options) {
  ShopTablesLayout shop;
  shop.action_names = sessions.action_names;
  shop.recorded = sessions.recorded;
  CARTWRIGHT_TRY(FirstFault("funnel", FunnelOptionFaults(options, shop)));
  FunnelPlan plan;
  plan.rule = RuleOfMode(options.mode);
  plan.periods = ReadPeriods(options.periods);
  ReadSteps(sessions, options, plan);
  plan.rule.steps = plan.steps.size();
  plan.rule.window = std::llround(options.window_hours * kMillisPerHour);
  plan.params = OptionTexts(options, FunnelOptionFields());
  return plan;
}

Report FunnelReport(const FunnelPlan& plan, std::string_view type, std::string_view time_period,
                    std::vector<ColumnSpec> columns) {
  Report report;
  report.key.report_name = "funnel";
  report.key.type = type;
  report.key.time_period = time_period;
  report.table = ReportTable(std::move(columns));
  report.warnings = plan.warnings;
  report.params = plan.params;
  return report;
}

void AddStepColumns(std::vector<ColumnSpec>& columns) {
  columns.insert(columns.end(), {{"step", ColumnType::kText},
                                 {"step_index", ColumnType::kInteger},
                                 {"reached", ColumnType::kInteger},
                                 {"rate_from_first", ColumnType::kReal},
                                 {"rate_from_previous", ColumnType::kReal},
                                 {"lost", ColumnType::kInteger}});
}

void AddStepCells(std::vector<Cell>& row, std::span<const FunnelStep> steps,
                  std::span<const std::int64_t> reached, std::size_t step) {
  row.insert(row.end(), {Cell(steps[step].name), Cell(static_cast<std::int64_t>(step) + 1),
                         Cell(reached[step]), Cell(Ratio(reached[step], reached[0]))});
  if (step == 0) {
    row.insert(row.end(), {Cell(), Cell()});
  } else {
    row.emplace_back(Ratio(reached[step], reached[step - 1]));
    row.emplace_back(reached[step - 1] - reached[step]);
  }
}

}  // namespace cartwright
