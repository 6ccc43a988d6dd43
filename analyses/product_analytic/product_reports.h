#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyses/product_analytic/item_sums.h"
#include "analyses/product_analytic/product_analytic.h"
#include "analyses/report/report.h"
#include "analyses/tables/day_range.h"
#include "analyses/tables/row_groups.h"

namespace cartwright {

/// What every report of `product_analytic` is made from.
struct ProductInput {
  const ShopTables& tables;
  const ShopCalendar& calendar;
  const ProductAnalyticOptions& options;
  const OrderRows& orders;
  const DayRange& days;  ///< Of all rows before as_of.
  const ItemSums& sums;

  const std::vector<ItemFigures>& Figures(const Items& items) const {
    return items.level == ItemLevel::kProduct ? sums.products : sums.categories;
  }
};

/// A report of this type with no rows yet and its account of the session rows: used are the orders.
Report StartProductReport(const ProductInput& input, std::string_view type,
                          std::vector<ColumnSpec> columns);

/// The same of a report about items: not available for categories where no line has one.
Report StartItemReport(const ProductInput& input, const Items& items, std::string_view type,
                       std::vector<ColumnSpec> columns);

/// The text of a type that has one report for products and one for categories: "*" stands for
/// "products" or "categories".
std::string ItemType(const Items& items, std::string_view pattern);

/// The items with most orders.
Report MostOrdered(const ProductInput& input, const Items& items);
/// Every item that was sold or returned, most revenue first, with its class.
Report ItemKpis(const ProductInput& input, const Items& items);
/// One row an ABC class of products, A first.
Report AbcClasses(const ProductInput& input);
/// One row: what all products sum to, beside the payments.
Report Totals(const ProductInput& input);
/// Local hours of the day, 0 to 23.
Report HourlySales(const ProductInput& input, const Items& items);
/// Local days, empty ones too.
Report DailySales(const ProductInput& input, const Items& items);
Report MostCombined(const ProductInput& input, const Items& items);

}  // namespace cartwright
