#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/option_fault.h"
#include "daemon/base/result.h"

namespace cartwright {

struct ProductAnalyticOptions {
  std::int64_t top_items = 100;
  std::int64_t series_items = 20;
  double min_pair_support = 0.001;
  std::int64_t min_pair_orders = 5;
  std::int64_t max_basket_items = 1000;
  std::int64_t top_pairs = 1000;
  std::vector<std::string> exclude_from_pairs;
  double abc_a_share = 0.8;
  double abc_b_share = 0.95;
};

std::span<const Field<ProductAnalyticOptions>> ProductAnalyticOptionFields();

/// Option abc_b_share below abc_a_share.
std::vector<OptionFault> ProductAnalyticOptionFaults(const ProductAnalyticOptions& options,
                                                     const ShopTablesLayout& shop);

/// What was sold: products and categories by orders and revenue, by hour and by day, and which are
/// bought together.
///
/// Orders are visits that bought before as_of; baskets of other visits sell nothing. Sold lines are
/// those of orders with a quantity above zero. A line's product_value is units × unit price, its
/// product_revenue that less its part of the order's discount (SoldLines): Σ products = Σ
/// categories = totals, in every hour and day too. Returned units are those of lines with a
/// quantity below zero; they are not taken off. Shares of orders are of the orders with a sold
/// line. Guests count in orders, units and revenue, not in customers.
///
/// Report types, in this order: most_ordered_products, most_ordered_categories (most orders first),
/// most_combined_products, most_combined_categories (most orders first, then higher lift),
/// hourly_products_of_sales, hourly_categories_of_sales, daily_products_of_sales,
/// daily_categories_of_sales (hours or days, in each the items with most orders over all time, then
/// one row without a name for all others), product_kpis, category_kpis (most revenue first),
/// abc_classes, totals.
///
/// Where no source gives lines, every report is not_available; columns that rest on prices or
/// discounts that nobody recorded are null.
///
/// Cost: a few passes over the lines; pairs see item_pairs.h. Errors: kConfig for an option fault.
Result<std::vector<Report>> ComputeProductAnalytic(const ShopTables& tables,
                                                   const ShopCalendar& calendar,
                                                   const ProductAnalyticOptions& options);

}  // namespace cartwright
