#include "analyses/cart/cart_reports.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

constexpr EpochMillis kDay = 86'400'000;

std::vector<ColumnSpec> CountColumns(std::vector<ColumnSpec> lead) {
  lead.insert(lead.end(), {{"carts", ColumnType::kInteger},
                           {"purchased_carts", ColumnType::kInteger},
                           {"recovered_carts", ColumnType::kInteger},
                           {"open_carts", ColumnType::kInteger},
                           {"abandoned_carts", ColumnType::kInteger},
                           {"abandonment_rate", ColumnType::kReal},
                           {"recovery_rate", ColumnType::kReal},
                           {"value_abandoned", ColumnType::kMoney},
                           {"value_recovered", ColumnType::kMoney}});
  return lead;
}

void AppendCounts(std::vector<Cell> lead, const CartCounts& counts, ReportTable& out) {
  lead.insert(lead.end(), {counts.carts, counts.purchased, counts.recovered, counts.open,
                           counts.abandoned, Ratio(counts.carts - counts.purchased, counts.carts),
                           Ratio(counts.recovered, counts.recovered + counts.abandoned),
                           Money{counts.value_abandoned}, Money{counts.value_recovered}});
  out.Append(lead);
}

CartCounts CountUnits(const SessionTable& sessions, const std::vector<CartUnit>& units) {
  CartCounts counts;
  for (const CartUnit& unit : units) {
    counts.Add(unit.state, CartValue(sessions, unit.last_row));
  }
  return counts;
}

/// The counts of sessions by `place_of(row)`, which must be below `places`.
template <class PlaceOf>
std::vector<CartCounts> CountSessions(const CartInput& input, std::size_t places,
                                      PlaceOf place_of) {
  std::vector<CartCounts> counts(places);
  for (std::size_t i = 0; i < input.units.sessions.size(); ++i) {
    const CartUnit& cart = input.units.sessions[i];
    counts[place_of(cart.last_row)].Add(cart.state, input.value[i]);
  }
  return counts;
}

std::string PeriodType(Period period) {
  return std::string(TimePeriodName(period)) + "_abandonment";
}

}  // namespace

void CartCounts::Add(CartState state, std::int64_t value) {
  ++carts;
  switch (state) {
    case CartState::kPurchased:
      ++purchased;
      break;
    case CartState::kRecovered:
      ++recovered;
      value_recovered += value;
      break;
    case CartState::kOpen:
      ++open;
      break;
    case CartState::kAbandoned:
      ++abandoned;
      value_abandoned += value;
      break;
  }
}

Report Abandonment(const CartInput& input) {
  std::vector<ColumnSpec> columns = CountColumns({{"counted_by", ColumnType::kText}});
  columns.push_back({"orders_without_cart", ColumnType::kInteger});
  Report report = StartCartReport(input, "abandonment", std::move(columns));
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const SessionTable& sessions = input.tables.sessions;
  for (const auto& [name, units] : {std::pair{"session", &input.units.sessions},
                                    {"customer", &input.units.customers},
                                    {"cart", &input.units.carts}}) {
    const CartCounts counts = CountUnits(sessions, *units);
    report.table.Append({name, counts.carts, counts.purchased, counts.recovered, counts.open,
                         counts.abandoned, Ratio(counts.carts - counts.purchased, counts.carts),
                         Ratio(counts.recovered, counts.recovered + counts.abandoned),
                         Money{counts.value_abandoned}, Money{counts.value_recovered},
                         input.units.orders_without_cart});
  }
  return report;
}

Report Stages(const CartInput& input) {
  Report report = StartCartReport(input, "stages",
                                  {{"stage", ColumnType::kText},
                                   {"carts", ColumnType::kInteger},
                                   {"share", ColumnType::kReal},
                                   {"ended_carts", ColumnType::kInteger},
                                   {"abandonment_rate", ColumnType::kReal},
                                   {"value_left", ColumnType::kMoney}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const SessionTable& sessions = input.tables.sessions;
  const std::uint32_t checkout =
      sessions.ActionBit(input.options.checkout_action) & sessions.recorded.actions;
  struct Stage {
    std::string_view name;
    std::int64_t ended = 0;
    std::int64_t value = 0;
  };
  std::array<Stage, 3> stages = {{{"cart"}, {"checkout"}, {"purchase"}}};
  for (std::size_t i = 0; i < input.units.sessions.size(); ++i) {
    const std::uint32_t row = input.units.sessions[i].last_row;
    const std::size_t reached = (sessions.actions[row] & checkout) != 0 ? 1 : 0;
    Stage& stage = stages[sessions.purchased(row) ? 2 : reached];
    ++stage.ended;
    stage.value += input.value[i];
  }
  const std::int64_t all = std::ssize(input.units.sessions);
  std::int64_t left = all;
  for (const Stage& stage : stages) {
    const bool is_last = stage.name == "purchase";
    if (stage.name != "checkout" || checkout != 0) {
      report.table.Append({stage.name, left, Ratio(left, all), is_last ? Cell() : Cell(stage.ended),
                           is_last ? Cell() : Cell(Ratio(stage.ended, left)),
                           is_last ? Cell() : Cell(Money{stage.value})});
      left -= stage.ended;
    }
  }
  if (checkout == 0) {
    report.warnings.push_back("no source gives the action " + input.options.checkout_action +
                              "; not available: the stage checkout");
  }
  return report;
}

Report Recovery(const CartInput& input) {
  Report report = StartCartReport(input, "recovery",
                                  {{"days_since_cart", ColumnType::kInteger},
                                   {"carts", ColumnType::kInteger},
                                   {"recovered_carts", ColumnType::kInteger},
                                   {"running_share", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const SessionTable& sessions = input.tables.sessions;
  const auto days = static_cast<std::size_t>(input.options.recovery_days);
  const EpochMillis latest = input.calendar.as_of - input.options.recovery_days * kDay;
  std::vector<std::int64_t> recovered(days + 1, 0);
  std::int64_t carts = 0;
  for (const CartUnit& cart : input.units.sessions) {
    const bool is_known = sessions.client[cart.last_row] != kNoCode;
    if (is_known && cart.state != CartState::kPurchased &&
        sessions.start[cart.last_row] <= latest) {
      ++carts;
      if (cart.state == CartState::kRecovered) {
        ++recovered[static_cast<std::size_t>(cart.waited / kDay)];
      }
    }
  }
  std::int64_t sum = 0;
  for (std::size_t day = 0; carts > 0 && day <= days; ++day) {
    sum += recovered[day];
    report.table.Append({static_cast<std::int64_t>(day), carts, recovered[day], Ratio(sum, carts)});
  }
  if (carts == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no cart of a known customer was left recovery_days before as_of";
  }
  return report;
}

Report HourlyAbandonment(const CartInput& input) {
  Report report =
      StartCartReport(input, "hourly_abandonment", CountColumns({{"hour", ColumnType::kInteger}}));
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const auto& hours = input.tables.sessions.hour;
  std::int64_t hour = 0;
  for (const CartCounts& counts :
       CountSessions(input, 24, [&hours](std::uint32_t row) { return std::size_t{hours[row]}; })) {
    AppendCounts({hour++}, counts, report.table);
  }
  return report;
}

Report PeriodAbandonment(const CartInput& input, Period period) {
  Report report = StartCartReport(input, PeriodType(period),
                                  CountColumns({{"bucket", ColumnType::kInstant},
                                                {"bucket_local", ColumnType::kText},
                                                {"is_complete", ColumnType::kBoolean}}));
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const ShopCalendar& calendar = input.calendar;
  const auto& day = input.tables.sessions.day;
  const std::int32_t first = calendar.PeriodOf(input.days.first(), period);
  const std::int32_t last = calendar.PeriodOf(input.days.last(), period);
  const std::vector<CartCounts> periods =
      CountSessions(input, static_cast<std::size_t>(last - first) + 1, [&](std::uint32_t row) {
        return static_cast<std::size_t>(calendar.PeriodOf(day[row], period) - first);
      });
  std::int32_t index = first;
  for (const CartCounts& counts : periods) {
    const std::string label = PeriodLabel(index, period, calendar.week_start);
    AppendCounts(
        {Instant{calendar.PeriodStart(index, period)}, label, calendar.IsComplete(index, period)},
        counts, report.table);
    ++index;
  }
  return report;
}

Report DimensionAbandonment(const CartInput& input) {
  Report report = StartCartReport(
      input, "dimension_abandonment",
      CountColumns({{"dimension", ColumnType::kText}, {"dimension_item", ColumnType::kText}}));
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  for (const DimensionColumn& dimension : input.tables.sessions.dimensions) {
    const std::uint32_t missing = dimension.values.size();
    const std::vector<CartCounts> values = CountSessions(
        input, std::size_t{missing} + 1,
        [&](std::uint32_t row) { return std::size_t{std::min(dimension.code[row], missing)}; });
    for (std::uint32_t value = 0; value <= missing; ++value) {
      if (values[value].carts > 0) {
        const Cell name = value == missing ? Cell() : Cell(dimension.values.Text(value));
        AppendCounts({dimension.name, name}, values[value], report.table);
      }
    }
  }
  return report;
}

}  // namespace cartwright
