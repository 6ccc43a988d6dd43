#include "analyses/cart/cart.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "analyses/cart/cart_reports.h"
#include "analyses/report/hidden_columns.h"
#include "analyses/report/option_texts.h"
#include "daemon/base/money.h"

namespace cartwright {
namespace {

constexpr EpochMillis kHour = 3'600'000;

/// Whether any visit that bought nothing has basket lines: their value is then known.
bool RecordsCartLines(const SessionTable& sessions) {
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (!sessions.purchased(row) && !sessions.is_credit(row) &&
        sessions.line_begin[row] < sessions.line_begin[row + 1]) {
      return true;
    }
  }
  return false;
}

std::vector<Report> MakeReports(const CartInput& input) {
  std::vector<Report> reports;
  reports.push_back(Abandonment(input));
  reports.push_back(Stages(input));
  reports.push_back(Recovery(input));
  reports.push_back(HourlyAbandonment(input));
  for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
    reports.push_back(PeriodAbandonment(input, period));
  }
  if (!input.tables.sessions.dimensions.empty()) {
    reports.push_back(DimensionAbandonment(input));
  }
  return reports;
}

std::vector<std::int64_t> ValuesOf(const SessionTable& sessions,
                                   const std::vector<CartUnit>& carts) {
  std::vector<std::int64_t> values;
  values.reserve(carts.size());
  for (const CartUnit& cart : carts) {
    values.push_back(CartValue(sessions, cart.last_row));
  }
  return values;
}

/// What the rows before as_of are.
void CountRows(CartInput& input) {
  const SessionTable& sessions = input.tables.sessions;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= input.calendar.as_of) {
      ++input.after_as_of;
    } else {
      ++(sessions.is_credit(row) ? input.credits : input.visits);
    }
  }
}

}  // namespace

std::span<const Field<CartOptions>> CartOptionFields() {
  static const std::array<Field<CartOptions>, 4> kFields = {{
      {.name = "cart_action",
       .member = &CartOptions::cart_action,
       .sentence = "Action of a session with something in its cart."},
      {.name = "checkout_action",
       .member = &CartOptions::checkout_action,
       .sentence = "Action of a session that began to check out."},
      {.name = "window_hours",
       .member = &CartOptions::window_hours,
       .sentence = "How long after its last session a cart can still be bought.",
       .min = 0,
       .max = 8760},
      {.name = "recovery_days",
       .member = &CartOptions::recovery_days,
       .sentence = "How many days after its last session an order of the customer recovers a cart.",
       .min = 1,
       .max = 366},
  }};
  return kFields;
}

std::vector<OptionFault> CartOptionFaults(const CartOptions& options,
                                          const ShopTablesLayout& shop) {
  const std::vector<std::string_view> names(shop.action_names.begin(), shop.action_names.end());
  std::vector<OptionFault> faults;
  for (const auto& [option, value] : {std::pair{"cart_action", &options.cart_action},
                                      std::pair{"checkout_action", &options.checkout_action}}) {
    // A default that the shop does not have makes no fault: the report says that it is missing.
    const bool is_default =
        *value == CartOptions().cart_action || *value == CartOptions().checkout_action;
    if (!is_default && std::find(names.begin(), names.end(), *value) == names.end()) {
      faults.push_back({option, std::nullopt, ExpectedOneOf(names, *value)});
    }
  }
  return faults;
}

std::int64_t CartValue(const SessionTable& sessions, std::uint32_t row) {
  LineSum sum;
  for (std::uint32_t line = sessions.line_begin[row]; line < sessions.line_begin[row + 1]; ++line) {
    const std::int64_t price = sessions.line_price[line];
    if (sessions.line_quantity[line] > 0 && price != kMissingAmount) {
      sum.Add(sessions.line_quantity[line], UnitPrice{price});
    }
  }
  return sum.Rounded().value_or(Money{}).minor;
}

Report StartCartReport(const CartInput& input, std::string_view type,
                       std::vector<ColumnSpec> columns) {
  const SessionTable& sessions = input.tables.sessions;
  Report report;
  report.key.report_name = "cart";
  report.key.type = type;
  report.table = ReportTable(std::move(columns));
  report.params = OptionTexts(input.options, CartOptionFields());
  report.rows_read = static_cast<std::int64_t>(sessions.size());
  report.rows_used = static_cast<std::int64_t>(input.units.sessions.size());
  for (const auto& [reason, rows] : {std::pair{"after_as_of", input.after_as_of},
                                     {"credit", input.credits},
                                     {"no_cart", input.visits - report.rows_used}}) {
    if (rows != 0) {
      report.rows_dropped[reason] = rows;
    }
  }
  if (!input.days.empty()) {
    report.period_from = input.calendar.zone.StartOfDay(input.days.first());
    report.period_to = input.calendar.as_of;
  }
  if ((sessions.ActionBit(input.options.cart_action) & sessions.recorded.actions) == 0) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no source gives the action " + input.options.cart_action;
  } else if (!sessions.recorded.visits) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no source gives visits without an order";
  } else if (input.units.sessions.empty()) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no session with a cart before as_of";
  }
  return report;
}

Result<std::vector<Report>> ComputeCart(const ShopTables& tables, const ShopCalendar& calendar,
                                        const CartOptions& options) {
  const SessionTable& sessions = tables.sessions;
  ShopTablesLayout layout;
  layout.action_names = sessions.action_names;
  CARTWRIGHT_TRY(FirstFault("cart", CartOptionFaults(options, layout)));
  const CartUnits units = FindCarts(tables, {.cart_bit = sessions.ActionBit(options.cart_action),
                                             .window = options.window_hours * kHour,
                                             .recovery = options.recovery_days * 24 * kHour,
                                             .as_of = calendar.as_of});
  const DayRange days = DaysOfRows(sessions, calendar);
  const std::vector<std::int64_t> value = ValuesOf(sessions, units.sessions);
  CartInput input{.tables = tables,
                  .calendar = calendar,
                  .options = options,
                  .units = units,
                  .days = days,
                  .value = value};
  CountRows(input);
  std::vector<Report> reports = MakeReports(input);
  static constexpr std::array<std::string_view, 3> kValues = {"value_abandoned", "value_recovered",
                                                              "value_left"};
  if (!RecordsCartLines(sessions)) {
    for (Report& report : reports) {
      HideColumns(report, "basket lines of visits without an order", kValues);
    }
  }
  return reports;
}

}  // namespace cartwright
