#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyses/funnel/funnel.h"
#include "analyses/funnel/ordered_funnel.h"

namespace cartwright {

/// Where a step is recorded.
enum class StepSource { kSessionAction, kDownload, kSignup };

struct FunnelStep {
  std::string name;
  StepSource source = StepSource::kSessionAction;
  std::uint32_t action_bit = 0;  ///< For kSessionAction.
};

/// The options of a funnel, resolved against a shop.
struct FunnelPlan {
  std::vector<FunnelStep> steps;          ///< Of customers.
  std::vector<FunnelStep> session_steps;  ///< Those of them that a session can have.
  FunnelRule rule;                        ///< For `steps`.
  std::vector<Period> periods;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> params;
};

/// The periods that a funnel may be reported by.
inline const std::vector<Period> kFunnelPeriods = {Period::kHour, Period::kDay, Period::kWeek,
                                                   Period::kMonth};

/// Errors: as ComputeFunnel.
Result<FunnelPlan> PlanFunnel(const SessionTable& sessions, const FunnelOptions& options);

/// An empty report of the funnel with the plan's warnings and parameters.
Report FunnelReport(const FunnelPlan& plan, std::string_view type, std::string_view time_period,
                    std::vector<ColumnSpec> columns);

/// The columns step, step_index, reached, rate_from_first, rate_from_previous and lost.
void AddStepColumns(std::vector<ColumnSpec>& columns);
/// Their cells for one step; `reached` has one count a step.
void AddStepCells(std::vector<Cell>& row, std::span<const FunnelStep> steps,
                  std::span<const std::int64_t> reached, std::size_t step);

}  // namespace cartwright
