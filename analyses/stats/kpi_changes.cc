#include <fmt/core.h>

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "analyses/statistics/ratio.h"
#include "analyses/stats/not_recorded.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {
namespace {

constexpr std::array<DayNumber, 3> kWindowDays = {7, 28, 91};
// 52 weeks, not a calendar year: both windows then hold the same weekdays.
constexpr DayNumber kYearOfWeeks = 52 * 7;

/// A figure of a window, by the name of its column in the report of KPIs.
struct Kpi {
  std::string_view name;
  std::optional<double> (*value)(const WindowFigures&, int currency_exponent);
};

std::optional<double> Count(std::int64_t count) { return static_cast<double>(count); }
std::optional<double> Amount(std::int64_t minor, int exponent) {
  return AverageAmount(minor, 1, exponent);
}

constexpr std::array<Kpi, 16> kKpis = {{
    {"sessions", [](const WindowFigures& now, int) { return Count(now.all.sessions); }},
    {"orders", [](const WindowFigures& now, int) { return Count(now.all.orders); }},
    {"customers", [](const WindowFigures& now, int) { return Count(now.customers); }},
    {"new_customers", [](const WindowFigures& now, int) { return Count(now.from_new.orders); }},
    {"units", [](const WindowFigures& now, int) { return Count(now.all.units); }},
    {"gross_revenue",
     [](const WindowFigures& now, int exponent) { return Amount(now.all.gross, exponent); }},
    {"returns",
     [](const WindowFigures& now, int exponent) { return Amount(now.all.returns, exponent); }},
    {"discount",
     [](const WindowFigures& now, int exponent) { return Amount(now.all.discount, exponent); }},
    {"net_revenue",
     [](const WindowFigures& now, int exponent) { return Amount(now.all.net(), exponent); }},
    {"average_order_value",
     [](const WindowFigures& now, int exponent) {
       return AverageAmount(now.all.net(), now.all.orders, exponent);
     }},
    {"conversion_rate",
     [](const WindowFigures& now, int) { return Ratio(now.all.orders, now.all.sessions); }},
    {"units_per_order",
     [](const WindowFigures& now, int) { return Ratio(now.all.units, now.all.orders); }},
    {"average_selling_price",
     [](const WindowFigures& now, int exponent) {
       return AverageAmount(now.all.net(), now.all.units, exponent);
     }},
    {"orders_per_customer",
     [](const WindowFigures& now, int) {
       return Ratio(now.all.orders - now.all.guest_orders, now.customers);
     }},
    {"repeat_rate", [](const WindowFigures& now, int) { return Ratio(now.repeat, now.customers); }},
    {"promotion_share",
     [](const WindowFigures& now, int) { return Ratio(now.all.promoted_orders, now.all.orders); }},
}};

/// The figures of the days [from, to); nothing where the records begin later.
std::optional<WindowFigures> Covered(const StatsInput& input, DayNumber from, DayNumber to) {
  return from < input.days.first_day ? std::nullopt : std::optional(FiguresOfDays(input, from, to));
}

std::optional<double> ValueOf(const Kpi& kpi, const std::optional<WindowFigures>& figures,
                              int exponent) {
  return figures ? kpi.value(*figures, exponent) : std::nullopt;
}

std::optional<double> Change(std::optional<double> from, std::optional<double> to) {
  return from && to ? Ratio(*to - *from, std::abs(*from)) : std::nullopt;
}

void AppendWindow(const StatsInput& input, DayNumber days, DayNumber end, ReportTable& out) {
  const DayNumber from = end - days;
  const std::optional<WindowFigures> now = Covered(input, from, end);
  if (!now) {
    return;
  }
  const std::optional<WindowFigures> previous = Covered(input, from - days, from);
  const std::optional<WindowFigures> last_year =
      Covered(input, from - kYearOfWeeks, end - kYearOfWeeks);
  const std::string window = fmt::format("last_{}_full_days", days);
  const int exponent = input.tables.currency_exponent;
  for (const Kpi& kpi : kKpis) {
    if (!IsRecorded(input.tables.sessions.recorded, kpi.name)) {
      continue;
    }
    const std::optional<double> value = ValueOf(kpi, now, exponent);
    const std::optional<double> before = ValueOf(kpi, previous, exponent);
    const std::optional<double> year_before = ValueOf(kpi, last_year, exponent);
    out.Append({window, Instant{input.calendar.zone.StartOfDay(from)},
                Instant{input.calendar.zone.StartOfDay(end)}, kpi.name, value, before,
                Change(before, value), year_before, Change(year_before, value)});
  }
}

void WarnOfWhatIsLeftOut(const Recorded& recorded, Report& report) {
  std::string left_out;
  for (const Kpi& kpi : kKpis) {
    if (!IsRecorded(recorded, kpi.name)) {
      left_out.append(left_out.empty() ? "" : ", ").append(kpi.name);
    }
  }
  if (!left_out.empty()) {
    report.warnings.push_back("no source gives what these rest on; left out: " + left_out);
  }
}

}  // namespace

Report KpiChanges(const StatsInput& input) {
  Report report = StartStatsReport(input, "kpi_changes",
                                   {{"window", ColumnType::kText},
                                    {"window_from", ColumnType::kInstant},
                                    {"window_to", ColumnType::kInstant},
                                    {"kpi", ColumnType::kText},
                                    {"kpi_value", ColumnType::kReal},
                                    {"previous_value", ColumnType::kReal},
                                    {"change_from_previous", ColumnType::kReal},
                                    {"last_year_value", ColumnType::kReal},
                                    {"change_from_last_year", ColumnType::kReal}});
  const DayNumber end = input.days.first_day + static_cast<DayNumber>(input.days.complete_days);
  for (const DayNumber days : kWindowDays) {
    AppendWindow(input, days, end, report.table);
  }
  WarnOfWhatIsLeftOut(input.tables.sessions.recorded, report);
  if (report.status == ReportStatus::kOk && report.table.rows() == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason =
        fmt::format("fewer than {} days of the records are over at as_of", kWindowDays.front());
  }
  return report;
}

}  // namespace cartwright
