#pragma once

#include <string_view>

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

/// The tables of one dimension value: sessions with that value; customers with that value in their
/// own column of that name, or, where customers have no such column, customers with such a session.
/// First orders stay those of the whole shop; dictionaries are shared. Cost: a look at each row's
/// value and a copy of the rows that are kept.
ShopTables KeepDimensionValue(const ShopTables& tables, std::string_view dimension,
                              std::string_view value);

}  // namespace cartwright
