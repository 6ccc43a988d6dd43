#include "analyses/tables/shop_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr std::size_t kMaxActions = 32;

template <class T>
void Reorder(std::vector<T>& column, const std::vector<std::uint32_t>& order) {
  std::vector<T> moved;
  moved.reserve(column.size());
  for (const std::uint32_t row : order) {
    moved.push_back(column[row]);
  }
  column = std::move(moved);
}

void Recode(std::vector<std::uint32_t>& codes, const std::vector<std::uint32_t>& renumbered) {
  for (std::uint32_t& code : codes) {
    code = code == kNoCode ? kNoCode : renumbered[code];
  }
}

void ReorderLines(SessionTable& table, const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> lines;
  lines.reserve(table.line_product.size());
  std::vector<std::uint32_t> begin{0};
  begin.reserve(order.size() + 1);
  for (const std::uint32_t row : order) {
    for (std::uint32_t line = table.line_begin[row]; line < table.line_begin[row + 1]; ++line) {
      lines.push_back(line);
    }
    begin.push_back(static_cast<std::uint32_t>(lines.size()));
  }
  Reorder(table.line_product, lines);
  Reorder(table.line_category, lines);
  Reorder(table.line_quantity, lines);
  Reorder(table.line_price, lines);
  table.line_begin = std::move(begin);
}

void ReorderSessions(SessionTable& table, const std::vector<std::uint32_t>& order) {
  Reorder(table.start, order);
  Reorder(table.day, order);
  Reorder(table.hour, order);
  Reorder(table.client, order);
  Reorder(table.actions, order);
  Reorder(table.promotion, order);
  for (auto& column : table.amount) {
    Reorder(column, order);
  }
  for (DimensionColumn& dimension : table.dimensions) {
    Reorder(dimension.code, order);
  }
  ReorderLines(table, order);
}

template <class Table>
const DimensionColumn* FindDimensionIn(const Table& table, std::string_view name) {
  const auto found =
      std::find_if(table.dimensions.begin(), table.dimensions.end(),
                   [name](const DimensionColumn& column) { return column.name == name; });
  return found == table.dimensions.end() ? nullptr : &*found;
}

void AddDimensions(std::vector<DimensionColumn>& columns,
                   std::span<const std::optional<std::string_view>> values) {
  CARTWRIGHT_CHECK(values.empty() || values.size() == columns.size(),
                   "a row gives every declared dimension or none");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool known = !values.empty() && values[i].has_value();
    columns[i].code.push_back(known ? columns[i].values.Code(*values[i]) : kNoCode);
  }
}

bool KeepsLine(const SessionTable& table, std::uint32_t line, const RowRule& rule) {
  return !rule.positive_price_only ||
         (table.line_price[line] != kMissingAmount && table.line_price[line] > 0);
}

bool KeepsRow(const SessionTable& table, std::size_t row, const RowRule& rule) {
  if (rule.known_client_only && table.client[row] == kNoCode) {
    return false;
  }
  if (!rule.positive_payment_only || (!table.purchased(row) && !table.is_credit(row))) {
    return true;
  }
  return table.purchased(row) && table.AmountOrZero(row, AmountKind::kPayment) > 0;
}

template <class Predicate>
std::vector<std::uint32_t> RowsWhere(std::size_t size, Predicate keeps) {
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < size; ++row) {
    if (keeps(row)) {
      rows.push_back(static_cast<std::uint32_t>(row));
    }
  }
  return rows;
}

}  // namespace

std::uint32_t SessionTable::ActionBit(std::string_view name) const {
  const auto found = std::find(action_names.begin(), action_names.end(), name);
  return found == action_names.end() ? 0 : 1U << (found - action_names.begin());
}

const DimensionColumn* SessionTable::FindDimension(std::string_view name) const {
  return FindDimensionIn(*this, name);
}

const DimensionColumn* CustomerTable::FindDimension(std::string_view name) const {
  return FindDimensionIn(*this, name);
}

ShopTablesBuilder::ShopTablesBuilder(ShopTablesLayout layout, TimeZone zone)
    : zone_(std::move(zone)), dimension_count_(layout.dimensions.size()) {
  SessionTable& sessions = tables_.sessions;
  sessions.action_names = std::move(layout.action_names);
  CARTWRIGHT_CHECK(sessions.action_names.size() <= kMaxActions, "at most 32 actions");
  sessions.purchased_bit = sessions.ActionBit("purchased");
  CARTWRIGHT_CHECK(sessions.purchased_bit != 0, "the layout names the action `purchased`");
  for (std::string& name : layout.dimensions) {
    sessions.dimensions.push_back({std::move(name), {}, {}});
  }
  for (std::string& name : layout.customer_dimensions) {
    tables_.customers.dimensions.push_back({std::move(name), {}, {}});
  }
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

void ShopTablesBuilder::AddSession(const SessionInput& session) {
  SessionTable& table = tables_.sessions;
  keys_.append(session.key);
  key_end_.push_back(keys_.size());
  const LocalTime local = zone_.ToLocal(session.start);
  table.start.push_back(session.start);
  table.day.push_back(local.day);
  table.hour.push_back(static_cast<std::uint8_t>(local.hour()));
  table.client.push_back(session.client ? tables_.clients.Code(*session.client) : kNoCode);
  table.actions.push_back(session.actions | 1U);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    table.amount[kind].push_back(session.amounts[kind].value_or(kMissingAmount));
  }
  table.promotion.push_back(PromotionCode(session.promotions));
  AddDimensions(table.dimensions, session.dimensions);
  for (const LineInput& line : session.lines) {
    table.line_product.push_back(table.products.Code(line.product));
    table.line_category.push_back(line.category ? table.categories.Code(*line.category) : kNoCode);
    table.line_quantity.push_back(line.quantity);
    table.line_price.push_back(line.price ? line.price->scaled : kMissingAmount);
  }
  table.line_begin.push_back(static_cast<std::uint32_t>(table.line_product.size()));
}

void ShopTablesBuilder::AddCustomer(const CustomerInput& customer) {
  CustomerTable& table = tables_.customers;
  table.client.push_back(tables_.clients.Code(customer.client));
  table.download.push_back(customer.download.value_or(kMissingInstant));
  table.signup.push_back(customer.signup.value_or(kMissingInstant));
  AddDimensions(table.dimensions, customer.dimensions);
}

Result<ShopTables> ShopTablesBuilder::Finish() && {
  SessionTable& sessions = tables_.sessions;
  const auto key = [this](std::uint32_t row) {
    const std::size_t begin = row == 0 ? 0 : key_end_[row - 1];
    return std::string_view(keys_).substr(begin, key_end_[row] - begin);
  };
  std::vector<std::uint32_t> order(sessions.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&key](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  const auto twice =
      std::adjacent_find(order.begin(), order.end(),
                         [&key](std::uint32_t a, std::uint32_t b) { return key(a) == key(b); });
  if (twice != order.end()) {
    return Error{ErrorKind::kInternal,
                 fmt::format("two sessions have the key \"{}\"", key(*twice))};
  }
  ReorderSessions(sessions, order);

  const std::vector<std::uint32_t> clients = tables_.clients.Sort();
  Recode(sessions.client, clients);
  Recode(sessions.promotion, sessions.promotions.Sort());
  Recode(sessions.line_product, sessions.products.Sort());
  Recode(sessions.line_category, sessions.categories.Sort());
  for (DimensionColumn& dimension : sessions.dimensions) {
    Recode(dimension.code, dimension.values.Sort());
  }

  CustomerTable& customers = tables_.customers;
  Recode(customers.client, clients);
  std::vector<std::uint32_t> customer_order(customers.size());
  std::iota(customer_order.begin(), customer_order.end(), 0U);
  std::sort(customer_order.begin(), customer_order.end(),
            [&customers](std::uint32_t a, std::uint32_t b) {
              return customers.client[a] < customers.client[b];
            });
  Reorder(customers.client, customer_order);
  if (std::adjacent_find(customers.client.begin(), customers.client.end()) !=
      customers.client.end()) {
    return Error{ErrorKind::kInternal, "two customer rows have the same client"};
  }
  Reorder(customers.download, customer_order);
  Reorder(customers.signup, customer_order);
  for (DimensionColumn& dimension : customers.dimensions) {
    Recode(dimension.code, dimension.values.Sort());
    Reorder(dimension.code, customer_order);
  }
  return std::move(tables_);
}

SessionTable KeepRows(const SessionTable& sessions, const RowRule& rule) {
  SessionTable kept = sessions;
  if (rule.positive_price_only) {
    std::vector<std::uint32_t> lines;
    std::vector<std::uint32_t> begin{0};
    for (std::size_t row = 0; row < sessions.size(); ++row) {
      for (std::uint32_t line = sessions.line_begin[row]; line < sessions.line_begin[row + 1];
           ++line) {
        if (KeepsLine(sessions, line, rule)) {
          lines.push_back(line);
        }
      }
      begin.push_back(static_cast<std::uint32_t>(lines.size()));
    }
    Reorder(kept.line_product, lines);
    Reorder(kept.line_category, lines);
    Reorder(kept.line_quantity, lines);
    Reorder(kept.line_price, lines);
    kept.line_begin = std::move(begin);
  }
  ReorderSessions(kept, RowsWhere(sessions.size(),
                                  [&](std::size_t row) { return KeepsRow(sessions, row, rule); }));
  return kept;
}

ShopTables KeepDimensionValue(const ShopTables& tables, std::string_view dimension,
                              std::string_view value) {
  ShopTables kept = tables;
  const DimensionColumn* in_sessions = tables.sessions.FindDimension(dimension);
  const std::uint32_t session_code =
      in_sessions == nullptr ? kNoCode : in_sessions->values.Find(value);
  std::vector<bool> has_session(tables.clients.size(), false);
  const std::vector<std::uint32_t> rows = RowsWhere(tables.sessions.size(), [&](std::size_t row) {
    return session_code != kNoCode && in_sessions->code[row] == session_code;
  });
  for (const std::uint32_t row : rows) {
    if (tables.sessions.client[row] != kNoCode) {
      has_session[tables.sessions.client[row]] = true;
    }
  }
  ReorderSessions(kept.sessions, rows);

  const DimensionColumn* in_customers = tables.customers.FindDimension(dimension);
  const std::uint32_t customer_code =
      in_customers == nullptr ? kNoCode : in_customers->values.Find(value);
  const std::vector<std::uint32_t> customers =
      RowsWhere(tables.customers.size(), [&](std::size_t row) {
        if (in_customers == nullptr) {
          return static_cast<bool>(has_session[tables.customers.client[row]]);
        }
        return customer_code != kNoCode && in_customers->code[row] == customer_code;
      });
  Reorder(kept.customers.client, customers);
  Reorder(kept.customers.download, customers);
  Reorder(kept.customers.signup, customers);
  for (DimensionColumn& column : kept.customers.dimensions) {
    Reorder(column.code, customers);
  }
  return kept;
}

}  // namespace cartwright
