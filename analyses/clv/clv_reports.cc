#include "analyses/clv/clv_reports.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

namespace cartwright {
namespace {

/// Counts of the fit report; the last stands for itself and everything above.
constexpr std::size_t kFitCounts = 8;

constexpr std::array<std::string_view, 4> kPurchaseParameters = {"r", "alpha", "a", "b"};
constexpr std::array<std::string_view, 3> kSpendParameters = {"p", "q", "v"};

/// A number as a cell; null where it cannot be written.
Cell RealCell(std::optional<double> value) {
  return value && std::isfinite(*value) ? Cell(*value) : Cell();
}

/// Major units as money, rounded to minor units; missing where out of range.
std::optional<Money> ToMoney(std::optional<double> major, double minor_per_major) {
  if (!major || !(std::abs(*major * minor_per_major) < static_cast<double>(kAmountLimit))) {
    return std::nullopt;
  }
  return Money{std::llround(*major * minor_per_major)};
}

std::vector<ColumnSpec> CustomerColumns() {
  return {{"client", ColumnType::kText},
          {"repeat_purchases", ColumnType::kInteger},
          {"customer_age_days", ColumnType::kInteger},
          {"net_revenue", ColumnType::kMoney},
          {"average_repeat_value", ColumnType::kReal},
          {"p_alive", ColumnType::kReal},
          {"expected_purchases", ColumnType::kReal},
          {"average_expected_value", ColumnType::kReal},
          {"clv", ColumnType::kMoney}};
}

std::vector<Cell> CustomerCells(const ClvResults& results, std::size_t place) {
  const CustomerHistory& customer = results.histories.customers[place];
  const CustomerValue& value = results.forecast.customers[place];
  const std::optional<double> average = MeanRepeatValue(customer, results.minor_per_major);
  return {results.tables.clients.Text(customer.client),
          customer.repeats,
          std::int64_t{results.histories.end_day - customer.first_day},
          Money{customer.net},
          average,
          RealCell(value.alive),
          RealCell(value.purchases),
          RealCell(value.value),
          ToMoney(value.clv, results.minor_per_major)};
}

// Where recency_days comes in the rows of the top customers. In customer-values it is a column of
// `rfm`, which may count it to another day.
constexpr std::ptrdiff_t kRecencyPlace = 2;

/// Rows of the model report.
class ModelRows {
 public:
  ModelRows()
      : table_({{"model", ColumnType::kText},
                {"parameter", ColumnType::kText},
                {"value", ColumnType::kReal},
                {"standard_error", ColumnType::kReal}}) {}

  void Add(std::string_view model, std::string_view parameter, double value,
           std::optional<double> standard_error = {}) {
    table_.Append({model, parameter, RealCell(value), RealCell(standard_error)});
  }
  void AddPurchases(std::string_view name, const PurchaseFit& fit) {
    const PurchaseModel& model = fit.model;
    Add(name, kPurchaseParameters[0], model.r, fit.standard_errors[0]);
    Add(name, kPurchaseParameters[1], model.alpha, fit.standard_errors[1]);
    if (model.dropout) {
      Add(name, kPurchaseParameters[2], model.dropout->a, fit.standard_errors[2]);
      Add(name, kPurchaseParameters[3], model.dropout->b, fit.standard_errors[3]);
      Add(name, "mean_dropout", model.dropout->a / (model.dropout->a + model.dropout->b));
    }
    Add(name, "log_likelihood", fit.log_likelihood);
  }
  void AddSpend(const SpendFit& fit) {
    const std::array<double, 3> values = {fit.model.p, fit.model.q, fit.model.v};
    for (std::size_t i = 0; i < values.size(); ++i) {
      Add("gamma_gamma", kSpendParameters[i], values[i], fit.standard_errors[i]);
    }
    if (!fit.has_infinite_mean) {
      Add("gamma_gamma", "population_mean", fit.model.PopulationMean());
    }
    Add("gamma_gamma", "correlation", fit.correlation);
    Add("gamma_gamma", "log_likelihood", fit.log_likelihood);
  }
  ReportTable Take() && { return std::move(table_); }

 private:
  ReportTable table_;
};

std::int64_t Repeaters(const PurchaseHistories& histories) {
  return std::count_if(histories.customers.begin(), histories.customers.end(),
                       [](const CustomerHistory& customer) { return customer.repeats > 0; });
}

/// What one week of the weekly report holds.
struct Week {
  std::int64_t purchases = 0;
  std::int64_t net = 0;
  std::optional<ExpectedSpan> expected;
  bool is_past = false;
};

/// By week number, without gaps, from the first purchase to the end of the horizon.
std::map<std::int32_t, Week> Weeks(const ClvResults& results) {
  std::map<std::int32_t, Week> weeks;
  const PurchaseHistories& histories = results.histories;
  if (histories.customers.empty()) {
    return weeks;
  }
  const auto first = std::min_element(
      histories.customers.begin(), histories.customers.end(),
      [](const auto& one, const auto& other) { return one.first_day < other.first_day; });
  const auto week_of = [&](DayNumber day) { return results.calendar.PeriodOf(day, Period::kWeek); };
  for (std::int32_t week = week_of(first->first_day); week <= week_of(histories.end_day); ++week) {
    weeks[week].is_past = true;
  }
  for (const RepeatPurchase& repeat : histories.repeats) {
    Week& week = weeks[week_of(repeat.day)];
    ++week.purchases;
    week.net += repeat.net;
  }
  if (results.models.purchases() != nullptr) {
    for (std::size_t i = 0; i < results.forecast.spans.size(); ++i) {
      weeks[week_of(results.forecast_days[i])].expected = results.forecast.spans[i];
    }
  }
  return weeks;
}

}  // namespace

std::vector<DayNumber> ForecastDays(const ShopCalendar& calendar, DayNumber end_day,
                                    std::int64_t horizon_months) {
  const DayNumber last =
      end_day + 1 +
      static_cast<DayNumber>(std::lround(static_cast<double>(horizon_months) * kDaysPerMonth));
  std::vector<DayNumber> days;
  for (DayNumber day = end_day + 1; day < last;) {
    days.push_back(day);
    day = FirstDayOfPeriod(calendar.PeriodOf(day, Period::kWeek) + 1, Period::kWeek,
                           calendar.week_start);
  }
  days.push_back(last);
  return days;
}

ReportTable ClvSummaryTable(const ClvResults& results) {
  ReportTable table({{"model", ColumnType::kText},
                     {"customers", ColumnType::kInteger},
                     {"repeaters", ColumnType::kInteger},
                     {"repeat_purchases", ColumnType::kInteger},
                     {"net_revenue", ColumnType::kMoney},
                     {"p_alive", ColumnType::kReal},
                     {"expected_purchases", ColumnType::kReal},
                     {"average_expected_value", ColumnType::kReal},
                     {"clv", ColumnType::kMoney}});
  const PurchaseHistories& histories = results.histories;
  const ClvModels& models = results.models;
  std::int64_t net = 0;
  for (const CustomerHistory& customer : histories.customers) {
    net += customer.net;
  }
  CustomerValue sum{.alive = 0.0, .purchases = 0.0, .value = 0.0, .clv = 0.0};
  for (const CustomerValue& value : results.forecast.customers) {
    *sum.alive += value.alive.value_or(0);
    *sum.purchases += value.purchases.value_or(0);
    *sum.value += value.value.value_or(0);
    *sum.clv += value.clv.value_or(0);
  }
  const auto count = static_cast<double>(histories.customers.size());
  const bool has_model = models.purchases() != nullptr;
  table.Append({has_model ? Cell(models.dropout_found ? "bg_nbd" : "nbd") : Cell(),
                static_cast<std::int64_t>(histories.customers.size()), Repeaters(histories),
                static_cast<std::int64_t>(histories.repeats.size()), Money{net},
                has_model ? RealCell(*sum.alive / count) : Cell(),
                has_model ? RealCell(sum.purchases) : Cell(),
                models.spend_usable ? RealCell(*sum.value / count) : Cell(),
                models.spend_usable ? Cell(ToMoney(sum.clv, results.minor_per_major)) : Cell()});
  return table;
}

ReportTable ClvCustomersTable(const ClvResults& results) {
  ReportTable table(CustomerColumns());
  for (std::size_t place = 0; place < results.histories.customers.size(); ++place) {
    table.Append(CustomerCells(results, place));
  }
  return table;
}

ReportTable ClvTopTable(const ClvResults& results) {
  std::vector<std::pair<std::int64_t, std::size_t>> ranked;  // Minus the value, then the place.
  for (std::size_t place = 0; place < results.forecast.customers.size(); ++place) {
    if (const auto value =
            ToMoney(results.forecast.customers[place].clv, results.minor_per_major)) {
      ranked.emplace_back(-value->minor, place);
    }
  }
  const auto shown =
      std::min(ranked.size(), static_cast<std::size_t>(results.options.top_customers));
  const auto end = ranked.begin() + static_cast<std::ptrdiff_t>(shown);
  std::partial_sort(ranked.begin(), end, ranked.end());
  std::vector<ColumnSpec> columns = CustomerColumns();
  columns.insert(columns.begin() + kRecencyPlace, {"recency_days", ColumnType::kInteger});
  ReportTable table(std::move(columns));
  for (auto entry = ranked.begin(); entry != end; ++entry) {
    const DayNumber last_day = results.histories.customers[entry->second].last_day;
    std::vector<Cell> row = CustomerCells(results, entry->second);
    row.insert(row.begin() + kRecencyPlace, std::int64_t{results.histories.end_day - last_day});
    table.Append(row);
  }
  return table;
}

ReportTable ClvModelTable(const ClvResults& results) {
  ModelRows rows;
  const ClvModels& models = results.models;
  if (models.bg_nbd) {
    rows.AddPurchases("bg_nbd", *models.bg_nbd);
    rows.Add("bg_nbd", "likelihood_ratio",
             2 * (models.bg_nbd->log_likelihood - models.nbd->log_likelihood));
    rows.AddPurchases("nbd", *models.nbd);
  }
  if (models.spend) {
    rows.AddSpend(*models.spend);
  }
  return std::move(rows).Take();
}

ReportTable ClvFitTable(const ClvResults& results) {
  ReportTable table({{"repeat_purchases", ColumnType::kInteger},
                     {"customers", ColumnType::kInteger},
                     {"expected_customers", ColumnType::kReal}});
  if (results.models.purchases() == nullptr) {
    return table;
  }
  std::array<std::int64_t, kFitCounts> seen{};
  std::map<DayNumber, std::int64_t> by_first_day;
  for (const CustomerHistory& customer : results.histories.customers) {
    ++seen[std::min(static_cast<std::size_t>(customer.repeats), kFitCounts - 1)];
    ++by_first_day[customer.first_day];
  }
  std::array<double, kFitCounts> expected{};
  for (const auto& [first_day, customers] : by_first_day) {
    const double age = static_cast<double>(results.histories.end_day - first_day) /
                       static_cast<double>(results.options.period_days);
    double rest = 1;
    for (std::size_t count = 0; count + 1 < kFitCounts; ++count) {
      const double probability = CountProbability(results.models.purchases()->model,
                                                  static_cast<std::int64_t>(count), age);
      expected[count] += static_cast<double>(customers) * probability;
      rest -= probability;
    }
    expected.back() += static_cast<double>(customers) * std::max(rest, 0.0);
  }
  for (std::size_t count = 0; count < kFitCounts; ++count) {
    table.Append({static_cast<std::int64_t>(count), seen[count], RealCell(expected[count])});
  }
  return table;
}

ReportTable ClvWeeklyTable(const ClvResults& results) {
  ReportTable table({{"bucket", ColumnType::kInstant},
                     {"bucket_local", ColumnType::kText},
                     {"is_complete", ColumnType::kBoolean},
                     {"repeat_purchases", ColumnType::kInteger},
                     {"repeat_revenue", ColumnType::kMoney},
                     {"expected_purchases", ColumnType::kReal},
                     {"expected_revenue", ColumnType::kMoney}});
  for (const auto& [index, week] : Weeks(results)) {
    std::optional<Money> revenue;
    if (week.expected && results.models.spend_usable) {
      revenue = ToMoney(week.expected->revenue, results.minor_per_major);
    }
    table.Append({Instant{results.calendar.PeriodStart(index, Period::kWeek)},
                  PeriodLabel(index, Period::kWeek, results.calendar.week_start),
                  results.calendar.IsComplete(index, Period::kWeek),
                  week.is_past ? Cell(week.purchases) : Cell(),
                  week.is_past ? Cell(Money{week.net}) : Cell(),
                  week.expected ? RealCell(week.expected->purchases) : Cell(), revenue});
  }
  return table;
}

}  // namespace cartwright
