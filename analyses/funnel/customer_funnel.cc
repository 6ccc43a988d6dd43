#include "analyses/funnel/customer_funnel.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyses/statistics/quantile.h"
#include "analyses/tables/client_orders.h"
#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

constexpr double kMillisPerMinute = 60'000.0;

/// One customer who entered the funnel.
struct Passage {
  DayNumber entry_day = 0;
  std::size_t level = 0;
  std::size_t first_gap = 0;  ///< Its level - 1 gaps start here in CustomerPassages::gaps.
};

struct CustomerPassages {
  std::vector<Passage> passages;
  std::vector<double> gaps;                ///< Minutes between consecutive steps.
  std::vector<std::int64_t> had_step;      ///< Customers with the step, however they came to it.
  std::optional<EpochMillis> first_event;  ///< Of all customers.
  DayRange days;                           ///< Of the first event and of all entries.
  std::int64_t rows_read = 0;
  std::int64_t rows_used = 0;
  std::map<std::string, std::int64_t> rows_dropped;

  explicit CustomerPassages(const ShopCalendar& calendar) : days(calendar) {}
};

/// Subjects of one bucket, and the minutes between each step and the next.
struct StepFigures {
  std::vector<std::int64_t> reached;
  std::vector<std::vector<double>> minutes;

  explicit StepFigures(std::size_t steps) : reached(steps, 0), minutes(steps) {}
  void Add(const Passage& passage, const std::vector<double>& gaps) {
    for (std::size_t step = 0; step < passage.level; ++step) {
      ++reached[step];
      if (step > 0) {
        minutes[step - 1].push_back(gaps[passage.first_gap + step - 1]);
      }
    }
  }
};

/// Collects the events of one customer after another and matches them.
class PassageFinder {
 public:
  PassageFinder(const ShopTables& tables, const ShopCalendar& calendar, const FunnelPlan& plan)
      : tables_(tables), calendar_(calendar), plan_(plan), matcher_(plan.rule), found_(calendar) {
    reads_customers_ = std::any_of(
        plan.steps.begin(), plan.steps.end(),
        [](const FunnelStep& step) { return step.source != StepSource::kSessionAction; });
  }

  CustomerPassages Find();

 private:
  void CountSessionRows();
  void AddVisits(std::span<const std::uint32_t> rows);
  void AddDates(std::size_t customer_row);
  void MatchCustomer();

  const ShopTables& tables_;
  const ShopCalendar& calendar_;
  const FunnelPlan& plan_;
  OrderedFunnel matcher_;
  bool reads_customers_ = false;
  std::vector<FunnelEvent> events_;  ///< Of the customer at hand.
  CustomerPassages found_;
};

CustomerPassages PassageFinder::Find() {
  found_.had_step.assign(plan_.steps.size(), 0);
  CountSessionRows();
  const ClientOrders visits =
      VisitsByClient(tables_.sessions, tables_.clients.size(), calendar_.as_of);
  std::size_t customer_row = 0;
  for (std::uint32_t client = 0; client < visits.clients(); ++client) {
    events_.clear();
    if (reads_customers_ && customer_row < tables_.customers.size() &&
        tables_.customers.client[customer_row] == client) {
      AddDates(customer_row++);
    }
    AddVisits(visits.Of(client));
    MatchCustomer();
  }
  if (found_.first_event) {
    found_.days.Add(calendar_.zone.ToLocal(*found_.first_event).day);
  }
  return std::move(found_);
}

void PassageFinder::CountSessionRows() {
  const SessionTable& sessions = tables_.sessions;
  found_.rows_read = static_cast<std::int64_t>(sessions.size());
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= calendar_.as_of) {
      ++found_.rows_dropped["after_as_of"];
    } else if (sessions.is_credit(row)) {
      ++found_.rows_dropped["credit"];
    } else if (sessions.client[row] == kNoCode) {
      ++found_.rows_dropped["guest"];
    } else {
      ++found_.rows_used;
    }
  }
}

void PassageFinder::AddVisits(std::span<const std::uint32_t> rows) {
  for (const std::uint32_t row : rows) {
    std::uint32_t steps = 0;
    for (std::size_t step = 0; step < plan_.steps.size(); ++step) {
      const bool has = (tables_.sessions.actions[row] & plan_.steps[step].action_bit) != 0;
      steps |= static_cast<std::uint32_t>(has) << step;
    }
    events_.push_back({tables_.sessions.start[row], steps});
  }
}

void PassageFinder::AddDates(std::size_t customer_row) {
  const CustomerTable& customers = tables_.customers;
  bool known = false;
  const std::size_t before = events_.size();
  for (std::size_t step = 0; step < plan_.steps.size(); ++step) {
    const StepSource source = plan_.steps[step].source;
    if (source == StepSource::kSessionAction) {
      continue;
    }
    const EpochMillis date = source == StepSource::kDownload ? customers.download[customer_row]
                                                             : customers.signup[customer_row];
    known = known || date != kMissingInstant;
    if (date != kMissingInstant && date < calendar_.as_of) {
      events_.push_back({date, 1U << step});
    }
  }
  ++found_.rows_read;
  if (events_.size() > before) {
    ++found_.rows_used;
  } else {
    ++found_.rows_dropped[known ? "after_as_of" : "date_unknown"];
  }
}

void PassageFinder::MatchCustomer() {
  if (events_.empty()) {
    return;
  }
  std::uint32_t had = 0;
  for (const FunnelEvent& event : events_) {
    had |= event.steps;
    found_.first_event = std::min(found_.first_event.value_or(event.time), event.time);
  }
  for (std::size_t step = 0; step < plan_.steps.size(); ++step) {
    found_.had_step[step] += had >> step & 1U;
  }
  const FunnelMatch match = matcher_.Match(events_);
  if (match.level == 0) {
    return;
  }
  const DayNumber entry_day = calendar_.zone.ToLocal(match.time[0]).day;
  found_.days.Add(entry_day);
  found_.passages.push_back({entry_day, match.level, found_.gaps.size()});
  for (std::size_t step = 1; step < match.level; ++step) {
    found_.gaps.push_back(static_cast<double>(match.time[step] - match.time[step - 1]) /
                          kMillisPerMinute);
  }
}

std::vector<StepFigures> FiguresByPeriod(const CustomerPassages& found, std::int32_t first,
                                         std::int32_t last, const ShopCalendar& calendar,
                                         Period period) {
  std::vector<StepFigures> figures(static_cast<std::size_t>(last - first) + 1,
                                   StepFigures(found.had_step.size()));
  for (const Passage& passage : found.passages) {
    const std::int32_t index = calendar.PeriodOf(passage.entry_day, period);
    figures[static_cast<std::size_t>(index - first)].Add(passage, found.gaps);
  }
  return figures;
}

void AddMinutesColumns(std::vector<ColumnSpec>& columns) {
  columns.insert(columns.end(), {{"median_minutes_to_next", ColumnType::kReal},
                                 {"p90_minutes_to_next", ColumnType::kReal}});
}

void AddMinutesCells(std::vector<Cell>& row, std::vector<double>& minutes) {
  std::sort(minutes.begin(), minutes.end());
  row.emplace_back(SortedQuantile(minutes, 0.5));
  row.emplace_back(SortedQuantile(minutes, 0.9));
}

Report Finish(Report report, const CustomerPassages& found, const ShopCalendar& calendar) {
  report.rows_read = found.rows_read;
  report.rows_used = found.rows_used;
  report.rows_dropped = found.rows_dropped;
  if (!found.first_event) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no known customer did anything before the reports' moment";
    return report;
  }
  report.period_from = found.first_event;
  report.period_to = calendar.as_of;
  return report;
}

Report ByPeriod(const CustomerPassages& found, const ShopCalendar& calendar, const FunnelPlan& plan,
                Period period) {
  std::vector<ColumnSpec> columns = {{"bucket", ColumnType::kInstant},
                                     {"bucket_local", ColumnType::kText}};
  AddStepColumns(columns);
  AddMinutesColumns(columns);
  columns.push_back({"is_complete", ColumnType::kBoolean});
  Report report = FunnelReport(plan, "customers", TimePeriodName(period), std::move(columns));
  if (!found.first_event) {
    return Finish(std::move(report), found, calendar);
  }
  const std::int32_t first = calendar.PeriodOf(found.days.first(), period);
  const std::int32_t last = calendar.PeriodOf(found.days.last(), period);
  std::vector<StepFigures> figures = FiguresByPeriod(found, first, last, calendar, period);
  for (std::int32_t index = first; index <= last; ++index) {
    StepFigures& of_period = figures[static_cast<std::size_t>(index - first)];
    const std::string label = PeriodLabel(index, period, calendar.week_start);
    const bool complete =
        calendar.PeriodStart(index + 1, period) + plan.rule.window <= calendar.as_of;
    for (std::size_t step = 0; step < plan.steps.size(); ++step) {
      std::vector<Cell> row = {Instant{calendar.PeriodStart(index, period)}, label};
      AddStepCells(row, plan.steps, of_period.reached, step);
      AddMinutesCells(row, of_period.minutes[step]);
      row.emplace_back(complete);
      report.table.Append(row);
    }
  }
  return Finish(std::move(report), found, calendar);
}

Report Overall(const CustomerPassages& found, const ShopCalendar& calendar,
               const FunnelPlan& plan) {
  std::vector<ColumnSpec> columns;
  AddStepColumns(columns);
  columns.push_back({"bypassed", ColumnType::kInteger});
  AddMinutesColumns(columns);
  Report report = FunnelReport(plan, "customers", "overall", std::move(columns));
  StepFigures figures(plan.steps.size());
  for (const Passage& passage : found.passages) {
    figures.Add(passage, found.gaps);
  }
  for (std::size_t step = 0; step < plan.steps.size() && found.first_event; ++step) {
    std::vector<Cell> row;
    AddStepCells(row, plan.steps, figures.reached, step);
    row.emplace_back(found.had_step[step] - figures.reached[step]);
    AddMinutesCells(row, figures.minutes[step]);
    report.table.Append(row);
  }
  return Finish(std::move(report), found, calendar);
}

}  // namespace

std::vector<Report> CustomerFunnels(const ShopTables& tables, const ShopCalendar& calendar,
                                    const FunnelPlan& plan) {
  const CustomerPassages found = PassageFinder(tables, calendar, plan).Find();
  std::vector<Report> reports;
  for (const Period period : plan.periods) {
    if (period != Period::kHour) {
      reports.push_back(ByPeriod(found, calendar, plan, period));
    }
  }
  reports.push_back(Overall(found, calendar, plan));
  return reports;
}

}  // namespace cartwright
