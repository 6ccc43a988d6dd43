#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Sums of rows: whole numbers, so that sums of parts merge to the sum of all, in any order.
struct KpiSums {
  std::int64_t sessions = 0;         ///< Visits, bought or not. A credit note is no visit.
  std::int64_t orders = 0;           ///< Visits that bought.
  std::int64_t guest_orders = 0;     ///< Orders without a known client; part of `orders`.
  std::int64_t promoted_orders = 0;  ///< Orders with a promotion; part of `orders`.
  std::int64_t units = 0;            ///< Units of the sold lines.
  std::int64_t lines = 0;            ///< Lines of orders with a quantity above zero.
  std::int64_t gross = 0;            ///< Payments of orders, minor units.
  std::int64_t returns = 0;          ///< Refunds of orders and credit notes, minor units.
  std::int64_t discount = 0;         ///< Discounts of orders, minor units, already off the payment.

  void Add(const SessionTable& table, std::size_t row);
  void Merge(const KpiSums& other);
  std::int64_t net() const { return gross - returns; }
};

/// An amount in minor units per something, in major units; nothing when `count` is zero.
std::optional<double> AverageAmount(std::int64_t minor, std::int64_t count, int currency_exponent);

}  // namespace cartwright
