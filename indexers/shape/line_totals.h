#pragma once

#include <optional>

#include "daemon/base/money.h"
#include "indexers/shape/stored_row.h"

namespace cartwright {

/// What the lines of one order come to.
class LineTotals {
 public:
  void Add(const LineRow& line) {
    has_returned_ = has_returned_ || line.is_returned;
    if (!line.item.price.has_value()) {
      return;
    }
    has_prices_ = true;
    if (line.is_returned) {
      returned_.Add(-line.item.quantity, *line.item.price);
    } else {
      sold_.Add(line.item.quantity, *line.item.price);
    }
  }

  bool has_returned() const { return has_returned_; }
  bool has_prices() const { return has_prices_; }
  /// Σ quantity × price of the sold lines, rounded once; nothing beyond kAmountLimit.
  std::optional<Money> Sold() const { return sold_.Rounded(); }
  /// The money that went back for the returned lines, as Sold; positive.
  std::optional<Money> Returned() const { return returned_.Rounded(); }

 private:
  LineSum sold_;
  LineSum returned_;
  bool has_returned_ = false;
  bool has_prices_ = false;
};

}  // namespace cartwright
