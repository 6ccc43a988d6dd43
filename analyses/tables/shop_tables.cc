#include "analyses/tables/shop_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "analyses/tables/take_rows.h"
#include "daemon/base/action_bits.h"
#include "daemon/base/check.h"

namespace cartwright {
namespace {

void Recode(std::vector<std::uint32_t>& codes, const std::vector<std::uint32_t>& renumbered) {
  for (std::uint32_t& code : codes) {
    code = code == kNoCode ? kNoCode : renumbered[code];
  }
}

/// Marks the earliest order of each client, and the earliest with a payment; rows are in key order.
void MarkFirstOrders(SessionTable& sessions, std::uint32_t client_count) {
  for (const std::uint8_t bit : {kFirstOrder, kFirstPaidOrder}) {
    std::vector<std::uint32_t> first(client_count, kNoCode);
    for (std::uint32_t row = 0; row < sessions.size(); ++row) {
      const std::uint32_t client = sessions.client[row];
      const bool counts =
          client != kNoCode && sessions.purchased(row) &&
          (bit == kFirstOrder || sessions.AmountOrZero(row, AmountKind::kPayment) > 0);
      if (counts &&
          (first[client] == kNoCode || sessions.start[row] < sessions.start[first[client]])) {
        first[client] = row;
      }
    }
    for (const std::uint32_t row : first) {
      if (row != kNoCode) {
        sessions.first_orders[row] = static_cast<std::uint8_t>(sessions.first_orders[row] | bit);
      }
    }
  }
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
  sessions.recorded = layout.recorded;
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
  table.first_orders.push_back(0);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    table.amount[kind].push_back(session.amounts[kind].value_or(kMissingAmount));
  }
  std::vector<std::string_view> promotions(session.promotions.begin(), session.promotions.end());
  std::sort(promotions.begin(), promotions.end());
  std::string joined;
  for (const std::string_view promotion : promotions) {
    joined.append(joined.empty() ? "" : "\x1f").append(promotion);
  }
  table.promotion.push_back(joined.empty() ? kNoCode : table.promotions.Code(joined));
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
  TakeLines(sessions, order, sessions);
  TakeRows(sessions, order, sessions);
  MarkFirstOrders(sessions, tables_.clients.size());

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
  TakeRows(customers, customer_order, customers);
  if (std::adjacent_find(customers.client.begin(), customers.client.end()) !=
      customers.client.end()) {
    return Error{ErrorKind::kInternal, "two customer rows have the same client"};
  }
  for (DimensionColumn& dimension : customers.dimensions) {
    Recode(dimension.code, dimension.values.Sort());
  }
  return std::move(tables_);
}

}  // namespace cartwright
