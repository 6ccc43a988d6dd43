#include "analyses/funnel/funnel_plan.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analyses/report/option_texts.h"
#include "analyses/report/period_option.h"

namespace cartwright {
namespace {

constexpr double kMillisPerHour = 3'600'000.0;

constexpr std::array<std::string_view, 6> kModes = {
    "sequential",           "strict_once",  "strict_increase",
    "strict_deduplication", "strict_order", "strict_order_allow_reentry"};

Result<FunnelRule> RuleOfMode(std::string_view mode) {
  if (std::find(kModes.begin(), kModes.end(), mode) == kModes.end()) {
    return Error{ErrorKind::kConfig, fmt::format("analyses.funnel.mode: one of {}; it is \"{}\"",
                                                 fmt::join(kModes, ", "), mode)};
  }
  FunnelRule rule;
  rule.strict_once = mode == "strict_once";
  rule.strict_increase = mode == "strict_increase";
  rule.strict_deduplication = mode == "strict_deduplication";
  rule.allow_reentry = mode == "strict_order_allow_reentry";
  rule.strict_order = mode == "strict_order" || rule.allow_reentry;
  return rule;
}

std::optional<FunnelStep> FindStep(const SessionTable& sessions, const std::string& name) {
  const std::uint32_t bit = sessions.ActionBit(name);
  if (bit != 0) {
    return FunnelStep{name, StepSource::kSessionAction, bit};
  }
  if (name == "download") {
    return FunnelStep{name, StepSource::kDownload, 0};
  }
  if (name == "signup") {
    return FunnelStep{name, StepSource::kSignup, 0};
  }
  return std::nullopt;
}

/// Fills in the steps. The default steps suit shops that record baskets; others do without.
Status ReadSteps(const SessionTable& sessions, const FunnelOptions& options, FunnelPlan& plan) {
  const bool by_default = options.steps == FunnelOptions{}.steps;
  for (const std::string& name : options.steps) {
    std::optional<FunnelStep> step = FindStep(sessions, name);
    if (step && step->source == StepSource::kSessionAction) {
      plan.session_steps.push_back(*step);
    }
    if (step) {
      plan.steps.push_back(std::move(*step));
    } else if (by_default) {
      plan.warnings.push_back(
          fmt::format("the shop records no action {}: the step is left out", name));
    } else {
      return Error{ErrorKind::kConfig,
                   fmt::format("analyses.funnel.steps: one of {}, download, signup; one is \"{}\"",
                               fmt::join(sessions.action_names, ", "), name)};
    }
  }
  if (plan.steps.empty() || plan.steps.size() > kMaxFunnelSteps) {
    return Error{ErrorKind::kConfig,
                 fmt::format("analyses.funnel.steps: 1 to {} steps; there are {}", kMaxFunnelSteps,
                             plan.steps.size())};
  }
  return {};
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

Result<FunnelPlan> PlanFunnel(const SessionTable& sessions, const FunnelOptions& options) {
  FunnelPlan plan;
  CARTWRIGHT_ASSIGN(plan.rule, RuleOfMode(options.mode));
  CARTWRIGHT_ASSIGN(plan.periods,
                    ReadPeriods("analyses.funnel.periods", options.periods,
                                {Period::kHour, Period::kDay, Period::kWeek, Period::kMonth}));
  CARTWRIGHT_TRY(ReadSteps(sessions, options, plan));
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
                         Cell(reached[step]), Cell(Rate(reached[step], reached[0]))});
  if (step == 0) {
    row.insert(row.end(), {Cell(), Cell()});
  } else {
    row.emplace_back(Rate(reached[step], reached[step - 1]));
    row.emplace_back(reached[step - 1] - reached[step]);
  }
}

std::optional<double> Rate(std::int64_t part, std::int64_t whole) {
  if (whole == 0) {
    return std::nullopt;
  }
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace cartwright
