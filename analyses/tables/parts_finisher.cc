#include "analyses/tables/parts_finisher.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "analyses/tables/text_order.h"
#include "daemon/base/parallel.h"

namespace cartwright {
namespace {

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

/// Joins the columns of several builders. Columns are tasks: each is joined, renumbered and ordered
/// by itself, and its parts are given back before the next one is begun.
class PartsFinisher {
 public:
  explicit PartsFinisher(std::vector<ShopTablesBuilder> parts) : parts_(std::move(parts)) {}

  Result<ShopTables> Run() {
    CARTWRIGHT_TRY(OrderSessions());
    CARTWRIGHT_TRY(OrderLines());
    RenumberTexts();
    RenumberItems();
    JoinSessions();
    JoinLines();
    CARTWRIGHT_TRY(JoinCustomers());
    ShopTables tables = std::move(parts_.front().tables_);
    CARTWRIGHT_TRY(TakeBaskets(tables.sessions));
    tables.sessions.items = std::make_shared<const std::vector<LineItem>>(std::move(items_));
    MarkFirstOrders(tables.sessions, tables.clients.size());
    return tables;
  }

 private:
  using FindDictionary = std::function<Dictionary&(ShopTables&)>;

  using Keys = ShopTablesBuilder::Keys;

  /// Keys of the rows of all parts, one part after the other.
  class AllKeys {
   public:
    AllKeys(const std::vector<ShopTablesBuilder>& parts, Keys ShopTablesBuilder::* keys)
        : parts_(parts), keys_(keys) {
      for (const ShopTablesBuilder& part : parts) {
        first_row_.push_back(size_);
        size_ += static_cast<std::uint32_t>((part.*keys).size());
      }
    }
    std::uint32_t size() const { return size_; }
    std::string_view Text(std::uint32_t row) const {
      const std::size_t part = PartOf(row);
      return (parts_[part].*keys_).Text(row - first_row_[part]);
    }
    /// The value of a row in a column beside the keys.
    template <class T>
    T Beside(std::vector<T> ShopTablesBuilder::* column, std::uint32_t row) const {
      const std::size_t part = PartOf(row);
      return (parts_[part].*column)[row - first_row_[part]];
    }
    std::vector<std::uint32_t> Order() const {
      return OrderOfTexts(size_, [this](std::uint32_t row) { return Text(row); });
    }

   private:
    std::size_t PartOf(std::uint32_t row) const {
      const auto after = std::upper_bound(first_row_.begin() + 1, first_row_.end(), row);
      return static_cast<std::size_t>(after - first_row_.begin()) - 1;
    }

    const std::vector<ShopTablesBuilder>& parts_;
    Keys ShopTablesBuilder::* keys_;
    std::vector<std::uint32_t> first_row_;
    std::uint32_t size_ = 0;
  };

  Status OrderSessions() {
    const AllKeys keys(parts_, &ShopTablesBuilder::keys_);
    order_ = keys.Order();
    const auto twice = std::adjacent_find(
        order_.begin(), order_.end(),
        [&keys](std::uint32_t a, std::uint32_t b) { return keys.Text(a) == keys.Text(b); });
    if (twice != order_.end()) {
      return Error{ErrorKind::kInternal,
                   fmt::format("two sessions have the key \"{}\"", keys.Text(*twice))};
    }
    return {};
  }

  /// Where each row's lines begin, and the order that the lines have then. The last that needs
  /// keys.
  Status OrderLines() {
    const bool apart = std::any_of(parts_.begin(), parts_.end(), [](const ShopTablesBuilder& part) {
      return part.line_keys_.size() > 0;
    });
    if (apart) {
      CARTWRIGHT_TRY(MatchLines());
    } else {
      OrderOwnLines();
    }
    order_ = UnlessInOrder(std::move(order_));
    line_order_ = UnlessInOrder(std::move(line_order_));
    for (ShopTablesBuilder& part : parts_) {
      part.keys_ = {};
      part.line_keys_ = {};
      std::vector<std::uint64_t>().swap(part.line_place_);
    }
    return {};
  }

  /// Lines that came apart find their sessions: both are walked in the order of their keys.
  Status MatchLines() {
    const AllKeys sessions(parts_, &ShopTablesBuilder::keys_);
    const AllKeys lines(parts_, &ShopTablesBuilder::line_keys_);
    line_order_ = lines.Order();
    std::vector<std::uint32_t> begin{0};
    begin.reserve(order_.size() + 1);
    std::size_t at = 0;
    for (const std::uint32_t session : order_) {
      const std::string_view key = sessions.Text(session);
      const std::size_t first = at;
      while (at < line_order_.size() && lines.Text(line_order_[at]) == key) {
        ++at;
      }
      std::sort(line_order_.begin() + static_cast<std::ptrdiff_t>(first),
                line_order_.begin() + static_cast<std::ptrdiff_t>(at),
                [&lines](std::uint32_t a, std::uint32_t b) {
                  return lines.Beside(&ShopTablesBuilder::line_place_, a) <
                         lines.Beside(&ShopTablesBuilder::line_place_, b);
                });
      begin.push_back(static_cast<std::uint32_t>(at));
    }
    if (at < line_order_.size()) {
      return Error{ErrorKind::kData,
                   fmt::format("a line is of the session \"{}\", which is not there",
                               lines.Text(line_order_[at]))};
    }
    lines_came_apart_ = true;
    parts_.front().tables_.sessions.line_begin = std::move(begin);
    return {};
  }

  /// What a session takes from lines that came apart from it.
  Status TakeBaskets(SessionTable& sessions) const {
    const std::uint32_t has_basket = sessions.ActionBit("has_basket");
    for (std::size_t row = 0; lines_came_apart_ && row < sessions.size(); ++row) {
      const std::uint32_t begin = sessions.line_begin[row];
      const std::uint32_t end = sessions.line_begin[row + 1];
      if (begin == end) {
        continue;
      }
      sessions.actions[row] |= has_basket;
      const bool priced =
          std::any_of(sessions.line_price.begin() + begin, sessions.line_price.begin() + end,
                      [](std::int64_t price) { return price != kMissingAmount; });
      if (priced && sessions.purchased(row) &&
          sessions.Amount(row, AmountKind::kPayment) == kMissingAmount) {
        return Error{ErrorKind::kData, "a session with priced lines has no payment of its own"};
      }
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
      dictionaries.reserve(parts_.size());
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

  void OrderOwnLines() {
    std::vector<std::uint32_t> begin{0};
    for (ShopTablesBuilder& part : parts_) {
      const std::vector<std::uint32_t> of_part = std::move(part.tables_.sessions.line_begin);
      begin.reserve(begin.size() + of_part.size() - 1);
      const std::uint32_t before = begin.back();
      for (std::size_t row = 1; row < of_part.size(); ++row) {
        begin.push_back(before + of_part[row]);
      }
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
  std::vector<std::uint32_t> order_;       ///< Of sessions, by key; empty: as they are.
  std::vector<std::uint32_t> line_order_;  ///< Likewise of lines, and of customers by client.
  std::vector<std::uint32_t> customer_order_;
  bool lines_came_apart_ = false;
  std::vector<std::vector<Renumbering>> texts_;  ///< By dictionary and part.
  std::vector<LineItem> items_;                  ///< Of all parts, ascending.
  std::vector<Renumbering> item_numbers_;        ///< By part.
};

Result<ShopTables> FinishParts(std::vector<ShopTablesBuilder> parts) {
  return PartsFinisher(std::move(parts)).Run();
}

}  // namespace cartwright
