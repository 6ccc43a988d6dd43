#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/cart/cart.h"
#include "analyses/cart/cart_units.h"
#include "analyses/report/report.h"
#include "analyses/tables/day_range.h"

namespace cartwright {

/// What every report of `cart` is made from.
struct CartInput {
  const ShopTables& tables;
  const ShopCalendar& calendar;
  const CartOptions& options;
  const CartUnits& units;
  const DayRange& days;                    ///< Of all rows before as_of.
  const std::vector<std::int64_t>& value;  ///< Of each entry of units.sessions, minor units.
  std::int64_t after_as_of = 0;
  std::int64_t credits = 0;
  std::int64_t visits = 0;  ///< Before as_of.
};

/// Counts of carts by what became of them.
struct CartCounts {
  std::int64_t carts = 0;
  std::int64_t purchased = 0;
  std::int64_t recovered = 0;
  std::int64_t open = 0;
  std::int64_t abandoned = 0;
  std::int64_t value_abandoned = 0;  ///< Minor units.
  std::int64_t value_recovered = 0;

  void Add(CartState state, std::int64_t value);
};

/// Σ units × unit price of a row's lines with a quantity above zero, rounded once; lines without a
/// price and sums too large to stay exact count nothing.
std::int64_t CartValue(const SessionTable& sessions, std::uint32_t row);

/// A report of this type with no rows yet and its account of the session rows: used are the visits
/// with a cart.
Report StartCartReport(const CartInput& input, std::string_view type,
                       std::vector<ColumnSpec> columns);

Report Abandonment(const CartInput& input);
Report Stages(const CartInput& input);
Report Recovery(const CartInput& input);
Report HourlyAbandonment(const CartInput& input);
Report PeriodAbandonment(const CartInput& input, Period period);
Report DimensionAbandonment(const CartInput& input);

}  // namespace cartwright
