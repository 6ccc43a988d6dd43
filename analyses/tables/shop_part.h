#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Which sessions and lines an analysis looks at.
struct RowRule {
  bool known_client_only = false;      ///< Leaves out guests.
  bool positive_payment_only = false;  ///< Leaves out purchases with payment <= 0 and credit notes.
  bool positive_price_only = false;    ///< Leaves out basket lines without a price above zero.

  bool keeps_all() const {
    return !known_client_only && !positive_payment_only && !positive_price_only;
  }
};

/// A copy with the rows that `rule` keeps; first orders are then those among the kept rows.
/// Dictionaries stay as they are.
SessionTable KeepRows(const SessionTable& sessions, const RowRule& rule);

/// A shop's parts by the values of one dimension.
///
/// One look at each row groups the rows of all values (a counting sort), and every part numbers its
/// own customers: all parts together cost about one more pass over the shop, however many values
/// there are. Takes four bytes a row. Any thread may ask for parts.
class DimensionParts {
 public:
  /// The tables must outlive this.
  DimensionParts(const ShopTables& tables, std::string name);

  const std::string& name() const { return name_; }
  /// The values that sessions or customers have, in byte order.
  std::size_t size() const { return values_.size(); }
  std::string_view value(std::size_t number) const { return values_[number].text; }

  /// The tables of one value: sessions with it; customers with it in their own column of that name
  /// or, where customers have no such column, customers with such a session. Clients are those of
  /// these rows; first orders stay those of the whole shop; texts are shared.
  ShopTables Part(std::size_t number) const;

 private:
  /// Rows by code in CSR form.
  struct Grouped {
    std::vector<std::uint32_t> row;
    std::vector<std::uint32_t> begin;
    std::span<const std::uint32_t> Of(std::uint32_t code) const;
  };
  struct Value {
    std::string_view text;
    std::uint32_t session_code = kNoCode;
    std::uint32_t customer_code = kNoCode;
  };
  static Grouped GroupByCode(const DimensionColumn* column);
  void AddValues(const DimensionColumn* in_sessions, const DimensionColumn* in_customers);

  const ShopTables& tables_;
  std::string name_;
  std::vector<Value> values_;
  Grouped sessions_;
  Grouped customers_;
  /// The customer row of each client, or kNoCode; where customers have no column of that name.
  std::vector<std::uint32_t> customer_of_client_;
};

/// One part alone: a value that nothing has gives a part without rows.
ShopTables KeepDimensionValue(const ShopTables& tables, std::string_view dimension,
                              std::string_view value);

}  // namespace cartwright
