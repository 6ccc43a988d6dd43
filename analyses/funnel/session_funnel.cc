#include "analyses/funnel/session_funnel.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string>
#include <utility>

#include "analyses/statistics/ratio.h"
#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

constexpr std::size_t kHours = 24;

/// Counts of sessions by bucket and column (a step or an action), bucket by bucket.
struct CountGrid {
  std::size_t columns = 0;
  std::vector<std::int64_t> counts;

  CountGrid(std::size_t buckets, std::size_t column_count)
      : columns(column_count), counts(buckets * column_count, 0) {}
  std::span<std::int64_t> Bucket(std::size_t bucket) {
    return std::span(counts).subspan(bucket * columns, columns);
  }
  std::span<const std::int64_t> Bucket(std::size_t bucket) const {
    return std::span(counts).subspan(bucket * columns, columns);
  }
  void Add(std::size_t bucket, std::span<const std::int64_t> more) {
    const std::span<std::int64_t> to = Bucket(bucket);
    std::transform(to.begin(), to.end(), more.begin(), to.begin(), std::plus<>());
  }
};

/// Sessions by local day and by local hour.
struct SessionCounts {
  DayNumber first_day = 0;
  std::size_t days = 0;           ///< See DayRange.
  std::size_t complete_days = 0;  ///< See CompleteDays.
  CountGrid day_steps{0, 0};
  CountGrid day_actions{0, 0};
  CountGrid hour_steps{0, 0};
  CountGrid hour_actions{0, 0};
  CountGrid complete_hour_steps{0, 0};  ///< Of the complete days.
  CountGrid complete_hour_actions{0, 0};
  std::int64_t used = 0;
  std::int64_t after_as_of = 0;
  std::int64_t credits = 0;
  std::optional<EpochMillis> first_start;
};

/// Fills in which rows count and the range of days.
SessionCounts Survey(const SessionTable& sessions, const ShopCalendar& calendar) {
  SessionCounts counts;
  DayRange days(calendar);
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= calendar.as_of) {
      ++counts.after_as_of;
    } else if (sessions.is_credit(row)) {
      ++counts.credits;
    } else {
      ++counts.used;
      days.Add(sessions.day[row]);
      counts.first_start =
          std::min(counts.first_start.value_or(sessions.start[row]), sessions.start[row]);
    }
  }
  counts.days = days.size();
  counts.complete_days = CompleteDays(days, calendar);
  if (!days.empty()) {
    counts.first_day = days.first();
  }
  return counts;
}

SessionCounts CountSessions(const SessionTable& sessions, const ShopCalendar& calendar,
                            std::span<const FunnelStep> steps) {
  SessionCounts counts = Survey(sessions, calendar);
  const std::size_t actions = sessions.action_names.size();
  counts.day_steps = CountGrid(counts.days, steps.size());
  counts.day_actions = CountGrid(counts.days, actions);
  counts.hour_steps = CountGrid(kHours, steps.size());
  counts.hour_actions = CountGrid(kHours, actions);
  counts.complete_hour_steps = CountGrid(kHours, steps.size());
  counts.complete_hour_actions = CountGrid(kHours, actions);
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= calendar.as_of || sessions.is_credit(row)) {
      continue;
    }
    const std::uint32_t bits = sessions.actions[row];
    const auto day = static_cast<std::size_t>(sessions.day[row] - counts.first_day);
    const std::size_t hour = sessions.hour[row];
    const std::int64_t day_is_over = day < counts.complete_days ? 1 : 0;
    for (std::size_t step = 0; step < steps.size() && (bits & steps[step].action_bit) != 0;
         ++step) {
      ++counts.day_steps.Bucket(day)[step];
      ++counts.hour_steps.Bucket(hour)[step];
      counts.complete_hour_steps.Bucket(hour)[step] += day_is_over;
    }
    for (std::size_t action = 0; action < actions; ++action) {
      const std::int64_t has = bits >> action & 1U;
      counts.day_actions.Bucket(day)[action] += has;
      counts.hour_actions.Bucket(hour)[action] += has;
      counts.complete_hour_actions.Bucket(hour)[action] += has * day_is_over;
    }
  }
  return counts;
}

/// Sessions that reach each step by the code of their dimension value; those without one last.
CountGrid CountByValue(const SessionTable& sessions, const ShopCalendar& calendar,
                       std::span<const FunnelStep> steps, const DimensionColumn& dimension) {
  CountGrid grid(dimension.values.size() + 1, steps.size());
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= calendar.as_of || sessions.is_credit(row)) {
      continue;
    }
    const std::span<std::int64_t> reached =
        grid.Bucket(std::min(dimension.code[row], dimension.values.size()));
    for (std::size_t step = 0;
         step < steps.size() && (sessions.actions[row] & steps[step].action_bit) != 0; ++step) {
      ++reached[step];
    }
  }
  return grid;
}

/// One grid of days summed up to longer periods.
struct PeriodGrid {
  std::int32_t first = 0;  ///< Number of the first period.
  std::size_t periods = 0;
  CountGrid grid;
};

PeriodGrid SumDays(const CountGrid& days, const SessionCounts& counts, const ShopCalendar& calendar,
                   Period period) {
  if (counts.days == 0) {
    return {0, 0, CountGrid(0, days.columns)};
  }
  const std::int32_t first = calendar.PeriodOf(counts.first_day, period);
  const std::int32_t last =
      calendar.PeriodOf(counts.first_day + static_cast<DayNumber>(counts.days) - 1, period);
  const auto periods = static_cast<std::size_t>(last - first) + 1;
  PeriodGrid sums{first, periods, CountGrid(periods, days.columns)};
  for (std::size_t day = 0; day < counts.days; ++day) {
    const DayNumber number = counts.first_day + static_cast<DayNumber>(day);
    sums.grid.Add(static_cast<std::size_t>(calendar.PeriodOf(number, period) - first),
                  days.Bucket(day));
  }
  return sums;
}

class SessionReports {
 public:
  SessionReports(const SessionTable& sessions, const ShopCalendar& calendar, const FunnelPlan& plan)
      : sessions_(sessions),
        calendar_(calendar),
        plan_(plan),
        steps_(plan.session_steps),
        counts_(CountSessions(sessions, calendar, steps_)) {
    for (std::size_t action = 0; action < sessions.action_names.size(); ++action) {
      if ((sessions.recorded.actions >> action & 1U) != 0) {
        recorded_actions_.push_back(action);
      }
    }
  }

  Report Orders(Period period) const;
  Report HourlyOrders() const;
  Report Overall() const;
  Report Dimensions() const;
  Report ActionCounts(Period period) const;
  Report HourlyActionCounts() const;

 private:
  Report Finish(Report report) const;
  std::optional<double> PerDay(std::int64_t count) const {
    return Ratio(count, static_cast<std::int64_t>(counts_.complete_days));
  }

  const SessionTable& sessions_;
  const ShopCalendar& calendar_;
  const FunnelPlan& plan_;
  std::span<const FunnelStep> steps_;
  SessionCounts counts_;
  std::vector<std::size_t> recorded_actions_;  ///< Places in action_names.
};

Report SessionReports::Orders(Period period) const {
  std::vector<ColumnSpec> columns = {{"bucket", ColumnType::kInstant},
                                     {"bucket_local", ColumnType::kText}};
  AddStepColumns(columns);
  columns.push_back({"is_complete", ColumnType::kBoolean});
  Report report = FunnelReport(plan_, "orders", TimePeriodName(period), std::move(columns));
  const PeriodGrid sums = SumDays(counts_.day_steps, counts_, calendar_, period);
  for (std::size_t i = 0; i < sums.periods; ++i) {
    const std::int32_t index = sums.first + static_cast<std::int32_t>(i);
    const std::string label = PeriodLabel(index, period, calendar_.week_start);
    const Instant bucket{calendar_.PeriodStart(index, period)};
    const bool complete = calendar_.IsComplete(index, period);
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      std::vector<Cell> row = {bucket, label};
      AddStepCells(row, steps_, sums.grid.Bucket(i), step);
      row.emplace_back(complete);
      report.table.Append(row);
    }
  }
  return Finish(std::move(report));
}

Report SessionReports::HourlyOrders() const {
  std::vector<ColumnSpec> columns = {{"hour", ColumnType::kInteger}};
  AddStepColumns(columns);
  columns.push_back({"average_per_day", ColumnType::kReal});
  Report report = FunnelReport(plan_, "orders", TimePeriodName(Period::kHour), std::move(columns));
  for (std::size_t hour = 0; hour < kHours && counts_.used > 0; ++hour) {
    const std::span<const std::int64_t> reached = counts_.hour_steps.Bucket(hour);
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      std::vector<Cell> row = {static_cast<std::int64_t>(hour)};
      AddStepCells(row, steps_, reached, step);
      row.emplace_back(PerDay(counts_.complete_hour_steps.Bucket(hour)[step]));
      report.table.Append(row);
    }
  }
  return Finish(std::move(report));
}

Report SessionReports::Overall() const {
  std::vector<ColumnSpec> columns;
  AddStepColumns(columns);
  columns.push_back({"bypassed", ColumnType::kInteger});
  Report report = FunnelReport(plan_, "overall", "overall", std::move(columns));
  CountGrid totals(2, std::max(steps_.size(), sessions_.action_names.size()));
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    const auto add = [&totals](std::size_t to, std::span<const std::int64_t> more) {
      const std::span<std::int64_t> sum = totals.Bucket(to).first(more.size());
      std::transform(sum.begin(), sum.end(), more.begin(), sum.begin(), std::plus<>());
    };
    add(0, counts_.hour_steps.Bucket(hour));
    add(1, counts_.hour_actions.Bucket(hour));
  }
  const std::span<const std::int64_t> reached = std::as_const(totals).Bucket(0);
  for (std::size_t step = 0; step < steps_.size() && counts_.used > 0; ++step) {
    const auto action = static_cast<std::size_t>(std::countr_zero(steps_[step].action_bit));
    std::vector<Cell> row;
    AddStepCells(row, steps_, reached, step);
    row.emplace_back(totals.Bucket(1)[action] - reached[step]);
    report.table.Append(row);
  }
  return Finish(std::move(report));
}

Report SessionReports::Dimensions() const {
  std::vector<ColumnSpec> columns = {{"dimension", ColumnType::kText},
                                     {"dimension_item", ColumnType::kText}};
  AddStepColumns(columns);
  Report report = FunnelReport(plan_, "dimensions", "overall", std::move(columns));
  for (const DimensionColumn& dimension : sessions_.dimensions) {
    const std::size_t values = dimension.values.size();
    const CountGrid grid = CountByValue(sessions_, calendar_, steps_, dimension);
    for (std::size_t value = 0; value <= values; ++value) {
      const std::span<const std::int64_t> reached = grid.Bucket(value);
      const Cell item =
          value < values ? Cell(dimension.values.Text(static_cast<std::uint32_t>(value))) : Cell();
      // A value that no session of this part of the shop has is not there.
      const bool is_there =
          std::any_of(reached.begin(), reached.end(), [](std::int64_t count) { return count > 0; });
      for (std::size_t step = 0; is_there && step < steps_.size(); ++step) {
        std::vector<Cell> row = {dimension.name, item};
        AddStepCells(row, steps_, reached, step);
        report.table.Append(row);
      }
    }
  }
  return Finish(std::move(report));
}

Report SessionReports::ActionCounts(Period period) const {
  Report report = FunnelReport(plan_, "action_counts", TimePeriodName(period),
                               {{"bucket", ColumnType::kInstant},
                                {"bucket_local", ColumnType::kText},
                                {"action", ColumnType::kText},
                                {"sessions", ColumnType::kInteger},
                                {"is_complete", ColumnType::kBoolean}});
  const PeriodGrid sums = SumDays(counts_.day_actions, counts_, calendar_, period);
  for (std::size_t i = 0; i < sums.periods; ++i) {
    const std::int32_t index = sums.first + static_cast<std::int32_t>(i);
    const std::string label = PeriodLabel(index, period, calendar_.week_start);
    const Instant bucket{calendar_.PeriodStart(index, period)};
    const bool complete = calendar_.IsComplete(index, period);
    for (const std::size_t action : recorded_actions_) {
      report.table.Append(
          {bucket, label, sessions_.action_names[action], sums.grid.Bucket(i)[action], complete});
    }
  }
  return Finish(std::move(report));
}

Report SessionReports::HourlyActionCounts() const {
  Report report = FunnelReport(plan_, "action_counts", TimePeriodName(Period::kHour),
                               {{"hour", ColumnType::kInteger},
                                {"action", ColumnType::kText},
                                {"sessions", ColumnType::kInteger},
                                {"average_per_day", ColumnType::kReal}});
  for (std::size_t hour = 0; hour < kHours && counts_.used > 0; ++hour) {
    for (const std::size_t action : recorded_actions_) {
      report.table.Append({static_cast<std::int64_t>(hour), sessions_.action_names[action],
                           counts_.hour_actions.Bucket(hour)[action],
                           PerDay(counts_.complete_hour_actions.Bucket(hour)[action])});
    }
  }
  return Finish(std::move(report));
}

Report SessionReports::Finish(Report report) const {
  report.rows_read = static_cast<std::int64_t>(sessions_.size());
  report.rows_used = counts_.used;
  if (counts_.after_as_of > 0) {
    report.rows_dropped["after_as_of"] = counts_.after_as_of;
  }
  if (counts_.credits > 0) {
    report.rows_dropped["credit"] = counts_.credits;
  }
  if (counts_.used == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no session starts before the reports' moment";
    return report;
  }
  report.period_from = counts_.first_start;
  report.period_to = calendar_.as_of;
  return report;
}

}  // namespace

std::vector<Report> SessionFunnels(const SessionTable& sessions, const ShopCalendar& calendar,
                                   const FunnelPlan& plan) {
  const SessionReports source(sessions, calendar, plan);
  std::vector<Report> reports;
  if (!plan.session_steps.empty()) {
    for (const Period period : plan.periods) {
      reports.push_back(period == Period::kHour ? source.HourlyOrders() : source.Orders(period));
    }
    reports.push_back(source.Overall());
    if (!sessions.dimensions.empty()) {
      reports.push_back(source.Dimensions());
    }
  }
  for (const Period period : plan.periods) {
    reports.push_back(period == Period::kHour ? source.HourlyActionCounts()
                                              : source.ActionCounts(period));
  }
  return reports;
}

}  // namespace cartwright
