#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/money.h"
#include "indexers/record/row_source.h"
#include "indexers/shape/date_reader.h"
#include "indexers/shape/field_fault.h"

namespace cartwright {

/// How a source writes its values.
struct FieldRules {
  DateReader dates;
  int currency_decimals = 2;
  bool allow_negative_amounts = false;
  std::vector<std::string> true_values;
  std::vector<std::string> false_values;
  std::vector<std::string> guest_values;
  std::string promotion_separator;
};

/// The first thing wrong with a row.
struct Reject {
  int column = -1;  ///< Index of the column; negative when no single one is to blame.
  std::string value;
  FieldFault fault;
};

/// Reads the typed fields of one row after another and remembers the first fault, so that a row is
/// read in straight code and judged once. Column indices may be kUnmapped: then a field is missing.
class FieldReader {
 public:
  explicit FieldReader(FieldRules rules) : rules_(std::move(rules)) {}

  /// Turns to a row. It must outlive its fields' reading.
  void Begin(const RawRow& row);
  bool sound() const { return !reject_.has_value(); }
  const Reject& reject() const { return *reject_; }
  void Blame(int column, FieldFault fault);

  /// Empty for a column that is not mapped.
  std::string_view Text(int column) const;
  /// As Text. Faults: text_too_long, for what Elasticsearch cannot keep as one keyword.
  std::string_view Keyword(int column);
  /// A keyword; nothing when empty.
  std::optional<std::string> OptionalText(int column);
  /// A keyword; nothing for guests.
  std::optional<std::string> Client(int column);
  /// Nothing when empty. Faults: those of DateReader.
  std::optional<EpochMillis> Date(int column);
  /// Faults besides those of Date: empty_required.
  EpochMillis RequiredDate(int column);
  /// Nothing when empty. Faults: not_a_number, too_many_decimals, out_of_range, negative_amount.
  std::optional<Money> Amount(int column);
  /// Nothing when not mapped. Faults: as Amount without negative_amount; empty_required.
  std::optional<UnitPrice> Price(int column);
  /// 1 when not mapped. Faults: not_a_number, out_of_range, empty_required.
  std::int64_t Quantity(int column);
  /// False when not mapped. Faults: bad_boolean.
  bool Boolean(int column);
  /// A date in microseconds or, under iso8601, a whole number as it is; 0 when not mapped.
  /// Faults: those of Date and empty_required; out_of_range for less than 0.
  std::int64_t Version(int column);
  /// Keywords: several ids where the source declares what parts them.
  std::vector<std::string> Promotions(int column);

 private:
  void CheckKeyword(int column, std::string_view text);
  std::int64_t Decimal(int column, int decimals, std::string_view what);

  FieldRules rules_;
  const RawRow* row_ = nullptr;
  std::optional<std::string> known_true_;   ///< The last text that meant true, as it was written.
  std::optional<std::string> known_false_;  ///< Likewise.
  std::optional<Reject> reject_;
};

/// Whether a text is a plain decimal number that is zero or below.
bool IsNotPositive(std::string_view text);

}  // namespace cartwright
