#include "analyses/stats/kpi_sums.h"

#include <cmath>

namespace cartwright {

void KpiSums::Add(const SessionTable& table, std::size_t row) {
  returns += table.AmountOrZero(row, AmountKind::kRefund);
  if (table.is_credit(row)) {
    return;
  }
  ++sessions;
  if (!table.purchased(row)) {
    return;
  }
  ++orders;
  guest_orders += table.client[row] == kNoCode ? 1 : 0;
  promoted_orders += table.promotion[row] != kNoCode ? 1 : 0;
  gross += table.AmountOrZero(row, AmountKind::kPayment);
  discount += table.AmountOrZero(row, AmountKind::kDiscount);
  for (std::uint32_t line = table.line_begin[row]; line < table.line_begin[row + 1]; ++line) {
    if (table.line_quantity[line] > 0) {
      ++lines;
      units += table.line_quantity[line];
    }
  }
}

void KpiSums::Merge(const KpiSums& other) {
  sessions += other.sessions;
  orders += other.orders;
  guest_orders += other.guest_orders;
  promoted_orders += other.promoted_orders;
  units += other.units;
  lines += other.lines;
  gross += other.gross;
  returns += other.returns;
  discount += other.discount;
}

std::optional<double> AverageAmount(std::int64_t minor, std::int64_t count, int currency_exponent) {
  if (count == 0) {
    return std::nullopt;
  }
  // One division, so that the quotient is rounded once.
  return static_cast<double>(minor) /
         (static_cast<double>(count) * std::pow(10.0, currency_exponent));
}

}  // namespace cartwright
