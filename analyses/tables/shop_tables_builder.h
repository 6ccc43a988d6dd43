#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/money.h"
#include "daemon/base/result.h"

namespace cartwright {

/// One basket line on its way into a table.
struct LineInput {
  std::string_view product;
  std::optional<std::string_view> category;
  std::int32_t quantity = 0;
  std::optional<UnitPrice> price;
};

/// One session on its way into a table. Views need to live only until AddSession returns.
struct SessionInput {
  std::string_view key;                    ///< Document `_id`; unique.
  std::optional<std::string_view> client;  ///< Missing for guests.
  EpochMillis start = 0;
  std::uint32_t actions = 1;
  std::array<std::optional<std::int64_t>, kAmountKinds> amounts{};  ///< Minor units.
  std::span<const std::string_view> promotions;
  std::span<const std::optional<std::string_view>> dimensions;  ///< In the declared order.
  std::span<const LineInput> lines;
};

struct CustomerInput {
  std::string_view client;
  std::optional<EpochMillis> download;
  std::optional<EpochMillis> signup;
  std::span<const std::optional<std::string_view>> dimensions;
};

/// Collects rows in any order and finishes them into sorted tables: the same rows give the same
/// tables whatever their order of arrival, and however they are spread over builders. One thread
/// each.
class ShopTablesBuilder {
 public:
  ShopTablesBuilder(ShopTablesLayout layout, TimeZone zone);
  void AddSession(const SessionInput& session);
  void AddCustomer(const CustomerInput& customer);

  /// Sorts and numbers everything. Errors: kInternal when a key came twice.
  Result<ShopTables> Finish() &&;

  /// Finishes the rows of several builders of one layout into one shop, column by column, so that
  /// no more than the columns in hand are there twice. At least one builder. Errors: as Finish.
  static Result<ShopTables> FinishTogether(std::vector<ShopTablesBuilder> parts);

 private:
  friend class PartsFinisher;
  std::uint32_t PromotionCode(std::span<const std::string_view> promotions);
  std::uint32_t ItemNumber(const LineInput& line);

  std::string keys_;                    ///< All keys, end to end.
  std::vector<std::uint64_t> key_end_;  ///< End of each row's key in keys_.
  LocalClock clock_;
  std::vector<LineItem> items_;
  std::unordered_map<std::uint64_t, std::uint32_t> item_numbers_;  ///< By both codes of an item.
  std::vector<std::string_view> sorted_promotions_;  ///< Kept from row to row, like the next one.
  std::string joined_promotions_;
  ShopTables tables_;
};

}  // namespace cartwright
