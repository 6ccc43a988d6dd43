#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cartwright {

enum class FeedKind { kSessions, kLines, kCustomers, kEvents };

/// `csv:` of a source.
struct CsvConfig {
  std::string path;             ///< Absolute after loading. `.gz` files are decompressed.
  std::string separator = ",";  ///< One byte, `tab`, or `whitespace` (any run of blanks).
  bool header = true;           ///< Without one, `names` declares the columns in order.
  std::vector<std::string> names;
  std::int64_t max_field_bytes = std::int64_t{1024} * 1024;
  std::int64_t max_record_bytes = std::int64_t{8} * 1024 * 1024;
};

/// How a source writes dates. Declared, never guessed.
struct DateConfig {
  std::string format = "iso8601";  ///< iso8601 | epoch_seconds | epoch_milliseconds | a pattern of
                                   ///< %Y %m %d %H %M %S.
  std::string time_zone;           ///< Of readings without an offset; empty: the shop's.
  std::string in_gap = "reject";   ///< reject | shift: a reading that the clock skipped.
  std::string in_overlap = "reject";  ///< reject | earliest | latest: a reading that came twice.
};

/// A rule that marks lines or orders as returned or cancelled. Any that holds marks.
struct ReturnsConfig {
  std::optional<std::string> order_prefix;  ///< The order id starts with this.
  bool negative_quantity = false;           ///< The quantity is below zero.
  bool any() const { return order_prefix.has_value() || negative_quantity; }
};

/// How a source of shop events writes their kinds, and when a session ends.
struct EventsConfig {
  std::vector<std::string> view{"view"};  ///< A product or a page was looked at.
  std::vector<std::string> cart{"cart"};  ///< Units went into the basket.
  std::vector<std::string> remove{"remove_from_cart", "removefromcart", "remove"};
  std::vector<std::string> checkout;  ///< The order screen was reached.
  std::vector<std::string> purchase{"purchase"};
  /// Without a session id a session ends after this long without an event.
  std::int64_t inactivity_minutes = 30;
};

/// A rule that leaves rows out by configuration (the books call them filtered).
struct SkipRule {
  std::string column;
  std::optional<std::string> equals;
  std::optional<std::string> prefix;
  bool empty = false;         ///< The field is empty.
  bool not_positive = false;  ///< The number is zero or below.
};

/// One entry of `sources:`.
struct SourceConfig {
  std::string name;
  FeedKind feeds = FeedKind::kSessions;
  CsvConfig csv;
  /// Column names; empty only for lines (then the order_id column) and events.
  std::vector<std::string> key;
  std::string repeated_keys = "supersede";  ///< supersede | number.
  std::vector<std::pair<std::string, std::string>>
      columns;  ///< Record field → column, in file order.
  std::vector<std::pair<std::string, std::string>> actions;     ///< Action name → column.
  std::vector<std::pair<std::string, std::string>> dimensions;  ///< Dimension name → column.
  DateConfig dates;
  ReturnsConfig returns;
  EventsConfig events;
  std::vector<SkipRule> skip;
  std::string version_column;  ///< Empty: the load sequence.
  std::vector<std::string> true_values{"true", "1", "yes", "t", "y"};
  std::vector<std::string> false_values{"false", "0", "no", "f", "n", ""};
  bool allow_negative_amounts = false;
  bool orders_only =
      false;  ///< Every row of a sessions feed is a purchase: no has_purchased column.
  std::string promotion_separator;  ///< Splits several ids in one field; empty: one id.
  int line = 0;                     ///< Where the entry stands in the file.
};

/// The record fields that the `columns:` of a source may map, in documentation order.
std::span<const std::string_view> RecordFields(FeedKind feeds);

}  // namespace cartwright
