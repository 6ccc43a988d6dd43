#include "analyses/tables/shop_part.h"

#include <bit>
#include <cstdint>
#include <numeric>
#include <utility>
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
  empty.items = sessions.items;
  empty.products = sessions.products;
  empty.categories = sessions.categories;
  return empty;
}

/// A shop of that kind without customers, sessions and clients.
ShopTables WithoutRows(const ShopTables& tables) {
  ShopTables empty;
  empty.currency = tables.currency;
  empty.currency_exponent = tables.currency_exponent;
  empty.sessions = WithoutRows(tables.sessions);
  empty.customers.dimensions = WithoutRows(tables.customers.dimensions);
  return empty;
}

/// Some of the codes below a limit, one bit each: numbers them anew in their order at a cost that
/// does not depend on how many there are in the whole shop, but for a 64th of it.
class CodeSet {
 public:
  explicit CodeSet(std::uint32_t limit) : bits_((std::size_t{limit} + 63) / 64, 0) {}

  void Add(std::uint32_t code) {
    if (code != kNoCode) {
      bits_[code / 64] |= std::uint64_t{1} << code % 64;
    }
  }

  /// Ascending.
  std::vector<std::uint32_t> Codes() const {
    std::vector<std::uint32_t> codes;
    for (std::size_t word = 0; word < bits_.size(); ++word) {
      for (std::uint64_t rest = bits_[word]; rest != 0; rest &= rest - 1) {
        codes.push_back(static_cast<std::uint32_t>(word * 64) +
                        static_cast<std::uint32_t>(std::countr_zero(rest)));
      }
    }
    return codes;
  }

  /// Must come between the last Add() and Renumber().
  void CountBefore() {
    before_.reserve(bits_.size());
    std::uint32_t count = 0;
    for (const std::uint64_t word : bits_) {
      before_.push_back(count);
      count += static_cast<std::uint32_t>(std::popcount(word));
    }
  }

  /// Replaces codes of the set by their places in it.
  void Renumber(std::vector<std::uint32_t>& codes) const {
    for (std::uint32_t& code : codes) {
      if (code != kNoCode) {
        const std::uint64_t below = (std::uint64_t{1} << code % 64) - 1;
        code = before_[code / 64] +
               static_cast<std::uint32_t>(std::popcount(bits_[code / 64] & below));
      }
    }
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> before_;  ///< Codes of the set in the words before.
};

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

std::span<const std::uint32_t> DimensionParts::Grouped::Of(std::uint32_t code) const {
  return code == kNoCode ? std::span<const std::uint32_t>()
                         : std::span(row).subspan(begin[code], begin[code + 1] - begin[code]);
}

DimensionParts::Grouped DimensionParts::GroupByCode(const DimensionColumn* column) {
  Grouped grouped;
  if (column == nullptr) {
    return grouped;
  }
  grouped.begin.assign(std::size_t{column->values.size()} + 1, 0);
  for (const std::uint32_t code : column->code) {
    if (code != kNoCode) {
      ++grouped.begin[code + 1];
    }
  }
  std::partial_sum(grouped.begin.begin(), grouped.begin.end(), grouped.begin.begin());
  grouped.row.resize(grouped.begin.back());
  std::vector<std::uint32_t> next(grouped.begin.begin(), grouped.begin.end() - 1);
  for (std::uint32_t row = 0; row < column->code.size(); ++row) {
    if (column->code[row] != kNoCode) {
      grouped.row[next[column->code[row]]++] = row;
    }
  }
  return grouped;
}

DimensionParts::DimensionParts(const ShopTables& tables, std::string name)
    : tables_(tables), name_(std::move(name)) {
  const DimensionColumn* in_sessions = tables.sessions.FindDimension(name_);
  const DimensionColumn* in_customers = tables.customers.FindDimension(name_);
  sessions_ = GroupByCode(in_sessions);
  customers_ = GroupByCode(in_customers);
  AddValues(in_sessions, in_customers);
  if (in_customers == nullptr) {
    customer_of_client_.assign(tables.clients.size(), kNoCode);
    for (std::uint32_t row = 0; row < tables.customers.size(); ++row) {
      customer_of_client_[tables.customers.client[row]] = row;
    }
  }
}

void DimensionParts::AddValues(const DimensionColumn* in_sessions,
                               const DimensionColumn* in_customers) {
  const std::uint32_t sessions = in_sessions == nullptr ? 0 : in_sessions->values.size();
  const std::uint32_t customers = in_customers == nullptr ? 0 : in_customers->values.size();
  std::uint32_t session = 0;
  std::uint32_t customer = 0;
  while (session < sessions || customer < customers) {
    const bool has_session = session < sessions;
    const bool has_customer = customer < customers;
    const std::string_view of_session =
        has_session ? in_sessions->values.Text(session) : std::string_view();
    const std::string_view of_customer =
        has_customer ? in_customers->values.Text(customer) : std::string_view();
    Value value;
    value.text =
        has_session && (!has_customer || of_session <= of_customer) ? of_session : of_customer;
    if (has_session && of_session == value.text) {
      value.session_code = session++;
    }
    if (has_customer && of_customer == value.text) {
      value.customer_code = customer++;
    }
    values_.push_back(value);
  }
}

ShopTables DimensionParts::Part(std::size_t number) const {
  const Value& value = values_[number];
  const std::span<const std::uint32_t> rows = sessions_.Of(value.session_code);
  const std::span<const std::uint32_t> own_rows = customers_.Of(value.customer_code);
  CodeSet clients(tables_.clients.size());
  for (const std::uint32_t row : rows) {
    clients.Add(tables_.sessions.client[row]);
  }
  std::vector<std::uint32_t> customer_rows(own_rows.begin(), own_rows.end());
  if (customer_of_client_.empty()) {
    for (const std::uint32_t row : own_rows) {
      clients.Add(tables_.customers.client[row]);
    }
  } else {
    for (const std::uint32_t client : clients.Codes()) {
      if (customer_of_client_[client] != kNoCode) {
        customer_rows.push_back(customer_of_client_[client]);
      }
    }
  }
  ShopTables part = WithoutRows(tables_);
  part.clients = tables_.clients.Subset(clients.Codes());
  TakeRows(tables_.sessions, rows, part.sessions);
  TakeLines(tables_.sessions, rows, part.sessions);
  TakeRows(tables_.customers, customer_rows, part.customers);
  clients.CountBefore();
  clients.Renumber(part.sessions.client);
  clients.Renumber(part.customers.client);
  return part;
}

ShopTables KeepDimensionValue(const ShopTables& tables, std::string_view dimension,
                              std::string_view value) {
  const DimensionParts parts(tables, std::string(dimension));
  for (std::size_t number = 0; number < parts.size(); ++number) {
    if (parts.value(number) == value) {
      return parts.Part(number);
    }
  }
  ShopTables nothing = WithoutRows(tables);
  nothing.clients = tables.clients.Subset({});
  return nothing;
}

}  // namespace cartwright
