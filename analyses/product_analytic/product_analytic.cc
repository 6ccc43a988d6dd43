#include "analyses/product_analytic/product_analytic.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "analyses/product_analytic/product_reports.h"
#include "analyses/report/hidden_columns.h"
#include "analyses/report/option_texts.h"

namespace cartwright {
namespace {

RowGroups GroupByClient(const ShopTables& tables, const OrderRows& orders) {
  const std::size_t guests = tables.clients.size();
  return GroupRows(orders.rows, guests + 1, [&tables, guests](std::uint32_t row) {
    const std::uint32_t client = tables.sessions.client[row];
    return client == kNoCode ? guests : client;
  });
}

std::vector<Report> MakeReports(const ProductInput& input) {
  const Items products = ProductItems(input.tables.sessions);
  const Items categories = CategoryItems(input.tables.sessions);
  std::vector<Report> reports;
  reports.push_back(MostOrdered(input, products));
  reports.push_back(MostOrdered(input, categories));
  reports.push_back(MostCombined(input, products));
  reports.push_back(MostCombined(input, categories));
  reports.push_back(HourlySales(input, products));
  reports.push_back(HourlySales(input, categories));
  reports.push_back(DailySales(input, products));
  reports.push_back(DailySales(input, categories));
  reports.push_back(ItemKpis(input, products));
  reports.push_back(ItemKpis(input, categories));
  reports.push_back(AbcClasses(input));
  reports.push_back(Totals(input));
  return reports;
}

void HideWhatNobodyRecorded(const Recorded& recorded, Report& report) {
  static constexpr std::array<std::string_view, 1> kOfDiscounts = {"discount"};
  static constexpr std::array<std::string_view, 2> kOfPayments = {"gross_revenue",
                                                                  "unexplained_revenue"};
  if (!recorded.amount(AmountKind::kDiscount)) {
    HideColumns(report, "discounts", kOfDiscounts);
  }
  if (!recorded.amount(AmountKind::kPayment)) {
    HideColumns(report, "payments", kOfPayments);
  }
}

}  // namespace

std::span<const Field<ProductAnalyticOptions>> ProductAnalyticOptionFields() {
  using Options = ProductAnalyticOptions;
  static const std::array<Field<Options>, 9> kFields = {{
      {.name = "top_items",
       .member = &Options::top_items,
       .sentence = "How many products and categories the lists of the most ordered hold.",
       .min = 1,
       .max = 100'000},
      {.name = "series_items",
       .member = &Options::series_items,
       .sentence = "How many products and categories, those with most orders, get hourly and daily "
                   "rows; the others share one.",
       .min = 1,
       .max = 1000},
      {.name = "min_pair_support",
       .member = &Options::min_pair_support,
       .sentence = "Least part of the orders that must hold both items of a pair.",
       .min = 0,
       .max = 1},
      {.name = "min_pair_orders",
       .member = &Options::min_pair_orders,
       .sentence = "Least number of orders that must hold both items of a pair.",
       .min = 1,
       .max = 1e9},
      {.name = "max_basket_items",
       .member = &Options::max_basket_items,
       .sentence = "Orders with more different items than this are left out of pairs.",
       .min = 2,
       .max = 100'000},
      {.name = "top_pairs",
       .member = &Options::top_pairs,
       .sentence = "How many pairs, those in most orders, are listed.",
       .min = 1,
       .max = 100'000},
      {.name = "exclude_from_pairs",
       .member = &Options::exclude_from_pairs,
       .sentence = "Products and categories that are in no pair, such as postage."},
      {.name = "abc_a_share",
       .member = &Options::abc_a_share,
       .sentence = "Class A are the products that bring this part of the revenue.",
       .min = 0,
       .max = 1},
      {.name = "abc_b_share",
       .member = &Options::abc_b_share,
       .sentence = "Class B are those up to this part of the revenue; the rest is C.",
       .min = 0,
       .max = 1},
  }};
  return kFields;
}

std::vector<OptionFault> ProductAnalyticOptionFaults(const ProductAnalyticOptions& options,
                                                     const ShopTablesLayout& /*shop*/) {
  if (options.abc_b_share >= options.abc_a_share) {
    return {};
  }
  return {{"abc_b_share", std::nullopt,
           "expected at least abc_a_share (" + OptionText(options.abc_a_share) + "), found " +
               OptionText(options.abc_b_share)}};
}

Report StartProductReport(const ProductInput& input, std::string_view type,
                          std::vector<ColumnSpec> columns) {
  Report report;
  report.key.report_name = "product_analytic";
  report.key.type = type;
  report.table = ReportTable(std::move(columns));
  report.params = OptionTexts(input.options, ProductAnalyticOptionFields());
  report.rows_read = static_cast<std::int64_t>(input.tables.sessions.size());
  report.rows_used = static_cast<std::int64_t>(input.orders.rows.size());
  for (const auto& [reason, rows] : {std::pair{"after_as_of", input.orders.after_as_of},
                                     {"credit", input.orders.credits},
                                     {"not_purchased", input.orders.not_purchased}}) {
    if (rows != 0) {
      report.rows_dropped[reason] = rows;
    }
  }
  if (!input.days.empty()) {
    report.period_from = input.calendar.zone.StartOfDay(input.days.first());
    report.period_to = input.calendar.as_of;
  }
  const ProductTotals& totals = input.sums.totals;
  if (!input.tables.sessions.recorded.lines) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no source gives basket lines";
  } else if (totals.lines == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no order with a sold basket line before as_of";
  }
  if (totals.unpriced_lines > 0) {
    report.warnings.push_back(std::to_string(totals.unpriced_lines) + " of " +
                              std::to_string(totals.lines) +
                              " sold lines have no price: they count in orders and units only");
  }
  return report;
}

Report StartItemReport(const ProductInput& input, const Items& items, std::string_view type,
                       std::vector<ColumnSpec> columns) {
  Report report = StartProductReport(input, type, std::move(columns));
  if (items.names.size() == 0 && report.status == ReportStatus::kOk) {
    report.status = ReportStatus::kNotAvailable;
    report.status_reason = "no basket line has a category";
  }
  return report;
}

std::string ItemType(const Items& items, std::string_view pattern) {
  std::string type(pattern);
  type.replace(type.find('*'), 1, items.level == ItemLevel::kProduct ? "products" : "categories");
  return type;
}

Result<std::vector<Report>> ComputeProductAnalytic(const ShopTables& tables,
                                                   const ShopCalendar& calendar,
                                                   const ProductAnalyticOptions& options) {
  CARTWRIGHT_TRY(FirstFault("product_analytic", ProductAnalyticOptionFaults(options, {})));
  const OrderRows orders = OrdersBefore(tables.sessions, calendar.as_of);
  const DayRange days = DaysOfRows(tables.sessions, calendar);
  const ItemSums sums = SumItems(tables, GroupByClient(tables, orders), calendar.as_of);
  std::vector<Report> reports = MakeReports({tables, calendar, options, orders, days, sums});
  for (Report& report : reports) {
    HideWhatNobodyRecorded(tables.sessions.recorded, report);
  }
  return reports;
}

}  // namespace cartwright
