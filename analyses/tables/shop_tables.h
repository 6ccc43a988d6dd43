#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/tables/dictionary.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// An amount that the source did not give.
inline constexpr std::int64_t kMissingAmount = std::numeric_limits<std::int64_t>::min();
/// An instant that the source did not give.
inline constexpr EpochMillis kMissingInstant = std::numeric_limits<EpochMillis>::min();

/// The amounts of a session, in the order of their columns.
enum class AmountKind : std::uint8_t { kPayment, kDiscount, kTax, kShipping, kRefund };
inline constexpr std::size_t kAmountKinds = 5;

/// What the sources of a shop give at all. It follows from the configuration, not from the rows, so
/// that every period and every dimension value agree: reports say null, never 0, of the rest.
struct Recorded {
  std::uint32_t actions = 0xffffffffU;  ///< Bit i set: action_names[i] is recorded.
  std::array<bool, kAmountKinds> amounts{true, true, true, true, true};
  bool visits = true;  ///< Sessions that bought nothing are there beside the orders.
  bool lines = true;   ///< Basket lines.
  bool promotions = true;
  bool downloads = true;  ///< Customers' download dates.
  bool signups = true;    ///< Customers' sign-up dates.

  bool amount(AmountKind kind) const { return amounts[static_cast<std::size_t>(kind)]; }
};

/// The bits of SessionTable::first_orders.
inline constexpr std::uint8_t kFirstOrder = 1;
inline constexpr std::uint8_t kFirstPaidOrder = 2;  ///< The first with a payment above zero.

/// One column a dimension: the code of each row's value in `values`, or kNoCode.
struct DimensionColumn {
  std::string name;
  Dictionary values;  ///< Sorted.
  std::vector<std::uint32_t> code;
};

/// What a basket line is of.
struct LineItem {
  std::uint32_t product = 0;         ///< Code in SessionTable::products.
  std::uint32_t category = kNoCode;  ///< Code in SessionTable::categories or kNoCode.
  friend auto operator<=>(const LineItem&, const LineItem&) = default;
};

/// Sessions, bought or not, one row each, ordered by document key (so a row number is a stable tie
/// break). Vectors of one length; codes refer to the dictionaries of ShopTables and of the column.
///
/// A row takes 30 bytes, four more for each dimension and eight for each amount that is recorded,
/// 50 with one dimension and two amounts; a basket line takes 16.
struct SessionTable {
  std::vector<EpochMillis> start;
  std::vector<DayNumber> day;          ///< Local day of `start`.
  std::vector<std::uint8_t> hour;      ///< Local hour of `start`, 0..23.
  std::vector<std::uint32_t> client;   ///< Code in ShopTables::clients; kNoCode for a guest.
  std::vector<std::uint32_t> actions;  ///< Bit i set: action_names[i] happened.
  /// Minor units or kMissingAmount; empty for a kind that the shop does not record.
  std::array<std::vector<std::int64_t>, kAmountKinds> amount;
  std::vector<std::uint32_t> promotion;  ///< Code in `promotions`; kNoCode: organic.
  /// Whether a row is the first order ever of its known client, whatever part of the shop the table
  /// holds. Of two that start together it is the one with the lower key.
  std::vector<std::uint8_t> first_orders;
  std::vector<DimensionColumn> dimensions;

  std::vector<std::string> action_names;  ///< At most 32. [0] is has_sessions, always set.
  std::uint32_t purchased_bit = 0;        ///< The bit of the action `purchased` (= has_purchased).
  Recorded recorded;
  Dictionary promotions;  ///< Sorted sets of promotion ids, joined by U+001F.

  /// Basket lines in CSR form: the lines of row i are [line_begin[i], line_begin[i + 1]).
  std::vector<std::uint32_t> line_begin{0};
  std::vector<std::uint32_t> line_item;     ///< Number in `items`.
  std::vector<std::int32_t> line_quantity;  ///< Negative for returned units.
  std::vector<std::int64_t> line_price;     ///< Unit price, 1/10,000 minor unit, or kMissingAmount.
  /// The pairs of product and category that lines have, ascending. Never null; shared by parts.
  std::shared_ptr<const std::vector<LineItem>> items = std::make_shared<std::vector<LineItem>>();
  Dictionary products;    ///< Sorted.
  Dictionary categories;  ///< Sorted.

  std::size_t size() const { return start.size(); }
  std::uint32_t LineProduct(std::size_t line) const { return (*items)[line_item[line]].product; }
  std::uint32_t LineCategory(std::size_t line) const { return (*items)[line_item[line]].category; }
  bool purchased(std::size_t row) const { return (actions[row] & purchased_bit) != 0; }
  std::int64_t Amount(std::size_t row, AmountKind kind) const {
    const std::vector<std::int64_t>& column = amount[static_cast<std::size_t>(kind)];
    return column.empty() ? kMissingAmount : column[row];
  }
  std::int64_t AmountOrZero(std::size_t row, AmountKind kind) const {
    const std::int64_t value = Amount(row, kind);
    return value == kMissingAmount ? 0 : value;
  }
  /// A credit note: money went back and nothing was bought. It is not a visit: session counts and
  /// funnels leave it out, returns keep it.
  bool is_credit(std::size_t row) const {
    return !purchased(row) && AmountOrZero(row, AmountKind::kRefund) != 0;
  }
  /// Payment less refund of the row; what customer models use.
  std::int64_t Net(std::size_t row) const {
    return AmountOrZero(row, AmountKind::kPayment) - AmountOrZero(row, AmountKind::kRefund);
  }
  /// An order of which the shop kept nothing that was paid. One that cost nothing from the start (a
  /// sample) is none.
  bool is_refunded(std::size_t row) const {
    const std::int64_t net = Net(row);
    return net < 0 || (net == 0 && AmountOrZero(row, AmountKind::kPayment) > 0);
  }
  bool is_first_order(std::size_t row) const { return (first_orders[row] & kFirstOrder) != 0; }
  /// The bit of an action, or 0 when there is none of that name.
  std::uint32_t ActionBit(std::string_view name) const;
  const DimensionColumn* FindDimension(std::string_view name) const;
};

/// Customers of the customers feed, one row each, ordered by client code.
struct CustomerTable {
  std::vector<std::uint32_t> client;  ///< Code in ShopTables::clients.
  std::vector<EpochMillis> download;  ///< kMissingInstant where unknown.
  std::vector<EpochMillis> signup;    ///< kMissingInstant where unknown.
  std::vector<DimensionColumn> dimensions;

  std::size_t size() const { return client.size(); }
  const DimensionColumn* FindDimension(std::string_view name) const;
};

/// Bytes that tables take in memory.
struct TableMemory {
  std::size_t sessions = 0;      ///< Columns of sessions, without lines.
  std::size_t lines = 0;         ///< Columns of basket lines.
  std::size_t customers = 0;     ///< Columns of customers.
  std::size_t dictionaries = 0;  ///< Texts; those that parts of a shop share count in each.
};

/// Everything an analysis may look at. Built and checked once; immutable afterwards.
struct ShopTables {
  Dictionary clients;  ///< All client ids of sessions and customers, sorted; guests are not in it.
  SessionTable sessions;
  CustomerTable customers;
  std::string currency;       ///< ISO 4217.
  int currency_exponent = 2;  ///< Decimals of the minor unit.
};

/// What the tables take in memory.
TableMemory MemoryOf(const ShopTables& tables);

/// What the tables look like: names are fixed before the first row.
struct ShopTablesLayout {
  std::vector<std::string> action_names;  ///< Must hold has_sessions first and `purchased`.
  std::vector<std::string> dimensions;    ///< Of sessions.
  std::vector<std::string> customer_dimensions;
  Recorded recorded;
  std::string currency = "EUR";
  int currency_exponent = 2;
};

}  // namespace cartwright
