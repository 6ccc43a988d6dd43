#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyses/product_analytic/sold_lines.h"
#include "analyses/report/report.h"
#include "analyses/tables/row_groups.h"
#include "analyses/tables/shop_tables.h"

namespace cartwright {

enum class ItemLevel { kProduct, kCategory };

/// What a basket line is counted as: its product or its category. Items are places: place p is the
/// item of code p, the last place holds lines without a category.
struct Items {
  ItemLevel level;
  const Dictionary& names;

  std::size_t places() const { return std::size_t{names.size()} + 1; }
  std::size_t PlaceOf(const SoldLine& line) const {
    const std::uint32_t code = level == ItemLevel::kProduct ? line.product : line.category;
    return code == kNoCode ? names.size() : code;
  }
  /// The item's name; null for lines without a category.
  Cell Name(std::size_t place) const {
    return place == names.size() ? Cell() : Cell(names.Text(static_cast<std::uint32_t>(place)));
  }
  std::string_view column() const { return level == ItemLevel::kProduct ? "product" : "category"; }
};

Items ProductItems(const SessionTable& sessions);
Items CategoryItems(const SessionTable& sessions);

/// What was sold of an item. Amounts in minor units.
struct ItemFigures {
  std::int64_t orders = 0;
  std::int64_t first_orders = 0;      ///< Orders that are their customer's first ever.
  std::int64_t known_orders = 0;      ///< Orders of known customers.
  std::int64_t customers = 0;         ///< Distinct known customers.
  std::int64_t repeat_customers = 0;  ///< Those with two orders of it and more.
  std::int64_t units = 0;
  std::int64_t lines = 0;
  std::int64_t priced_lines = 0;
  std::int64_t value = 0;
  std::int64_t discount = 0;
  std::int64_t returned_units = 0;
  std::int64_t products = 0;         ///< Of a category: distinct products sold.
  std::uint32_t category = kNoCode;  ///< Of a product: the first in byte order.
  std::int64_t revenue() const { return value - discount; }
  bool is_priced() const { return priced_lines > 0; }
};

/// Sums over all orders.
struct ProductTotals {
  std::int64_t orders = 0;
  std::int64_t orders_with_lines = 0;  ///< With a sold line.
  std::int64_t units = 0;
  std::int64_t lines = 0;
  std::int64_t unpriced_lines = 0;
  std::int64_t value = 0;
  std::int64_t discount = 0;  ///< Shared over lines.
  std::int64_t payments = 0;
  std::int64_t revenue() const { return value - discount; }
};

struct ItemSums {
  std::vector<ItemFigures> products;    ///< By place of ProductItems.
  std::vector<ItemFigures> categories;  ///< By place of CategoryItems.
  ProductTotals totals;
};

/// The sums over `orders`, grouped by client (guests in the last group). Returned units are those
/// of all rows before as_of. Linear in lines, products and categories.
ItemSums SumItems(const ShopTables& tables, const RowGroups& orders_by_client, EpochMillis as_of);

/// Places with an order or a return, those with most orders first, ties in byte order.
std::vector<std::size_t> PlacesByOrders(const std::vector<ItemFigures>& figures);
/// The same by revenue; items without any price come last.
std::vector<std::size_t> PlacesByRevenue(const std::vector<ItemFigures>& figures);

}  // namespace cartwright
