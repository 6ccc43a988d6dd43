#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyses/tables/shop_tables_builder.h"
#include "daemon/base/result.h"

namespace simdjson::dom {
class object;  // NOLINT(readability-identifier-naming): named by simdjson.
}  // namespace simdjson::dom

namespace cartwright {

/// Decodes documents of `orders` and `downloads` straight into tables. Holds buffers that are
/// reused from hit to hit: one thread. Documents with `deleted_at` are left out and counted.
///
/// Give it whole documents. Measured on Elasticsearch 8.19 with 500,000 orders of 493 bytes in hits
/// of 10,000, CPU seconds per million documents: asking for 5 fields of `_source` costs the server
/// 5.5, `docvalue_fields` 5.1, `fields` 9.0, the whole `_source` only 3.1, because everything else
/// takes each document apart and puts it together again. Reading the whole into columns costs
/// us 1.3 instead of 0.7 for the 5 fields: a quarter of what the server saves. `docvalue_fields`
/// would also lose the order of basket lines.
class HitDecoder {
 public:
  /// The layout must be the one that `builder` was made with.
  HitDecoder(const ShopTablesLayout& layout, ShopTablesBuilder& builder);

  /// Errors: kData naming the document and the field that is not of the contract's form.
  Status AddOrder(std::string_view id, const simdjson::dom::object& source);
  Status AddCustomer(std::string_view id, const simdjson::dom::object& source);

  std::int64_t deleted() const { return deleted_; }

 private:
  std::vector<std::string> action_names_;
  std::vector<std::string> dimension_names_;
  std::vector<std::string> customer_dimension_names_;
  double amount_scale_;  ///< Minor units in one unit of the currency.
  double price_scale_;   ///< The same for unit prices.
  ShopTablesBuilder& builder_;
  std::int64_t deleted_ = 0;
  std::vector<std::string_view> promotions_;
  std::vector<std::optional<std::string_view>> dimensions_;
  std::vector<LineInput> lines_;
};

}  // namespace cartwright
