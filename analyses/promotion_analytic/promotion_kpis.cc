#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>

#include "analyses/promotion_analytic/promotion_reports.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

double MajorUnit(const PromotionInput& input) {
  return std::pow(10.0, input.tables.currency_exponent);
}

/// An amount in minor units by a count, in major units.
std::optional<double> AmountPer(std::int64_t minor, std::int64_t count, double unit) {
  return Ratio(static_cast<double>(minor), static_cast<double>(count) * unit);
}

/// What a promotion did on the days that are over.
struct CompleteDaySums {
  std::int64_t active_days = 0;  ///< With an order.
  std::int64_t orders = 0;
  std::int64_t gross = 0;
  std::int64_t discount = 0;
};

/// `rows` must come by local day.
CompleteDaySums SumCompleteDays(const PromotionInput& input, std::span<const std::uint32_t> rows) {
  const SessionTable& sessions = input.tables.sessions;
  CompleteDaySums sums;
  std::optional<std::size_t> last;
  for (const std::uint32_t row : rows) {
    const std::size_t day = input.DayPlace(row);
    if (day >= input.complete_days) {
      break;
    }
    sums.active_days += last == day ? 0 : 1;
    last = day;
    ++sums.orders;
    sums.gross += sessions.AmountOrZero(row, AmountKind::kPayment);
    sums.discount += sessions.AmountOrZero(row, AmountKind::kDiscount);
  }
  return sums;
}

/// Running counts of the orders of days: entry d holds those before day d.
std::vector<std::int64_t> OrdersBeforeDays(const PromotionInput& input, bool organic_only) {
  std::vector<std::int64_t> before{0};
  for (const OrderKinds& day : input.kinds.days) {
    before.push_back(before.back() + (organic_only ? day.organic.orders : day.orders()));
  }
  return before;
}

/// When each known client first ordered without a promotion: the order's row, or kNoCode.
std::vector<std::uint32_t> FirstOrganicOrders(const PromotionInput& input) {
  const SessionTable& sessions = input.tables.sessions;
  std::vector<std::uint32_t> first(input.tables.clients.size(), kNoCode);
  for (const std::uint32_t row : input.counted.rows) {
    const std::uint32_t client = sessions.client[row];
    if (client != kNoCode && sessions.promotion[row] == kNoCode &&
        (first[client] == kNoCode || sessions.start[row] < sessions.start[first[client]])) {
      first[client] = row;
    }
  }
  return first;
}

/// Organic orders a day of the days [from, to), nothing unless all of them are in the records and
/// over.
std::optional<double> OrganicPerDay(const PromotionInput& input,
                                    const std::vector<std::int64_t>& before, std::int64_t from,
                                    std::int64_t to) {
  if (from < 0 || from >= to || to > static_cast<std::int64_t>(input.complete_days)) {
    return std::nullopt;
  }
  return Ratio(before[static_cast<std::size_t>(to)] - before[static_cast<std::size_t>(from)],
               to - from);
}

}  // namespace

Report PromotedAgainstOrganic(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "promoted_vs_organic",
                                       {{"order_kind", ColumnType::kText},
                                        {"orders", ColumnType::kInteger},
                                        {"share", ColumnType::kReal},
                                        {"customers", ColumnType::kInteger},
                                        {"first_orders", ColumnType::kInteger},
                                        {"orders_per_customer", ColumnType::kReal},
                                        {"units_per_order", ColumnType::kReal},
                                        {"gross_revenue", ColumnType::kMoney},
                                        {"returns", ColumnType::kMoney},
                                        {"net_revenue", ColumnType::kMoney},
                                        {"discount", ColumnType::kMoney},
                                        {"discount_share", ColumnType::kReal},
                                        {"average_order_value", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const SessionTable& sessions = input.tables.sessions;
  const RowGroups kinds = GroupRows(input.orders, 2, [&sessions](std::uint32_t row) {
    return sessions.promotion[row] == kNoCode ? 1U : 0U;
  });
  OrderCounter counter(input.tables);
  const std::array<std::pair<std::string_view, OrderCounter::Figures>, 3> rows = {{
      {"promoted", counter.Count(kinds.Of(0))},
      {"organic", counter.Count(kinds.Of(1))},
      {"all", counter.Count(input.orders)},
  }};
  for (const auto& [name, figures] : rows) {
    const OrderSums& sums = figures.sums;
    report.table.Append(
        {name, sums.orders, Ratio(sums.orders, rows[2].second.sums.orders), figures.customers,
         sums.first_orders, Ratio(sums.known_orders, figures.customers),
         Ratio(sums.units, sums.orders), Money{sums.gross}, Money{sums.refunds}, Money{sums.net()},
         Money{sums.discount}, Ratio(sums.discount, sums.gross + sums.discount),
         AmountPer(sums.net(), sums.orders, MajorUnit(input))});
  }
  return report;
}

Report PromotionKpis(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "promotion_kpis",
                                       {{"promotion", ColumnType::kText},
                                        {"orders", ColumnType::kInteger},
                                        {"share", ColumnType::kReal},
                                        {"uptake", ColumnType::kReal},
                                        {"customers", ColumnType::kInteger},
                                        {"first_orders", ColumnType::kInteger},
                                        {"gross_revenue", ColumnType::kMoney},
                                        {"returns", ColumnType::kMoney},
                                        {"net_revenue", ColumnType::kMoney},
                                        {"discount", ColumnType::kMoney},
                                        {"discount_share", ColumnType::kReal},
                                        {"average_order_value", ColumnType::kReal},
                                        {"units_per_order", ColumnType::kReal},
                                        {"active_days", ColumnType::kInteger},
                                        {"orders_per_active_day", ColumnType::kReal},
                                        {"orders_per_day", ColumnType::kReal},
                                        {"revenue_per_active_day", ColumnType::kReal},
                                        {"revenue_per_day", ColumnType::kReal},
                                        {"discount_per_active_day", ColumnType::kReal},
                                        {"discount_per_day", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const double unit = MajorUnit(input);
  const auto all_days = static_cast<std::int64_t>(input.complete_days);
  const std::vector<std::int64_t> before = OrdersBeforeDays(input, /*organic_only=*/false);
  OrderCounter counter(input.tables);
  for (const std::size_t promotion : input.promotions.by_orders) {
    const std::span<const std::uint32_t> rows = input.promotions.orders.Of(promotion);
    const auto [sums, customers] = counter.Count(rows);
    const CompleteDaySums days = SumCompleteDays(input, rows);
    const std::int64_t while_active =
        before[input.DayPlace(rows.back()) + 1] - before[input.DayPlace(rows.front())];
    report.table.Append({input.promotions.names[promotion],
                         sums.orders,
                         Ratio(sums.orders, before.back()),
                         Ratio(sums.orders, while_active),
                         customers,
                         sums.first_orders,
                         Money{sums.gross},
                         Money{sums.refunds},
                         Money{sums.net()},
                         Money{sums.discount},
                         Ratio(sums.discount, sums.gross + sums.discount),
                         AmountPer(sums.net(), sums.orders, unit),
                         Ratio(sums.units, sums.orders),
                         days.active_days,
                         Ratio(days.orders, days.active_days),
                         Ratio(days.orders, all_days),
                         AmountPer(days.gross, days.active_days, unit),
                         AmountPer(days.gross, all_days, unit),
                         AmountPer(days.discount, days.active_days, unit),
                         AmountPer(days.discount, all_days, unit)});
  }
  return report;
}

Report AverageOrdersPerCustomer(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "avg_order_count_per_promo_per_cust",
                                       {{"promotion", ColumnType::kText},
                                        {"orders", ColumnType::kInteger},
                                        {"customers", ColumnType::kInteger},
                                        {"orders_per_customer", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  OrderCounter counter(input.tables);
  for (const std::size_t promotion : input.promotions.by_orders) {
    const auto [sums, customers] = counter.Count(input.promotions.orders.Of(promotion));
    report.table.Append({input.promotions.names[promotion], sums.known_orders, customers,
                         Ratio(sums.known_orders, customers)});
  }
  return report;
}

Report PromotionCustomers(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "promotion_number_of_customer",
                                       {{"promotion", ColumnType::kText},
                                        {"customers", ColumnType::kInteger},
                                        {"share", ColumnType::kReal},
                                        {"first_orders", ColumnType::kInteger}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  OrderCounter counter(input.tables);
  const std::int64_t everybody = counter.Count(input.orders).customers;
  for (const std::size_t promotion : input.promotions.by_orders) {
    const auto [sums, customers] = counter.Count(input.promotions.orders.Of(promotion));
    report.table.Append({input.promotions.names[promotion], customers, Ratio(customers, everybody),
                         sums.first_orders});
  }
  return report;
}

Report CannibalisationHint(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "cannibalisation_hint",
                                       {{"promotion", ColumnType::kText},
                                        {"window_from", ColumnType::kInstant},
                                        {"window_to", ColumnType::kInstant},
                                        {"orders", ColumnType::kInteger},
                                        {"former_organic_orders", ColumnType::kInteger},
                                        {"organic_per_day_before", ColumnType::kReal},
                                        {"organic_per_day_during", ColumnType::kReal},
                                        {"organic_per_day_after", ColumnType::kReal},
                                        {"organic_change", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const SessionTable& sessions = input.tables.sessions;
  const TimeZone& zone = input.calendar.zone;
  const std::vector<std::int64_t> organic = OrdersBeforeDays(input, /*organic_only=*/true);
  const std::vector<std::uint32_t> first_organic = FirstOrganicOrders(input);
  const std::int64_t baseline = input.options.baseline_days;
  for (const std::size_t promotion : input.promotions.by_orders) {
    const std::span<const std::uint32_t> rows = input.promotions.orders.Of(promotion);
    std::int64_t former = 0;
    for (const std::uint32_t row : rows) {
      const std::uint32_t client = sessions.client[row];
      const std::uint32_t bought = client == kNoCode ? kNoCode : first_organic[client];
      former += bought != kNoCode && sessions.start[bought] < sessions.start[row] ? 1 : 0;
    }
    const auto from = static_cast<std::int64_t>(input.DayPlace(rows.front()));
    const auto to = static_cast<std::int64_t>(input.DayPlace(rows.back())) + 1;
    const auto before = OrganicPerDay(input, organic, from - baseline, from);
    const auto during = OrganicPerDay(input, organic, from,
                                      std::min(to, static_cast<std::int64_t>(input.complete_days)));
    const std::optional<double> change =
        before && during ? Ratio(*during - *before, *before) : std::nullopt;
    report.table.Append(
        {input.promotions.names[promotion], Instant{zone.StartOfDay(sessions.day[rows.front()])},
         Instant{zone.StartOfDay(sessions.day[rows.back()] + 1)}, std::ssize(rows), former, before,
         during, OrganicPerDay(input, organic, to, to + baseline), change});
  }
  return report;
}

}  // namespace cartwright
