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
  /// Adds a basket line apart from its session, which may be in another builder and come later. The
  /// lines of a session are ordered by `place`. The session then has a basket. Where lines come
  /// like this no session may bring its own.
  void AddLine(std::string_view session_key, std::uint64_t place, const LineInput& line);

  /// Sorts and numbers everything. Errors: kInternal when a key came twice; kData when a line has
  /// no session, or a session that bought has lines with prices but no payment of its own.
  Result<ShopTables> Finish() &&;

  /// Finishes the rows of several builders of one layout into one shop, column by column, so that
  /// no more than the columns in hand are there twice. At least one builder. Errors: as Finish.
  static Result<ShopTables> FinishTogether(std::vector<ShopTablesBuilder> parts);

 private:
  friend class PartsFinisher;
  std::uint32_t PromotionCode(std::span<const std::string_view> promotions);
  std::uint32_t ItemNumber(const LineInput& line);

  /// The keys of rows, end to end.
  struct Keys {
    std::string bytes;
    std::vector<std::uint64_t> end;  ///< Of each row's key in `bytes`.

    void Add(std::string_view key);
    std::string_view Text(std::size_t row) const;
    std::size_t size() const { return end.size(); }
  };
  void AddLine(const LineInput& line);

  Keys keys_;
  Keys line_keys_;                         ///< Sessions of the lines that came apart from them.
  std::vector<std::uint64_t> line_place_;  ///< Of the same lines.
  LocalClock clock_;
  std::vector<LineItem> items_;
  std::unordered_map<std::uint64_t, std::uint32_t> item_numbers_;  ///< By both codes of an item.
  std::vector<std::string_view> sorted_promotions_;  ///< Kept from row to row, like the next one.
  std::string joined_promotions_;
  ShopTables tables_;
};

}  // namespace cartwright
