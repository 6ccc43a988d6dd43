#include <algorithm>
#include <string>
#include <utility>

#include "analyses/promotion_analytic/promotion_reports.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

std::vector<ColumnSpec> DayColumns(std::vector<ColumnSpec> columns) {
  std::vector<ColumnSpec> all = {{"bucket", ColumnType::kInstant},
                                 {"bucket_local", ColumnType::kText},
                                 {"is_complete", ColumnType::kBoolean}};
  all.insert(all.end(), columns.begin(), columns.end());
  return all;
}

/// Calls `append(place, lead)` for each local day, with the first cells of its rows.
template <class Append>
void ForEachDay(const PromotionInput& input, Append append) {
  for (std::size_t place = 0; place < input.kinds.days.size(); ++place) {
    const DayNumber day = input.days.first() + static_cast<DayNumber>(place);
    const std::string label = FormatDay(day);
    append(place, std::vector<Cell>{Instant{input.calendar.PeriodStart(day, Period::kDay)}, label,
                                    input.calendar.IsComplete(day, Period::kDay)});
  }
}

std::vector<Cell> Joined(std::vector<Cell> lead, std::initializer_list<Cell> more) {
  lead.insert(lead.end(), more);
  return lead;
}

std::vector<ColumnSpec> RatioColumns() {
  return {{"orders", ColumnType::kInteger},         {"promoted_orders", ColumnType::kInteger},
          {"organic_orders", ColumnType::kInteger}, {"promotion_share", ColumnType::kReal},
          {"promoted_revenue", ColumnType::kMoney}, {"organic_revenue", ColumnType::kMoney},
          {"discount", ColumnType::kMoney}};
}

std::vector<Cell> RatioCells(std::vector<Cell> lead, const OrderKinds& kinds) {
  return Joined(std::move(lead), {kinds.orders(), kinds.promoted.orders, kinds.organic.orders,
                                  Ratio(kinds.promoted.orders, kinds.orders()),
                                  Money{kinds.promoted.gross}, Money{kinds.organic.gross},
                                  Money{kinds.promoted.discount + kinds.organic.discount}});
}

}  // namespace

std::vector<Report> DailyByPromotion(const PromotionInput& input) {
  std::vector<Report> reports;
  reports.push_back(StartPromotionReport(input, "inorganic_orders_per_promotion_per_day",
                                         DayColumns({{"promotion", ColumnType::kText},
                                                     {"orders", ColumnType::kInteger},
                                                     {"share", ColumnType::kReal}})));
  reports.push_back(StartPromotionReport(
      input, "daily_promotion_revenue",
      DayColumns({{"promotion", ColumnType::kText}, {"gross_revenue", ColumnType::kMoney}})));
  reports.push_back(StartPromotionReport(
      input, "daily_promotion_discount",
      DayColumns({{"promotion", ColumnType::kText}, {"discount", ColumnType::kMoney}})));
  if (reports[0].status != ReportStatus::kOk) {
    return reports;
  }
  std::vector<std::size_t> shown = input.promotions.by_orders;
  shown.resize(std::min(shown.size(), static_cast<std::size_t>(input.options.daily_promotions)));
  for (Report& report : reports) {
    if (shown.size() < input.promotions.by_orders.size()) {
      report.warnings.push_back("daily rows for " + std::to_string(shown.size()) + " of " +
                                std::to_string(input.promotions.by_orders.size()) + " promotions");
    }
  }
  // Each promotion's orders that are not yet behind the day in hand.
  std::vector<std::span<const std::uint32_t>> left;
  left.reserve(shown.size());
  for (const std::size_t promotion : shown) {
    left.push_back(input.promotions.orders.Of(promotion));
  }
  ForEachDay(input, [&](std::size_t day, const std::vector<Cell>& lead) {
    for (std::size_t i = 0; i < shown.size(); ++i) {
      OrderSums sums;
      while (!left[i].empty() && input.DayPlace(left[i].front()) == day) {
        sums.Add(input.tables.sessions, left[i].front());
        left[i] = left[i].subspan(1);
      }
      const std::string_view name = input.promotions.names[shown[i]];
      reports[0].table.Append(
          Joined(lead, {name, sums.orders, Ratio(sums.orders, input.kinds.days[day].orders())}));
      reports[1].table.Append(Joined(lead, {name, Money{sums.gross}}));
      reports[2].table.Append(Joined(lead, {name, Money{sums.discount}}));
    }
  });
  return reports;
}

Report DailyOrganicOrders(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "daily_organic_orders",
                                       DayColumns({{"organic_orders", ColumnType::kInteger},
                                                   {"organic_revenue", ColumnType::kMoney}}));
  if (report.status == ReportStatus::kOk) {
    ForEachDay(input, [&](std::size_t day, std::vector<Cell> lead) {
      const OrderSums& organic = input.kinds.days[day].organic;
      report.table.Append(Joined(std::move(lead), {organic.orders, Money{organic.gross}}));
    });
  }
  return report;
}

Report HourlyOrganicOrders(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "hourly_organic_orders",
                                       {{"hour", ColumnType::kInteger},
                                        {"organic_orders", ColumnType::kInteger},
                                        {"organic_revenue", ColumnType::kMoney}});
  std::int64_t hour = 0;
  for (const OrderKinds& kinds : input.kinds.hours) {
    if (report.status == ReportStatus::kOk) {
      report.table.Append({hour++, kinds.organic.orders, Money{kinds.organic.gross}});
    }
  }
  return report;
}

Report DailyInorganicRatio(const PromotionInput& input) {
  Report report = StartPromotionReport(input, "daily_inorganic_ratio", DayColumns(RatioColumns()));
  if (report.status == ReportStatus::kOk) {
    ForEachDay(input, [&](std::size_t day, std::vector<Cell> lead) {
      report.table.Append(RatioCells(std::move(lead), input.kinds.days[day]));
    });
  }
  return report;
}

Report HourlyInorganicRatio(const PromotionInput& input) {
  std::vector<ColumnSpec> columns = RatioColumns();
  columns.insert(columns.begin(), {"hour", ColumnType::kInteger});
  Report report = StartPromotionReport(input, "hourly_inorganic_ratio", std::move(columns));
  std::int64_t hour = 0;
  for (const OrderKinds& kinds : input.kinds.hours) {
    if (report.status == ReportStatus::kOk) {
      report.table.Append(RatioCells({hour++}, kinds));
    }
  }
  return report;
}

}  // namespace cartwright
