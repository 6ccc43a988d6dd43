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
using Element = simdjson::dom::element;

constexpr std::array<std::string_view, kAmountKinds> kAmountFields{
    "payment_amount", "discount_amount", "tax_amount", "shipping_amount", "refund_amount"};

Error BadField(std::string_view id, std::string_view field) {
  return Error{
      ErrorKind::kData,
      fmt::format("document \"{}\": the field {} is missing or not of the contract's form; "
                  "rebuild the index with cartwright reindex",
                  id, field)};
}

std::optional<std::string_view> FindText(const Object& object, std::string_view name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return text;
}

/// The exact scaled integer behind a number that was written as decimal text. Amounts stay below
/// 2^53 units, so the nearest double rounds back to the integer that was written.
std::optional<std::int64_t> FindScaled(const Object& object, std::string_view name, double scale) {
  double value = 0;
  if (object[name].get(value) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return std::llround(value * scale);
}

bool IsPresent(const Object& object, std::string_view name) {
  Element element;
  return object[name].get(element) == simdjson::SUCCESS && !element.is_null();
}

/// Missing is nothing; present must be an instant.
Result<std::optional<EpochMillis>> ReadInstant(std::string_view id, const Object& object,
                                               std::string_view name) {
  if (!IsPresent(object, name)) {
    return std::optional<EpochMillis>();
  }
  const std::optional<std::string_view> text = FindText(object, name);
  if (!text) {
    return BadField(id, name);
  }
  const Result<EpochMillis> millis = ParseInstant(*text);
  if (!millis) {
    return BadField(id, name);
  }
  return std::optional<EpochMillis>(*millis);
}

std::uint32_t ReadActions(const Object& source, const std::vector<std::string>& names) {
  std::uint32_t bits = 1;
  Object actions;
  if (source["actions"].get(actions) == simdjson::SUCCESS) {
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
      bool happened = false;
      if (actions[names[bit]].get(happened) == simdjson::SUCCESS && happened) {
        bits |= 1U << bit;
      }
    }
  }
  return bits;
}

}  // namespace

HitDecoder::HitDecoder(const ShopTablesLayout& layout, ShopTablesBuilder& builder)
    : action_names_(layout.action_names),
      dimension_names_(layout.dimensions),
      customer_dimension_names_(layout.customer_dimensions),
      exponent_(layout.currency_exponent),
      builder_(builder) {}

std::vector<std::string> HitDecoder::OrderFields() {
  return {"client",         "session_start_date", "has_purchased", "actions",
          "payment_amount", "discount_amount",    "tax_amount",    "shipping_amount",
          "refund_amount",  "promotion_id",       "dimensions",    "items.product",
          "items.category", "items.quantity",     "items.price",   "deleted_at"};
}

std::vector<std::string> HitDecoder::CustomerFields() {
  return {"client", "download_date", "signup_date", "dimensions", "deleted_at"};
}

void HitDecoder::ReadDimensions(const Object& source, const std::vector<std::string>& names) {
  dimensions_.assign(names.size(), std::nullopt);
  Object dimensions;
  if (source["dimensions"].get(dimensions) != simdjson::SUCCESS) {
    return;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    dimensions_[i] = FindText(dimensions, names[i]);
  }
}

Status HitDecoder::ReadPromotions(std::string_view id, const Object& source) {
  promotions_.clear();
  Element element;
  if (source["promotion_id"].get(element) != simdjson::SUCCESS || element.is_null()) {
    return {};
  }
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) {
    promotions_.push_back(text);
    return {};
  }
  simdjson::dom::array array;
  if (element.get(array) != simdjson::SUCCESS) {
    return BadField(id, "promotion_id");
  }
  for (const Element entry : array) {
    if (entry.get(text) != simdjson::SUCCESS) {
      return BadField(id, "promotion_id");
    }
    promotions_.push_back(text);
  }
  return {};
}

Status HitDecoder::ReadItems(std::string_view id, const Object& source) {
  lines_.clear();
  simdjson::dom::array items;
  if (source["items"].get(items) != simdjson::SUCCESS) {
    return {};
  }
  const double scale = std::pow(10.0, exponent_ + kUnitPriceExtraDecimals);
  for (const Element element : items) {
    Object item;
    std::int64_t quantity = 0;
    if (element.get(item) != simdjson::SUCCESS ||
        item["quantity"].get(quantity) != simdjson::SUCCESS ||
        quantity > std::numeric_limits<std::int32_t>::max() ||
        quantity < std::numeric_limits<std::int32_t>::min()) {
      return BadField(id, "items.quantity");
    }
    const std::optional<std::string_view> product = FindText(item, "product");
    if (!product) {
      return BadField(id, "items.product");
    }
    const std::optional<std::int64_t> price = FindScaled(item, "price", scale);
    lines_.push_back({*product, FindText(item, "category"), static_cast<std::int32_t>(quantity),
                      price ? std::optional(UnitPrice{*price}) : std::nullopt});
  }
  return {};
}

Status HitDecoder::AddOrder(std::string_view id, const Object& source) {
  if (IsPresent(source, "deleted_at")) {
    ++deleted_;
    return {};
  }
  SessionInput session;
  session.key = id;
  session.client = FindText(source, "client");
  CARTWRIGHT_ASSIGN(const std::optional<EpochMillis> start,
                    ReadInstant(id, source, "session_start_date"));
  if (!start) {
    return BadField(id, "session_start_date");
  }
  session.start = *start;
  session.actions = ReadActions(source, action_names_);
  const double scale = std::pow(10.0, exponent_);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    session.amounts[kind] = FindScaled(source, kAmountFields[kind], scale);
  }
  CARTWRIGHT_TRY(ReadPromotions(id, source));
  CARTWRIGHT_TRY(ReadItems(id, source));
  ReadDimensions(source, dimension_names_);
  session.promotions = promotions_;
  session.dimensions = dimensions_;
  session.lines = lines_;
  builder_.AddSession(session);
  return {};
}

Status HitDecoder::AddCustomer(std::string_view id, const Object& source) {
  if (IsPresent(source, "deleted_at")) {
    ++deleted_;
    return {};
  }
  const std::optional<std::string_view> client = FindText(source, "client");
  if (!client) {
    return BadField(id, "client");
  }
  CustomerInput customer;
  customer.client = *client;
  CARTWRIGHT_ASSIGN(customer.download, ReadInstant(id, source, "download_date"));
  CARTWRIGHT_ASSIGN(customer.signup, ReadInstant(id, source, "signup_date"));
  ReadDimensions(source, customer_dimension_names_);
  customer.dimensions = dimensions_;
  builder_.AddCustomer(customer);
  return {};
}

}  // namespace cartwright
