#include "analyses/tables/shop_tables_builder.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "analyses/tables/text_order.h"
#include "daemon/base/action_bits.h"
#include "daemon/base/check.h"
#include "daemon/base/parallel.h"

namespace cartwright {
namespace {

void AddDimensions(std::vector<DimensionColumn>& columns,
                   std::span<const std::optional<std::string_view>> values) {
  CARTWRIGHT_CHECK(values.empty() || values.size() == columns.size(),
                   "a row gives every declared dimension or none");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool known = !values.empty() && values[i].has_value();
    columns[i].code.push_back(known ? columns[i].values.Code(*values[i]) : kNoCode);
  }
}

std::vector<DimensionColumn> EmptyDimensions(std::vector<std::string> names) {
  std::vector<DimensionColumn> columns;
  columns.reserve(names.size());
  for (std::string& name : names) {
    columns.push_back({std::move(name), {}, {}});
  }
  return columns;
}

/// Marks the earliest order of each client, and the earliest with a payment; rows are in key order.
void MarkFirstOrders(SessionTable& sessions, std::uint32_t client_count) {
  std::vector<std::uint32_t> first(client_count, kNoCode);
  std::vector<std::uint32_t> first_paid(client_count, kNoCode);
  const auto take_earlier = [&sessions](std::uint32_t& known, std::uint32_t row) {
    if (known == kNoCode || sessions.start[row] < sessions.start[known]) {
      known = row;
    }
  };
  for (std::uint32_t row = 0; row < sessions.size(); ++row) {
    const std::uint32_t client = sessions.client[row];
    if (client == kNoCode || !sessions.purchased(row)) {
      continue;
    }
    take_earlier(first[client], row);
    if (sessions.AmountOrZero(row, AmountKind::kPayment) > 0) {
      take_earlier(first_paid[client], row);
    }
  }
  sessions.first_orders.assign(sessions.size(), 0);
  for (std::uint32_t client = 0; client < client_count; ++client) {
    if (first[client] != kNoCode) {
      sessions.first_orders[first[client]] = kFirstOrder;
    }
  }
  for (const std::uint32_t row : first_paid) {
    if (row != kNoCode) {
      sessions.first_orders[row] =
          static_cast<std::uint8_t>(sessions.first_orders[row] | kFirstPaidOrder);
    }
  }
}

/// Old code → new code.
using Renumbering = std::vector<std::uint32_t>;

void Recode(std::vector<std::uint32_t>& codes, const Renumbering& renumbered) {
  for (std::uint32_t& code : codes) {
    code = code == kNoCode ? kNoCode : renumbered[code];
  }
}

/// Puts the texts of all dictionaries into the first and sorts it; returns the renumbering of each.
std::vector<Renumbering> JoinDictionaries(const std::vector<Dictionary*>& dictionaries) {
  std::vector<Renumbering> joined(dictionaries.size());
  Dictionary& all = *dictionaries.front();
  for (std::size_t part = 1; part < dictionaries.size(); ++part) {
    const Dictionary texts = std::move(*dictionaries[part]);
    std::vector<std::string_view> views(texts.size());
    for (std::uint32_t code = 0; code < texts.size(); ++code) {
      views[code] = texts.Text(code);
    }
    joined[part].resize(views.size());
    all.Codes(views, joined[part]);
  }
  joined.front() = all.Sort();
  for (std::size_t part = 1; part < joined.size(); ++part) {
    Recode(joined[part], joined.front());
  }
  return joined;
}

/// The entries of `column` at `order`, or the column itself where `order` is empty; exactly as
/// large as it must be.
template <class T>
std::vector<T> InOrder(std::vector<T> column, const std::vector<std::uint32_t>& order) {
  if (order.empty()) {
    column.shrink_to_fit();
    return column;
  }
  std::vector<T> taken;
  taken.reserve(order.size());
  for (const std::uint32_t row : order) {
    taken.push_back(column[row]);
  }
  return taken;
}

/// Empty when it is 0, 1, 2 …
std::vector<std::uint32_t> UnlessInOrder(std::vector<std::uint32_t> order) {
  const bool in_order = std::is_sorted(order.begin(), order.end());
  return in_order ? std::vector<std::uint32_t>() : std::move(order);
}

using Tasks = std::vector<std::function<void()>>;

void RunAll(const Tasks& tasks) {
  RunParallel(tasks.size(), [&tasks](std::size_t task) { tasks[task](); });
}

}  // namespace

ShopTablesBuilder::ShopTablesBuilder(ShopTablesLayout layout, TimeZone zone)
    : clock_(std::move(zone)) {
  SessionTable& sessions = tables_.sessions;
  sessions.action_names = std::move(layout.action_names);
  CARTWRIGHT_CHECK(sessions.action_names.size() <= kMaxActions, "at most 32 actions");
  sessions.purchased_bit = sessions.ActionBit("purchased");
  sessions.recorded = layout.recorded;
  CARTWRIGHT_CHECK(sessions.purchased_bit != 0, "the layout names the action `purchased`");
  sessions.dimensions = EmptyDimensions(std::move(layout.dimensions));
  tables_.customers.dimensions = EmptyDimensions(std::move(layout.customer_dimensions));
  tables_.currency = std::move(layout.currency);
  tables_.currency_exponent = layout.currency_exponent;
}

std::uint32_t ShopTablesBuilder::PromotionCode(std::span<const std::string_view> promotions) {
  sorted_promotions_.assign(promotions.begin(), promotions.end());
  std::sort(sorted_promotions_.begin(), sorted_promotions_.end());
  joined_promotions_.clear();
  for (const std::string_view promotion : sorted_promotions_) {
    joined_promotions_.append(joined_promotions_.empty() ? "" : "\x1f").append(promotion);
  }
  return joined_promotions_.empty() ? kNoCode
                                    : tables_.sessions.promotions.Code(joined_promotions_);
}

std::uint32_t ShopTablesBuilder::ItemNumber(const LineInput& line) {
  SessionTable& table = tables_.sessions;
  const LineItem item{table.products.Code(line.product),
                      line.category ? table.categories.Code(*line.category) : kNoCode};
  const auto [known, is_new] = item_numbers_.try_emplace(
      std::uint64_t{item.product} << 32 | item.category, static_cast<std::uint32_t>(items_.size()));
  if (is_new) {
    items_.push_back(item);
  }
  return known->second;
}

void ShopTablesBuilder::AddSession(const SessionInput& session) {
  SessionTable& table = tables_.sessions;
  keys_.append(session.key);
  key_end_.push_back(keys_.size());
  const LocalTime local = clock_.ToLocal(session.start);
  table.start.push_back(session.start);
  table.day.push_back(local.day);
  table.hour.push_back(static_cast<std::uint8_t>(local.hour()));
  table.client.push_back(session.client ? tables_.clients.Code(*session.client) : kNoCode);
  table.actions.push_back(session.actions | 1U);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    if (table.recorded.amounts[kind]) {
      table.amount[kind].push_back(session.amounts[kind].value_or(kMissingAmount));
    }
  }
  table.promotion.push_back(PromotionCode(session.promotions));
  AddDimensions(table.dimensions, session.dimensions);
  for (const LineInput& line : session.lines) {
    table.line_item.push_back(ItemNumber(line));
    table.line_quantity.push_back(line.quantity);
    table.line_price.push_back(line.price ? line.price->scaled : kMissingAmount);
  }
  table.line_begin.push_back(static_cast<std::uint32_t>(table.line_item.size()));
}

void ShopTablesBuilder::AddCustomer(const CustomerInput& customer) {
  CustomerTable& table = tables_.customers;
  table.client.push_back(tables_.clients.Code(customer.client));
  table.download.push_back(customer.download.value_or(kMissingInstant));
  table.signup.push_back(customer.signup.value_or(kMissingInstant));
  AddDimensions(table.dimensions, customer.dimensions);
}

/// Joins the columns of several builders. Columns are tasks: each is joined, renumbered and ordered
/// by itself, and its parts are given back before the next one is begun.
class PartsFinisher {
 public:
  explicit PartsFinisher(std::vector<ShopTablesBuilder> parts) : parts_(std::move(parts)) {}

  Result<ShopTables> Run() {
    CARTWRIGHT_TRY(OrderSessions());
    RenumberTexts();
    RenumberItems();
    JoinSessions();
    JoinLines();
    CARTWRIGHT_TRY(JoinCustomers());
    ShopTables tables = std::move(parts_.front().tables_);
    tables.sessions.items = std::make_shared<const std::vector<LineItem>>(std::move(items_));
    MarkFirstOrders(tables.sessions, tables.clients.size());
    return tables;
  }

 private:
  using FindDictionary = std::function<Dictionary&(ShopTables&)>;

  std::string_view KeyOf(std::uint32_t row) const {
    const auto after = std::upper_bound(first_row_.begin() + 1, first_row_.end(), row);
    const auto part = static_cast<std::size_t>(after - first_row_.begin()) - 1;
    const ShopTablesBuilder& rows = parts_[part];
    const std::uint32_t at = row - first_row_[part];
    const std::uint64_t begin = at == 0 ? 0 : rows.key_end_[at - 1];
    return std::string_view(rows.keys_).substr(begin, rows.key_end_[at] - begin);
  }

  Status OrderSessions() {
    std::uint32_t rows = 0;
    for (const ShopTablesBuilder& part : parts_) {
      first_row_.push_back(rows);
      rows += static_cast<std::uint32_t>(part.key_end_.size());
    }
    order_ = OrderOfTexts(rows, [this](std::uint32_t row) { return KeyOf(row); });
    const auto twice = std::adjacent_find(
        order_.begin(), order_.end(),
        [this](std::uint32_t a, std::uint32_t b) { return KeyOf(a) == KeyOf(b); });
    if (twice != order_.end()) {
      return Error{ErrorKind::kInternal,
                   fmt::format("two sessions have the key \"{}\"", KeyOf(*twice))};
    }
    order_ = UnlessInOrder(std::move(order_));
    for (ShopTablesBuilder& part : parts_) {
      std::string().swap(part.keys_);
      std::vector<std::uint64_t>().swap(part.key_end_);
    }
    return {};
  }

  void RenumberTexts() {
    const ShopTables& shop = parts_.front().tables_;
    std::vector<FindDictionary> finders{
        [](ShopTables& tables) -> Dictionary& { return tables.clients; },
        [](ShopTables& tables) -> Dictionary& { return tables.sessions.promotions; },
        [](ShopTables& tables) -> Dictionary& { return tables.sessions.products; },
        [](ShopTables& tables) -> Dictionary& { return tables.sessions.categories; }};
    for (std::size_t i = 0; i < shop.sessions.dimensions.size(); ++i) {
      finders.emplace_back(
          [i](ShopTables& tables) -> Dictionary& { return tables.sessions.dimensions[i].values; });
    }
    for (std::size_t i = 0; i < shop.customers.dimensions.size(); ++i) {
      finders.emplace_back(
          [i](ShopTables& tables) -> Dictionary& { return tables.customers.dimensions[i].values; });
    }
    texts_.resize(finders.size());
    RunParallel(finders.size(), [&](std::size_t which) {
      std::vector<Dictionary*> dictionaries;
      for (ShopTablesBuilder& part : parts_) {
        dictionaries.push_back(&finders[which](part.tables_));
      }
      texts_[which] = JoinDictionaries(dictionaries);
    });
  }

  const std::vector<Renumbering>& clients() const { return texts_[0]; }
  const std::vector<Renumbering>& promotions() const { return texts_[1]; }
  const std::vector<Renumbering>& products() const { return texts_[2]; }
  const std::vector<Renumbering>& categories() const { return texts_[3]; }
  const std::vector<Renumbering>& session_dimension(std::size_t i) const { return texts_[4 + i]; }
  const std::vector<Renumbering>& customer_dimension(std::size_t i) const {
    return texts_[4 + parts_.front().tables_.sessions.dimensions.size() + i];
  }

  void RenumberItems() {
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      for (LineItem& item : parts_[part].items_) {
        item.product = products()[part][item.product];
        item.category = item.category == kNoCode ? kNoCode : categories()[part][item.category];
        items_.push_back(item);
      }
    }
    std::sort(items_.begin(), items_.end());
    items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
    item_numbers_.resize(parts_.size());
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      for (const LineItem& item : parts_[part].items_) {
        const auto place = std::lower_bound(items_.begin(), items_.end(), item);
        item_numbers_[part].push_back(static_cast<std::uint32_t>(place - items_.begin()));
      }
    }
  }

  /// The column of all parts, one after the other, taken from them.
  template <class Find>
  auto Join(Find find) {
    auto joined = std::move(find(parts_.front().tables_));
    std::size_t size = joined.size();
    for (std::size_t part = 1; part < parts_.size(); ++part) {
      size += find(parts_[part].tables_).size();
    }
    joined.reserve(size);
    for (std::size_t part = 1; part < parts_.size(); ++part) {
      const auto rows = std::move(find(parts_[part].tables_));
      joined.insert(joined.end(), rows.begin(), rows.end());
    }
    return joined;
  }

  /// A task that finishes a column of the table; `order` must be there when it runs.
  template <class Find>
  void AddColumn(Tasks& tasks, const std::vector<std::uint32_t>& order, Find find) {
    tasks.emplace_back([this, &order, find] {
      auto column = InOrder(Join(find), order);
      find(parts_.front().tables_) = std::move(column);
    });
  }

  /// The same for a column of codes, of which each part has its own.
  template <class Find>
  void AddCodes(Tasks& tasks, const std::vector<std::uint32_t>& order,
                const std::vector<Renumbering>& renumbered, Find find) {
    tasks.emplace_back([this, &order, &renumbered, find] {
      for (std::size_t part = 0; part < parts_.size(); ++part) {
        Recode(find(parts_[part].tables_), renumbered[part]);
      }
      auto column = InOrder(Join(find), order);
      find(parts_.front().tables_) = std::move(column);
    });
  }

  void JoinSessions() {
    Tasks tasks;
    const auto add = [&](auto find) {
      AddColumn(tasks, order_,
                [find](ShopTables& tables) -> auto& { return find(tables.sessions); });
    };
    add([](SessionTable& table) -> auto& { return table.start; });
    add([](SessionTable& table) -> auto& { return table.day; });
    add([](SessionTable& table) -> auto& { return table.hour; });
    add([](SessionTable& table) -> auto& { return table.actions; });
    for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
      if (parts_.front().tables_.sessions.recorded.amounts[kind]) {
        add([kind](SessionTable& table) -> auto& { return table.amount[kind]; });
      }
    }
    AddCodes(tasks, order_, clients(),
             [](ShopTables& tables) -> auto& { return tables.sessions.client; });
    AddCodes(tasks, order_, promotions(),
             [](ShopTables& tables) -> auto& { return tables.sessions.promotion; });
    for (std::size_t i = 0; i < parts_.front().tables_.sessions.dimensions.size(); ++i) {
      AddCodes(tasks, order_, session_dimension(i),
               [i](ShopTables& tables) -> auto& { return tables.sessions.dimensions[i].code; });
    }
    RunAll(tasks);
  }

  /// Where each row's lines begin, and the order that the lines have then.
  void OrderLines() {
    std::vector<std::uint32_t> begin{0};
    for (ShopTablesBuilder& part : parts_) {
      const std::vector<std::uint32_t> of_part = std::move(part.tables_.sessions.line_begin);
      begin.reserve(begin.size() + of_part.size() - 1);
      const std::uint32_t before = begin.back();
      for (std::size_t row = 1; row < of_part.size(); ++row) {
        begin.push_back(before + of_part[row]);
      }
    }
    if (order_.empty()) {
      begin.shrink_to_fit();
      parts_.front().tables_.sessions.line_begin = std::move(begin);
      return;
    }
    std::vector<std::uint32_t> ordered;
    ordered.reserve(begin.size());
    ordered.push_back(0);
    line_order_.reserve(begin.back());
    for (const std::uint32_t row : order_) {
      for (std::uint32_t line = begin[row]; line < begin[row + 1]; ++line) {
        line_order_.push_back(line);
      }
      ordered.push_back(static_cast<std::uint32_t>(line_order_.size()));
    }
    parts_.front().tables_.sessions.line_begin = std::move(ordered);
  }

  void JoinLines() {
    OrderLines();
    Tasks tasks;
    AddCodes(tasks, line_order_, item_numbers_,
             [](ShopTables& tables) -> auto& { return tables.sessions.line_item; });
    AddColumn(tasks, line_order_,
              [](ShopTables& tables) -> auto& { return tables.sessions.line_quantity; });
    AddColumn(tasks, line_order_,
              [](ShopTables& tables) -> auto& { return tables.sessions.line_price; });
    RunAll(tasks);
  }

  Status JoinCustomers() {
    CustomerTable& customers = parts_.front().tables_.customers;
    Tasks first;
    AddCodes(first, customer_order_, clients(),
             [](ShopTables& tables) -> auto& { return tables.customers.client; });
    RunAll(first);
    std::vector<std::uint32_t> order(customers.client.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&customers](std::uint32_t a, std::uint32_t b) {
      return customers.client[a] < customers.client[b];
    });
    customer_order_ = UnlessInOrder(std::move(order));
    customers.client = InOrder(std::move(customers.client), customer_order_);
    if (std::adjacent_find(customers.client.begin(), customers.client.end()) !=
        customers.client.end()) {
      return Error{ErrorKind::kInternal, "two customer rows have the same client"};
    }
    Tasks rest;
    AddColumn(rest, customer_order_,
              [](ShopTables& tables) -> auto& { return tables.customers.download; });
    AddColumn(rest, customer_order_,
              [](ShopTables& tables) -> auto& { return tables.customers.signup; });
    for (std::size_t i = 0; i < customers.dimensions.size(); ++i) {
      AddCodes(rest, customer_order_, customer_dimension(i),
               [i](ShopTables& tables) -> auto& { return tables.customers.dimensions[i].code; });
    }
    RunAll(rest);
    return {};
  }

  std::vector<ShopTablesBuilder> parts_;
  std::vector<std::uint32_t> first_row_;   ///< Number of each part's first row among all.
  std::vector<std::uint32_t> order_;       ///< Of sessions, by key; empty: as they are.
  std::vector<std::uint32_t> line_order_;  ///< Likewise of lines, and of customers by client.
  std::vector<std::uint32_t> customer_order_;
  std::vector<std::vector<Renumbering>> texts_;  ///< By dictionary and part.
  std::vector<LineItem> items_;                  ///< Of all parts, ascending.
  std::vector<Renumbering> item_numbers_;        ///< By part.
};

Result<ShopTables> ShopTablesBuilder::Finish() && {
  std::vector<ShopTablesBuilder> parts;
  parts.push_back(std::move(*this));
  return FinishTogether(std::move(parts));
}

Result<ShopTables> ShopTablesBuilder::FinishTogether(std::vector<ShopTablesBuilder> parts) {
  CARTWRIGHT_CHECK(!parts.empty(), "there is at least one part");
  return PartsFinisher(std::move(parts)).Run();
}

}  // namespace cartwright
