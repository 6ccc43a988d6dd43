#include "analyses/product_analytic/item_sums.h"

#include <algorithm>

namespace cartwright {
namespace {

/// An order under way.
struct CurrentOrder {
  std::uint32_t row;
  std::uint32_t client;  ///< kNoCode for a guest.
  bool is_first;
};

/// Counts the orders and customers of items. Orders of one client must come together.
class ItemCounter {
 public:
  explicit ItemCounter(const Items& items)
      : items_(items), figures_(items.places()), seen_(items.places()) {}

  void Add(const SoldLine& line, const CurrentOrder& order) {
    const std::size_t place = items_.PlaceOf(line);
    ItemFigures& figures = figures_[place];
    ++figures.lines;
    figures.units += line.units;
    figures.priced_lines += line.is_priced ? 1 : 0;
    figures.value += line.value;
    figures.discount += line.discount;
    if (seen_[place].row != order.row) {
      seen_[place].row = order.row;
      CountOrder(order, figures, seen_[place]);
    }
  }

  std::vector<ItemFigures>& figures() { return figures_; }

 private:
  /// When an item was last counted.
  struct Seen {
    std::uint32_t row = kNoCode;
    std::uint32_t client = kNoCode;
    std::uint32_t orders = 0;  ///< Of that client.
  };

  static void CountOrder(const CurrentOrder& order, ItemFigures& figures, Seen& seen) {
    ++figures.orders;
    figures.first_orders += order.is_first ? 1 : 0;
    if (order.client == kNoCode) {
      return;
    }
    ++figures.known_orders;
    if (seen.client != order.client) {
      seen.client = order.client;
      seen.orders = 0;
      ++figures.customers;
    }
    figures.repeat_customers += ++seen.orders == 2 ? 1 : 0;
  }

  const Items& items_;
  std::vector<ItemFigures> figures_;
  std::vector<Seen> seen_;
};

void AddOrder(const SessionTable& sessions, std::uint32_t row, std::span<const SoldLine> lines,
              ProductTotals& totals) {
  ++totals.orders;
  totals.orders_with_lines += lines.empty() ? 0 : 1;
  totals.payments += sessions.AmountOrZero(row, AmountKind::kPayment);
  for (const SoldLine& line : lines) {
    ++totals.lines;
    totals.unpriced_lines += line.is_priced ? 0 : 1;
    totals.units += line.units;
    totals.value += line.value;
    totals.discount += line.discount;
  }
}

void AddReturns(const SessionTable& sessions, EpochMillis as_of, const Items& categories,
                ItemSums& sums) {
  for (std::uint32_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= as_of) {
      continue;
    }
    for (std::uint32_t line = sessions.line_begin[row]; line < sessions.line_begin[row + 1];
         ++line) {
      const std::int32_t quantity = sessions.line_quantity[line];
      if (quantity < 0) {
        const SoldLine returned{.product = sessions.LineProduct(line),
                                .category = sessions.LineCategory(line)};
        sums.products[returned.product].returned_units -= quantity;
        sums.categories[categories.PlaceOf(returned)].returned_units -= quantity;
      }
    }
  }
}

std::vector<std::size_t> PlacesInUse(const std::vector<ItemFigures>& figures) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < figures.size(); ++place) {
    if (figures[place].orders > 0 || figures[place].returned_units > 0) {
      places.push_back(place);
    }
  }
  return places;
}

}  // namespace

Items ProductItems(const SessionTable& sessions) {
  return {ItemLevel::kProduct, sessions.products};
}

Items CategoryItems(const SessionTable& sessions) {
  return {ItemLevel::kCategory, sessions.categories};
}

ItemSums SumItems(const ShopTables& tables, const RowGroups& orders_by_client, EpochMillis as_of) {
  const SessionTable& sessions = tables.sessions;
  const Items product_items = ProductItems(sessions);
  const Items category_items = CategoryItems(sessions);
  ItemCounter products(product_items);
  ItemCounter categories(category_items);
  ItemSums sums;
  SoldLines sold(sessions);
  for (const std::uint32_t row : orders_by_client.rows) {
    const std::span<const SoldLine> lines = sold.Of(row);
    const CurrentOrder order{row, sessions.client[row], sessions.is_first_order(row)};
    AddOrder(sessions, row, lines, sums.totals);
    for (const SoldLine& line : lines) {
      products.Add(line, order);
      categories.Add(line, order);
      std::uint32_t& category = products.figures()[line.product].category;
      category = std::min(category, line.category);
    }
  }
  sums.products = std::move(products.figures());
  sums.categories = std::move(categories.figures());
  for (const ItemFigures& product : sums.products) {
    if (product.orders > 0) {
      ++sums.categories[std::min(product.category, sessions.categories.size())].products;
    }
  }
  AddReturns(sessions, as_of, category_items, sums);
  return sums;
}

std::vector<std::size_t> PlacesByOrders(const std::vector<ItemFigures>& figures) {
  std::vector<std::size_t> places = PlacesInUse(figures);
  std::stable_sort(places.begin(), places.end(), [&figures](std::size_t a, std::size_t b) {
    return figures[a].orders > figures[b].orders;
  });
  return places;
}

std::vector<std::size_t> PlacesByRevenue(const std::vector<ItemFigures>& figures) {
  std::vector<std::size_t> places = PlacesInUse(figures);
  std::stable_sort(places.begin(), places.end(), [&figures](std::size_t a, std::size_t b) {
    return figures[a].is_priced() != figures[b].is_priced()
               ? figures[a].is_priced()
               : figures[a].revenue() > figures[b].revenue();
  });
  return places;
}

}  // namespace cartwright
