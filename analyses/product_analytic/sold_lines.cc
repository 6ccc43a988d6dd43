#include "analyses/product_analytic/sold_lines.h"

#include <algorithm>
#include <optional>

namespace cartwright {

LineSum SoldLines::Gather(std::uint32_t row) {
  lines_.clear();
  weights_.clear();
  LineSum sum;
  for (std::uint32_t line = sessions_.line_begin[row]; line < sessions_.line_begin[row + 1];
       ++line) {
    const std::int32_t units = sessions_.line_quantity[line];
    if (units <= 0) {
      continue;
    }
    const std::int64_t price = sessions_.line_price[line];
    const bool is_priced = price != kMissingAmount;
    lines_.push_back({.product = sessions_.LineProduct(line),
                      .category = sessions_.LineCategory(line),
                      .units = units,
                      .is_priced = is_priced});
    if (is_priced) {
      sum.Add(units, UnitPrice{price});
      weights_.push_back(static_cast<Weight>(units) * price);
    }
  }
  return sum;
}

void SoldLines::SharePriced(std::uint32_t row, std::int64_t value) {
  std::span<const std::int64_t> parts = shares_.Share(value, weights_);
  std::size_t place = 0;
  for (SoldLine& line : lines_) {
    line.value = line.is_priced ? parts[place++] : 0;
  }
  const std::int64_t discount = sessions_.AmountOrZero(row, AmountKind::kDiscount);
  if (discount == 0) {
    return;
  }
  for (Weight& weight : weights_) {
    weight = std::max<Weight>(weight, 0);
  }
  parts = shares_.Share(discount, weights_);
  place = 0;
  for (SoldLine& line : lines_) {
    line.discount = line.is_priced ? parts[place++] : 0;
  }
}

std::span<const SoldLine> SoldLines::Of(std::uint32_t row) {
  const std::optional<Money> value = Gather(row).Rounded();
  if (!value) {
    for (SoldLine& line : lines_) {
      line.is_priced = false;
    }
  } else if (!weights_.empty()) {
    SharePriced(row, value->minor);
  }
  return lines_;
}

}  // namespace cartwright
