#include "analyses/tables/shop_part.h"

#include <cstdint>
#include <vector>

#include "analyses/tables/take_rows.h"

namespace cartwright {
namespace {

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

std::vector<DimensionColumn> WithoutRows(const std::vector<DimensionColumn>& columns) {
  std::vector<DimensionColumn> empty;
  empty.reserve(columns.size());
  for (const DimensionColumn& column : columns) {
    empty.push_back({column.name, column.values, {}});
  }
  return empty;
}

/// A table with the names and dictionaries of `sessions` and no rows.
SessionTable WithoutRows(const SessionTable& sessions) {
  SessionTable empty;
  empty.dimensions = WithoutRows(sessions.dimensions);
  empty.action_names = sessions.action_names;
  empty.purchased_bit = sessions.purchased_bit;
  empty.recorded = sessions.recorded;
  empty.promotions = sessions.promotions;
  empty.products = sessions.products;
  empty.categories = sessions.categories;
  return empty;
}

}  // namespace

SessionTable KeepRows(const SessionTable& sessions, const RowRule& rule) {
  const std::vector<std::uint32_t> rows =
      RowsWhere(sessions.size(), [&](std::size_t row) { return KeepsRow(sessions, row, rule); });
  SessionTable kept = WithoutRows(sessions);
  TakeRows(sessions, rows, kept);
  TakeLines(sessions, rows, kept,
            [&](std::uint32_t line) { return KeepsLine(sessions, line, rule); });
  if (rule.positive_payment_only) {
    for (std::uint8_t& first : kept.first_orders) {
      first = (first & kFirstPaidOrder) != 0 ? kFirstOrder | kFirstPaidOrder : 0;
    }
  }
  return kept;
}

ShopTables KeepDimensionValue(const ShopTables& tables, std::string_view dimension,
                              std::string_view value) {
  const SessionTable& sessions = tables.sessions;
  const CustomerTable& customers = tables.customers;
  const DimensionColumn* in_sessions = sessions.FindDimension(dimension);
  const std::uint32_t session_code =
      in_sessions == nullptr ? kNoCode : in_sessions->values.Find(value);
  const std::vector<std::uint32_t> rows = RowsWhere(sessions.size(), [&](std::size_t row) {
    return session_code != kNoCode && in_sessions->code[row] == session_code;
  });
  std::vector<bool> has_session(tables.clients.size(), false);
  for (const std::uint32_t row : rows) {
    if (sessions.client[row] != kNoCode) {
      has_session[sessions.client[row]] = true;
    }
  }
  const DimensionColumn* in_customers = customers.FindDimension(dimension);
  const std::uint32_t customer_code =
      in_customers == nullptr ? kNoCode : in_customers->values.Find(value);
  const std::vector<std::uint32_t> customer_rows =
      RowsWhere(customers.size(), [&](std::size_t row) {
        if (in_customers == nullptr) {
          return static_cast<bool>(has_session[customers.client[row]]);
        }
        return customer_code != kNoCode && in_customers->code[row] == customer_code;
      });

  ShopTables kept;
  kept.clients = tables.clients;
  kept.currency = tables.currency;
  kept.currency_exponent = tables.currency_exponent;
  kept.sessions = WithoutRows(sessions);
  TakeRows(sessions, rows, kept.sessions);
  TakeLines(sessions, rows, kept.sessions);
  kept.customers.dimensions = WithoutRows(customers.dimensions);
  TakeRows(customers, customer_rows, kept.customers);
  return kept;
}

}  // namespace cartwright
