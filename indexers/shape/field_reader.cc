#include "indexers/shape/field_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace cartwright {
namespace {

constexpr std::int64_t kMaxQuantity = std::numeric_limits<std::int32_t>::max();
/// Elasticsearch refuses a document with a longer keyword.
constexpr std::size_t kMaxKeywordBytes = 32'766;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool IsAmong(std::string_view text, const std::vector<std::string>& values) {
  return std::any_of(values.begin(), values.end(),
                     [text](const std::string& value) { return EqualsIgnoringCase(text, value); });
}

FieldFault NumberFault(DecimalFault fault, int decimals, std::string_view what) {
  switch (fault) {
    case DecimalFault::kNone:
      break;
    case DecimalFault::kNotANumber:
      return {"not_a_number", fmt::format("{} must be plain digits with an optional point", what),
              "write it without exponent, thousands separators, currency or any sign but -"};
    case DecimalFault::kTooManyDecimals:
      return {"too_many_decimals",
              decimals == 0 ? fmt::format("{} must be a whole number", what)
                            : fmt::format("{} has at most {} decimals", what, decimals),
              "round it where it is made: rounding here would change sums"};
    case DecimalFault::kOutOfRange:
      return {"out_of_range", fmt::format("{} is outside the range that stays exact", what),
              "check the number and its unit"};
  }
  return {};
}

/// Whether the number, kept as a double, is told from its neighbours when it is read back.
bool ReadsBack(std::int64_t scaled, int decimals) {
  constexpr std::int64_t kSurely = std::int64_t{1} << 50;
  if (scaled < kSurely && scaled > -kSurely) {
    return true;
  }
  const double scale = std::pow(10.0, decimals);
  const double value = static_cast<double>(scaled) / scale;
  return static_cast<double>(scaled - 1) / scale != value &&
         static_cast<double>(scaled + 1) / scale != value;
}

}  // namespace

void FieldReader::Begin(const RawRow& row) {
  row_ = &row;
  reject_.reset();
}

void FieldReader::Blame(int column, FieldFault fault) {
  if (!reject_.has_value()) {
    reject_ = Reject{column, std::string(Text(column)), std::move(fault)};
  }
}

std::string_view FieldReader::Text(int column) const {
  return column < 0 ? std::string_view() : row_->fields[static_cast<std::size_t>(column)];
}

void FieldReader::CheckKeyword(int column, std::string_view text) {
  if (text.size() > kMaxKeywordBytes) {
    Blame(column, {"text_too_long",
                   fmt::format("the text has {} bytes, Elasticsearch keeps at most {} as a keyword",
                               text.size(), kMaxKeywordBytes),
                   "shorten it, or leave the column out"});
  }
}

std::string_view FieldReader::Keyword(int column) {
  const std::string_view text = Text(column);
  CheckKeyword(column, text);
  return text;
}

std::optional<std::string> FieldReader::OptionalText(int column) {
  const std::string_view text = Keyword(column);
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::optional<std::string> FieldReader::Client(int column) {
  const std::string_view text = Keyword(column);
  const auto& guests = rules_.guest_values;
  const bool is_guest =
      text.empty() || std::find(guests.begin(), guests.end(), text) != guests.end();
  return is_guest ? std::nullopt : std::optional<std::string>(text);
}

std::optional<EpochMillis> FieldReader::Date(int column) {
  const std::string_view text = Text(column);
  if (text.empty()) {
    return std::nullopt;
  }
  FieldValue<std::int64_t> micros = rules_.dates.Read(text);
  if (micros.fault.has_value()) {
    Blame(column, std::move(*micros.fault));
    return std::nullopt;
  }
  constexpr std::int64_t kMicrosPerMilli = 1000;
  const bool rounds_up = micros.value % kMicrosPerMilli < 0;  // Down, also before 1970.
  return micros.value / kMicrosPerMilli - (rounds_up ? 1 : 0);
}

EpochMillis FieldReader::RequiredDate(int column) {
  if (Text(column).empty()) {
    Blame(column, {"empty_required", "the date is empty", "every row needs one"});
    return 0;
  }
  return Date(column).value_or(0);
}

std::int64_t FieldReader::Decimal(int column, int decimals, std::string_view what) {
  const ParsedDecimal parsed = ParseDecimal(Text(column), decimals);
  if (parsed.fault != DecimalFault::kNone) {
    Blame(column, NumberFault(parsed.fault, decimals, what));
  } else if (!ReadsBack(parsed.scaled, decimals)) {
    Blame(column, NumberFault(DecimalFault::kOutOfRange, decimals, what));
  }
  return parsed.scaled;
}

std::optional<Money> FieldReader::Amount(int column) {
  if (Text(column).empty()) {
    return std::nullopt;
  }
  const Money amount{Decimal(column, rules_.currency_decimals, "an amount")};
  if (amount.minor < 0 && !rules_.allow_negative_amounts) {
    Blame(column, {"negative_amount", "the amount is negative",
                   "map money that went back to refund_amount, or set allow_negative_amounts: "
                   "true"});
  }
  return amount;
}

std::optional<UnitPrice> FieldReader::Price(int column) {
  if (column < 0) {
    return std::nullopt;
  }
  if (Text(column).empty()) {
    Blame(column, {"empty_required", "the price is empty", "write 0 for what was free"});
    return std::nullopt;
  }
  return UnitPrice{
      Decimal(column, rules_.currency_decimals + kUnitPriceExtraDecimals, "a unit price")};
}

std::int64_t FieldReader::Quantity(int column) {
  if (column < 0) {
    return 1;
  }
  if (Text(column).empty()) {
    Blame(column, {"empty_required", "the quantity is empty", "write how many units it were"});
    return 0;
  }
  const std::int64_t quantity = Decimal(column, 0, "a quantity");
  if (std::abs(quantity) > kMaxQuantity) {
    Blame(column, NumberFault(DecimalFault::kOutOfRange, 0, "a quantity"));
    return 0;
  }
  return quantity;
}

bool FieldReader::Boolean(int column) {
  if (column < 0) {
    return false;
  }
  const std::string_view text = Text(column);
  if (text == known_false_) {
    return false;
  }
  if (text == known_true_) {
    return true;
  }
  if (IsAmong(text, rules_.true_values)) {
    known_true_ = text;
    return true;
  }
  if (!IsAmong(text, rules_.false_values)) {
    Blame(column,
          {"bad_boolean",
           text.empty() ? "empty, neither true nor false" : "neither a true nor a false value",
           "declare it under true_values or false_values"});
    return false;
  }
  known_false_ = text;
  return false;
}

std::int64_t FieldReader::Version(int column) {
  if (column < 0) {
    return 0;
  }
  const std::string_view text = Text(column);
  if (text.empty()) {
    Blame(column, {"empty_required", "the version is empty", "every row needs one"});
    return 0;
  }
  // No ISO 8601 date of DateReader is all digits, so a number can only be a counter.
  FieldValue<std::int64_t> version = rules_.dates.Read(text);
  const ParsedDecimal counter = ParseDecimal(text, 0);
  if (rules_.dates.is_iso8601() && counter.fault == DecimalFault::kNone) {
    version = counter.scaled;
  }
  if (version.fault.has_value()) {
    Blame(column, std::move(*version.fault));
  } else if (version.value < 0) {
    Blame(column, {"out_of_range", "a version cannot be negative or before 1970",
                   "check the version column"});
  }
  return version.value;
}

std::vector<std::string> FieldReader::Promotions(int column) {
  std::vector<std::string> ids;
  std::string_view rest = Text(column);
  const std::string& separator = rules_.promotion_separator;
  while (!rest.empty()) {
    const std::size_t end = separator.empty() ? std::string_view::npos : rest.find(separator);
    const std::string_view id = rest.substr(0, end);
    CheckKeyword(column, id);
    if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) {
      ids.emplace_back(id);
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + separator.size());
  }
  return ids;
}

bool IsNotPositive(std::string_view text) {
  if (ParseDecimal(text, 0).fault == DecimalFault::kNotANumber) {
    return false;
  }
  return text[0] == '-' || text.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace cartwright
