#include "analyses/clv/clv.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analyses/clv/clv_reports.h"
#include "analyses/clv/customer_value.h"
#include "analyses/clv/purchase_history.h"
#include "analyses/report/option_texts.h"

namespace cartwright {
namespace {

constexpr std::array<std::string_view, 1> kModels = {"bg_nbd"};

constexpr std::array<Field<ClvOptions>, 7> kFields = {{
    {.name = "model",
     .member = &ClvOptions::model,
     .sentence = "Model of purchases; the NBD model is always fitted beside it for comparison.",
     .choices = kModels},
    {.name = "period_days",
     .member = &ClvOptions::period_days,
     .sentence = "Days in the unit of time in which the model's parameters are given.",
     .min = 1,
     .max = 366},
    {.name = "horizon_months",
     .member = &ClvOptions::horizon_months,
     .sentence = "How many months after the last day seen are valued.",
     .min = 1,
     .max = 120},
    {.name = "discount_rate_per_year",
     .member = &ClvOptions::discount_rate_per_year,
     .sentence = "Interest of a year by which later purchases count less: 0.1 is 10 %.",
     .min = 0,
     .max = 10},
    {.name = "margin",
     .member = &ClvOptions::margin,
     .sentence = "Share of revenue that counts as value.",
     .min = 0,
     .max = 1},
    {.name = "penalty",
     .member = &ClvOptions::penalty,
     .sentence = "Weight of the squared parameters in the fit; above 0 it steadies small samples "
                 "and biases the result.",
     .min = 0,
     .max = 10},
    {.name = "top_customers",
     .member = &ClvOptions::top_customers,
     .sentence = "Rows of the report of the most valuable customers.",
     .min = 0,
     .max = 10'000},
}};

/// A report with everything but its table.
Report Envelope(std::string_view type, std::string_view time_period, const ClvResults& results) {
  const PurchaseHistories& histories = results.histories;
  Report report;
  report.key.report_name = "clv_prediction";
  report.key.type = type;
  report.key.time_period = time_period;
  report.status = results.models.status;
  report.status_reason = results.models.status_reason;
  report.warnings = results.models.warnings;
  report.rows_read = histories.rows_read;
  report.rows_used = histories.rows_used;
  report.rows_dropped = histories.rows_dropped;
  report.params = OptionTexts(results.options, ClvOptionFields());
  if (!histories.customers.empty()) {
    const auto first = std::min_element(
        histories.customers.begin(), histories.customers.end(),
        [](const auto& one, const auto& other) { return one.first_day < other.first_day; });
    report.period_from = results.calendar.zone.StartOfDay(first->first_day);
    report.period_to = results.calendar.as_of;
  }
  return report;
}

/// Without payments nothing is known of what was spent: null, not 0.
void ClearAmounts(Report& report) {
  for (ReportTable* table : {&report.table, &report.customers}) {
    for (std::size_t column = 0; column < table->columns().size(); ++column) {
      const std::string_view name = table->columns()[column].name;
      if (name == "net_revenue" || name == "repeat_revenue") {
        table->ClearColumn(column);
      }
    }
  }
  report.warnings.emplace_back("no source gives payments; not available: values and revenue");
}

Report WithTable(std::string_view type, std::string_view time_period, const ClvResults& results,
                 ReportTable table) {
  Report report = Envelope(type, time_period, results);
  report.table = std::move(table);
  return report;
}

}  // namespace

std::span<const Field<ClvOptions>> ClvOptionFields() { return kFields; }

Result<std::vector<Report>> ComputeClv(const ShopTables& tables, const ShopCalendar& calendar,
                                       const ClvOptions& options) {
  double minor_per_major = 1;
  for (int decimal = 0; decimal < tables.currency_exponent; ++decimal) {
    minor_per_major *= 10;
  }
  const PurchaseHistories histories = CollectPurchases(tables, calendar);
  const ClvModels models = FitClvModels(histories, options, minor_per_major);
  const std::vector<DayNumber> days =
      ForecastDays(calendar, histories.end_day, options.horizon_months);
  const ClvForecast forecast = Forecast(histories, models, options, days, minor_per_major);
  const ClvResults results{.tables = tables,
                           .calendar = calendar,
                           .options = options,
                           .histories = histories,
                           .models = models,
                           .forecast = forecast,
                           .forecast_days = days,
                           .minor_per_major = minor_per_major};
  std::vector<Report> reports;
  reports.push_back(WithTable("", "", results, ClvSummaryTable(results)));
  reports.back().customers = ClvCustomersTable(results);
  reports.push_back(WithTable("top", "", results, ClvTopTable(results)));
  reports.push_back(WithTable("model", "", results, ClvModelTable(results)));
  reports.push_back(WithTable("fit", "", results, ClvFitTable(results)));
  reports.push_back(WithTable("weekly", "weekly", results, ClvWeeklyTable(results)));
  if (!tables.sessions.recorded.amount(AmountKind::kPayment)) {
    for (Report& report : reports) {
      ClearAmounts(report);
    }
  }
  return reports;
}

}  // namespace cartwright
