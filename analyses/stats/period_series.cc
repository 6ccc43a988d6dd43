#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "analyses/statistics/ratio.h"
#include "analyses/stats/stats_reports.h"

namespace cartwright {
namespace {

using Figures = std::vector<PeriodFigures>;

/// A series under way: the periods it runs over and what it is made from.
struct Series {
  const StatsInput& input;
  Period period;
  const Figures& figures;

  std::string Name(std::string_view what) const {
    return std::string(TimePeriodName(period)).append(what);
  }
  /// Bucket, its local name and whether it is over: the first cells of every row.
  std::vector<Cell> Lead(const PeriodFigures& now, const std::string& label) const {
    return {Instant{input.calendar.PeriodStart(now.index, period)}, label,
            input.calendar.IsComplete(now.index, period)};
  }
  std::string Label(const PeriodFigures& now) const {
    return PeriodLabel(now.index, period, input.calendar.week_start);
  }
};

std::vector<ColumnSpec> SeriesColumns(std::vector<ColumnSpec> columns) {
  std::vector<ColumnSpec> all = {{"bucket", ColumnType::kInstant},
                                 {"bucket_local", ColumnType::kText},
                                 {"is_complete", ColumnType::kBoolean}};
  all.insert(all.end(), columns.begin(), columns.end());
  return all;
}

/// A report with one row a period: the lead cells and those that `cells` makes.
template <class Cells>
Report SeriesReport(const Series& series, std::string_view type, std::vector<ColumnSpec> columns,
                    Cells cells) {
  Report report = StartStatsReport(series.input, type, SeriesColumns(std::move(columns)));
  for (const PeriodFigures& now : series.figures) {
    const std::string label = series.Label(now);
    std::vector<Cell> row = series.Lead(now, label);
    for (const Cell& cell : cells(now)) {
      row.push_back(cell);
    }
    report.table.Append(row);
  }
  return report;
}

Report OrderSeries(const Series& series) {
  return SeriesReport(series, series.Name("_orders"),
                      {{"sessions", ColumnType::kInteger},
                       {"orders", ColumnType::kInteger},
                       {"customers", ColumnType::kInteger},
                       {"units", ColumnType::kInteger},
                       {"conversion_rate", ColumnType::kReal}},
                      [](const PeriodFigures& now) {
                        return std::vector<Cell>{now.all.sessions, now.all.orders, now.customers,
                                                 now.all.units,
                                                 Ratio(now.all.orders, now.all.sessions)};
                      });
}

Report RevenueSeries(const Series& series) {
  const int exponent = series.input.tables.currency_exponent;
  return SeriesReport(series, series.Name("_revenue"),
                      {{"gross_revenue", ColumnType::kMoney},
                       {"returns", ColumnType::kMoney},
                       {"discount", ColumnType::kMoney},
                       {"net_revenue", ColumnType::kMoney},
                       {"average_order_value", ColumnType::kReal}},
                      [exponent](const PeriodFigures& now) {
                        return std::vector<Cell>{
                            Money{now.all.gross}, Money{now.all.returns}, Money{now.all.discount},
                            Money{now.all.net()},
                            AverageAmount(now.all.net(), now.all.orders, exponent)};
                      });
}

Report AverageOrders(const Series& series) {
  Report report =
      SeriesReport(series, series.Name("_average_order_per_user"),
                   {{"customers", ColumnType::kInteger},
                    {"orders", ColumnType::kInteger},
                    {"orders_per_customer", ColumnType::kReal}},
                   [](const PeriodFigures& now) {
                     const std::int64_t orders = now.all.orders - now.all.guest_orders;
                     return std::vector<Cell>{now.customers, orders, Ratio(orders, now.customers)};
                   });
  std::int64_t guests = 0;
  for (const PeriodFigures& now : series.figures) {
    guests += now.all.guest_orders;
  }
  DropRows(report, "guest", guests);
  return report;
}

Report AverageSessions(const Series& series) {
  Report report = SeriesReport(series, series.Name("_average_session_per_user"),
                               {{"customers", ColumnType::kInteger},
                                {"sessions", ColumnType::kInteger},
                                {"sessions_per_customer", ColumnType::kReal}},
                               [](const PeriodFigures& now) {
                                 return std::vector<Cell>{now.visitors, now.visits,
                                                          Ratio(now.visits, now.visitors)};
                               });
  std::int64_t guests = 0;
  for (const PeriodFigures& now : series.figures) {
    guests += now.all.sessions - now.visits;
  }
  DropRows(report, "guest", guests);
  return report;
}

Report AveragePayment(const Series& series) {
  const int exponent = series.input.tables.currency_exponent;
  return SeriesReport(series, series.Name("_average_payment_amount"),
                      {{"orders", ColumnType::kInteger},
                       {"gross_revenue", ColumnType::kMoney},
                       {"average_payment", ColumnType::kReal}},
                      [exponent](const PeriodFigures& now) {
                        return std::vector<Cell>{
                            now.all.orders, Money{now.all.gross},
                            AverageAmount(now.all.gross, now.all.orders, exponent)};
                      });
}

Report NewAgainstReturning(const Series& series) {
  static constexpr std::array<std::string_view, kCustomerKinds> kNames = {"new", "returning",
                                                                          "guest"};
  Report report = StartStatsReport(series.input, "new_vs_returning",
                                   SeriesColumns({{"customer_kind", ColumnType::kText},
                                                  {"customers", ColumnType::kInteger},
                                                  {"orders", ColumnType::kInteger},
                                                  {"gross_revenue", ColumnType::kMoney},
                                                  {"returns", ColumnType::kMoney},
                                                  {"net_revenue", ColumnType::kMoney}}));
  report.key.time_period = TimePeriodName(series.period);
  for (const PeriodFigures& now : series.figures) {
    const std::string label = series.Label(now);
    // Each new customer has exactly one first order; nobody knows how many people guests are.
    const std::array<Cell, kCustomerKinds> customers = {now.kinds[0].orders,
                                                        now.returning_customers, std::nullopt};
    for (std::size_t kind = 0; kind < kCustomerKinds; ++kind) {
      const KpiSums& sums = now.kinds[kind];
      std::vector<Cell> row = series.Lead(now, label);
      row.insert(row.end(), {kNames[kind], customers[kind], sums.orders, Money{sums.gross},
                             Money{sums.returns}, Money{sums.net()}});
      report.table.Append(row);
    }
  }
  return report;
}

}  // namespace

std::vector<Report> PeriodReports(const StatsInput& input, Period period) {
  const Figures figures = FiguresByPeriod(input.tables, input.days, input.calendar, period);
  const Series series{input, period, figures};
  std::vector<Report> reports;
  reports.push_back(OrderSeries(series));
  reports.push_back(RevenueSeries(series));
  if (period == Period::kWeek) {
    reports.push_back(AverageOrders(series));
    reports.push_back(AverageSessions(series));
    reports.push_back(AveragePayment(series));
  }
  if (period != Period::kDay) {
    reports.push_back(NewAgainstReturning(series));
  }
  return reports;
}

}  // namespace cartwright
