#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cartwright {

/// The names that a configuration adds to the documents of `orders` and `downloads`.
struct DocumentLayout {
  std::vector<std::string> actions;     ///< In bit order; has_sessions first.
  std::vector<std::string> dimensions;  ///< Of orders, in the declared order.
  std::vector<std::string> customer_actions;
  std::vector<std::string> customer_dimensions;
  std::string currency;
  int currency_exponent = 2;
};

/// `mappings/orders.json` with one boolean an action and one keyword a dimension.
std::string OrdersMapping(const DocumentLayout& layout);
/// `mappings/downloads.json` with one date an action and one keyword a dimension.
std::string DownloadsMapping(const DocumentLayout& layout);

}  // namespace cartwright
