#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/money.h"

namespace cartwright {

/// The amounts of a session, in the order of the fields payment_amount, discount_amount,
/// tax_amount, shipping_amount, refund_amount.
inline constexpr std::size_t kSessionAmounts = 5;

/// Where a row stands in its source: what every error and dead letter names.
struct SourcePosition {
  std::uint32_t source = 0;   ///< Index of the source in the configuration.
  std::uint64_t line = 0;     ///< First physical line of the row, from 1.
  std::uint64_t ordinal = 0;  ///< Number of the row among the rows of this source, from 0.
};

/// A basket line as it is indexed under `items`.
struct ItemRecord {
  std::string product;
  std::optional<std::string> category;
  std::optional<std::string> name;
  std::optional<std::string> brand;
  std::optional<UnitPrice> price;
  std::int64_t quantity = 1;  ///< Negative for returned units.
};

/// One document of `orders`: a session, bought or not.
struct SessionRecord {
  std::string
      key;  ///< `_id`: the declared key, percent-escaped, prefixed where sources share an index.
  std::string id;                     ///< Session or order id as the source writes it.
  std::optional<std::string> client;  ///< Missing for guests.
  EpochMillis start = 0;              ///< session_start_date.
  std::optional<EpochMillis> date;    ///< Session end or checkout.
  std::uint32_t actions = 1;          ///< Bit per configured action; bit 0 has_sessions.
  bool has_purchased = false;
  std::array<std::optional<Money>, kSessionAmounts> amounts;
  std::vector<std::string> promotion_ids;
  std::vector<std::optional<std::string>> dimensions;  ///< In the shop's declared order.
  std::vector<ItemRecord> items;                       ///< Basket lines in source order.
  std::optional<EpochMillis> delivery_date;
  std::optional<EpochMillis> prepare_date;
  std::optional<EpochMillis> return_date;
  std::string source;  ///< Name of the source.
  std::optional<EpochMillis> updated_at;
  std::optional<std::int64_t>
      version;  ///< The declared version, epoch microseconds; else the load sequence.
};

/// One document of `downloads`: a customer.
struct CustomerRecord {
  std::string key;  ///< `_id` = client, percent-escaped.
  std::string client;
  std::optional<EpochMillis> download_date;
  std::optional<EpochMillis> signup_date;
  std::vector<std::optional<EpochMillis>>
      actions;  ///< Further action dates, in the declared order.
  std::vector<std::optional<std::string>> dimensions;
  std::string source;
  std::optional<EpochMillis> updated_at;
  std::optional<std::int64_t> version;
};

}  // namespace cartwright
