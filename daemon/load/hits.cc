#include "daemon/load/hits.h"

#include <fmt/core.h>
#include <simdjson.h>

#include <array>
#include <cmath>
#include <limits>

#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

using Object = simdjson::dom::object;
using Array = simdjson::dom::array;
using Element = simdjson::dom::element;
using Text = std::string_view;

// What is read of a document, in the order in which documents are written.
enum Field : std::size_t {
  kClient,
  kStart,
  kDownload,
  kSignup,
  kActions,
  kPayment,
  kDiscount,
  kTax,
  kShipping,
  kRefund,
  kPromotion,
  kDimensions,
  kItems,
  kDeleted,
  kFieldCount,
};
constexpr std::array<std::string_view, kFieldCount> kNames{
    "client",         "session_start_date", "download_date", "signup_date",     "actions",
    "payment_amount", "discount_amount",    "tax_amount",    "shipping_amount", "refund_amount",
    "promotion_id",   "dimensions",         "items",         "deleted_at"};

enum ItemField : std::size_t { kProduct, kCategory, kPrice, kQuantity, kItemFieldCount };
constexpr std::array<std::string_view, kItemFieldCount> kItemNames{"product", "category", "price",
                                                                   "quantity"};

// The place of `name` in `names`, looked for from `hint` on and around; names.size() when it is not
// there. Documents name their fields in one order, so the first looks nearly always find it.
template <class Names>
std::size_t PlaceOf(const Names& names, std::string_view name, std::size_t hint) {
  for (std::size_t place = hint; place < names.size(); ++place) {
    if (names[place] == name) {
      return place;
    }
  }
  for (std::size_t place = 0; place < hint; ++place) {
    if (names[place] == name) {
      return place;
    }
  }
  return names.size();
}

// Calls `visit(place, value)` for each member of `object` that is named in `names` and not null.
// One walk: looking up each name in turn walks the whole object for every one that is missing.
template <class Names, class Visit>
void VisitNamed(const Object& object, const Names& names, Visit visit) {
  std::size_t hint = 0;
  for (const auto [name, value] : object) {
    const std::size_t place = PlaceOf(names, name, hint);
    if (place < names.size()) {
      hint = place + 1;
      if (!value.is_null()) {
        visit(place, value);
      }
    }
  }
}

// The members of an object by their place in a list of names; null counts as missing.
template <std::size_t kCount>
class Members {
  static_assert(kCount <= 32, "one bit a member");

 public:
  Members(const Object& object, const std::array<std::string_view, kCount>& names) {
    VisitNamed(object, names, [this](std::size_t place, Element value) {
      values_[place] = value;
      present_ |= 1U << place;
    });
  }
  bool has(std::size_t place) const { return (present_ & 1U << place) != 0; }

  /// The value of that type, nothing when it is missing or of another type.
  template <class T>
  std::optional<T> Get(std::size_t place) const {
    T value;
    if (!has(place) || values_[place].get(value) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    return value;
  }

 private:
  std::array<Element, kCount> values_;
  std::uint32_t present_ = 0;
};

Error BadField(std::string_view id, std::string_view field) {
  return Error{
      ErrorKind::kData,
      fmt::format("document \"{}\": the field {} is missing or not of the contract's form; "
                  "rebuild the index with cartwright reindex",
                  id, field)};
}

using Fields = Members<kFieldCount>;

/// The integer whose decimal text reads as `value`. Nothing when two integers do: there the doubles
/// lie further apart than the amounts.
std::optional<std::int64_t> OnlyScaled(double value, double scale) {
  std::optional<std::int64_t> only;
  const std::int64_t near = std::llround(value * scale);
  for (const std::int64_t candidate : {near - 1, near, near + 1}) {
    // Correctly rounded, as reading decimal text is: both numbers are whole and below 2^53.
    if (static_cast<double>(candidate) / scale == value) {
      if (only) {
        return std::nullopt;
      }
      only = candidate;
    }
  }
  return only.value_or(near);
}

/// The exact scaled integer behind a number that was written as decimal text; missing is nothing.
/// False when it is there and no such number.
template <std::size_t kCount>
bool ReadScaled(const Members<kCount>& members, std::size_t place, double scale,
                std::optional<std::int64_t>& scaled) {
  // Below it the product's rounding error is under a half, so the nearest integer is the one.
  constexpr double kSurelyExact = std::int64_t{1} << 50;
  scaled.reset();
  if (!members.has(place)) {
    return true;
  }
  const std::optional<double> value = members.template Get<double>(place);
  if (!value) {
    return false;
  }
  scaled = std::abs(*value * scale) < kSurelyExact ? std::llround(*value * scale)
                                                   : OnlyScaled(*value, scale);
  return scaled.has_value();
}

/// Missing is nothing; present must be an instant.
Result<std::optional<EpochMillis>> ReadInstant(std::string_view id, const Fields& fields,
                                               Field field) {
  if (!fields.has(field)) {
    return std::optional<EpochMillis>();
  }
  const std::optional<Text> text = fields.Get<Text>(field);
  const Result<EpochMillis> millis = ParseInstant(text.value_or(Text()));
  if (!millis) {
    return BadField(id, kNames[field]);
  }
  return std::optional<EpochMillis>(*millis);
}

std::uint32_t ReadActions(const Fields& fields, const std::vector<std::string>& names) {
  std::uint32_t bits = 1;
  if (const auto actions = fields.Get<Object>(kActions)) {
    VisitNamed(*actions, names, [&bits](std::size_t place, Element value) {
      bool happened = false;
      if (value.get(happened) == simdjson::SUCCESS && happened) {
        bits |= 1U << place;
      }
    });
  }
  return bits;
}

void ReadDimensions(const Fields& fields, const std::vector<std::string>& names,
                    std::vector<std::optional<std::string_view>>& values) {
  values.assign(names.size(), std::nullopt);
  if (const auto dimensions = fields.Get<Object>(kDimensions)) {
    VisitNamed(*dimensions, names, [&values](std::size_t place, Element value) {
      Text text;
      if (value.get(text) == simdjson::SUCCESS) {
        values[place] = text;
      }
    });
  }
}

/// One text or a list of texts.
Status ReadPromotions(std::string_view id, const Fields& fields, std::vector<Text>& promotions) {
  promotions.clear();
  if (!fields.has(kPromotion)) {
    return {};
  }
  if (const auto text = fields.Get<Text>(kPromotion)) {
    promotions.push_back(*text);
    return {};
  }
  const auto list = fields.Get<Array>(kPromotion);
  if (!list) {
    return BadField(id, kNames[kPromotion]);
  }
  for (const Element entry : *list) {
    Text text;
    if (entry.get(text) != simdjson::SUCCESS) {
      return BadField(id, kNames[kPromotion]);
    }
    promotions.push_back(text);
  }
  return {};
}

Status ReadItems(std::string_view id, const Fields& fields, double price_scale,
                 std::vector<LineInput>& lines) {
  lines.clear();
  const auto items = fields.Get<Array>(kItems);
  if (!items) {
    return {};
  }
  for (const Element element : *items) {
    Object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return BadField(id, "items.quantity");
    }
    const Members<kItemFieldCount> item(object, kItemNames);
    const auto quantity = item.Get<std::int64_t>(kQuantity);
    if (!quantity || *quantity > std::numeric_limits<std::int32_t>::max() ||
        *quantity < std::numeric_limits<std::int32_t>::min()) {
      return BadField(id, "items.quantity");
    }
    const auto product = item.Get<Text>(kProduct);
    if (!product) {
      return BadField(id, "items.product");
    }
    std::optional<std::int64_t> price;
    if (!ReadScaled(item, kPrice, price_scale, price)) {
      return BadField(id, "items.price");
    }
    lines.push_back({*product, item.Get<Text>(kCategory), static_cast<std::int32_t>(*quantity),
                     price ? std::optional(UnitPrice{*price}) : std::nullopt});
  }
  return {};
}

}  // namespace

HitDecoder::HitDecoder(const ShopTablesLayout& layout, ShopTablesBuilder& builder)
    : action_names_(layout.action_names),
      dimension_names_(layout.dimensions),
      customer_dimension_names_(layout.customer_dimensions),
      amount_scale_(std::pow(10.0, layout.currency_exponent)),
      price_scale_(std::pow(10.0, layout.currency_exponent + kUnitPriceExtraDecimals)),
      builder_(builder) {}

Status HitDecoder::AddOrder(std::string_view id, const Object& source) {
  const Fields fields(source, kNames);
  if (fields.has(kDeleted)) {
    ++deleted_;
    return {};
  }
  SessionInput session;
  session.key = id;
  session.client = fields.Get<Text>(kClient);
  CARTWRIGHT_ASSIGN(const std::optional<EpochMillis> start, ReadInstant(id, fields, kStart));
  if (!start) {
    return BadField(id, kNames[kStart]);
  }
  session.start = *start;
  session.actions = ReadActions(fields, action_names_);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    const std::size_t place = kPayment + kind;
    if (!ReadScaled(fields, place, amount_scale_, session.amounts[kind])) {
      return BadField(id, kNames[place]);
    }
  }
  CARTWRIGHT_TRY(ReadPromotions(id, fields, promotions_));
  CARTWRIGHT_TRY(ReadItems(id, fields, price_scale_, lines_));
  ReadDimensions(fields, dimension_names_, dimensions_);
  session.promotions = promotions_;
  session.dimensions = dimensions_;
  session.lines = lines_;
  builder_.AddSession(session);
  return {};
}

Status HitDecoder::AddCustomer(std::string_view id, const Object& source) {
  const Fields fields(source, kNames);
  if (fields.has(kDeleted)) {
    ++deleted_;
    return {};
  }
  const std::optional<Text> client = fields.Get<Text>(kClient);
  if (!client) {
    return BadField(id, kNames[kClient]);
  }
  CustomerInput customer;
  customer.client = *client;
  CARTWRIGHT_ASSIGN(customer.download, ReadInstant(id, fields, kDownload));
  CARTWRIGHT_ASSIGN(customer.signup, ReadInstant(id, fields, kSignup));
  ReadDimensions(fields, customer_dimension_names_, dimensions_);
  customer.dimensions = dimensions_;
  builder_.AddCustomer(customer);
  return {};
}

}  // namespace cartwright
