#include "daemon/ingest/documents.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "daemon/base/json_writer.h"

namespace cartwright {
namespace {

constexpr std::array<std::string_view, kSessionAmounts> kAmountFields{
    "payment_amount", "discount_amount", "tax_amount", "shipping_amount", "refund_amount"};

void WriteInstant(JsonWriter& json, std::string_view name, std::optional<EpochMillis> value) {
  if (value) {
    json.Key(name);
    json.Instant(*value);
  }
}

void WriteDimensions(JsonWriter& json, const std::vector<std::string>& names,
                     const std::vector<std::optional<std::string>>& values) {
  json.Key("dimensions");
  json.BeginObject();
  for (std::size_t i = 0; i < values.size(); ++i) {
    json.StringMember(names[i], values[i]);
  }
  json.EndObject();
}

/// A unit price without the zeros beyond the currency's own decimals: 2.550000 is written 2.55.
void WritePrice(JsonWriter& json, UnitPrice price, int exponent) {
  int decimals = exponent + kUnitPriceExtraDecimals;
  std::int64_t scaled = price.scaled;
  while (decimals > exponent && scaled % 10 == 0) {
    scaled /= 10;
    --decimals;
  }
  json.Decimal(scaled, decimals);
}

void WriteItems(JsonWriter& json, const std::vector<ItemRecord>& items, int exponent) {
  if (items.empty()) {
    return;
  }
  std::int64_t units = 0;
  std::vector<std::string_view> products;
  json.Key("items");
  json.BeginArray();
  for (const ItemRecord& item : items) {
    json.BeginObject();
    json.Key("product");
    json.String(item.product);
    json.StringMember("category", item.category);
    json.StringMember("name", item.name);
    json.StringMember("brand", item.brand);
    if (item.price) {
      json.Key("price");
      WritePrice(json, *item.price, exponent);
    }
    json.Key("quantity");
    json.Integer(item.quantity);
    json.EndObject();
    units += item.quantity;
    products.push_back(item.product);
  }
  json.EndArray();
  std::sort(products.begin(), products.end());
  json.Key("total_products");
  json.Integer(std::unique(products.begin(), products.end()) - products.begin());
  json.Key("total_quantity");
  json.Integer(units);
}

void WriteDelivery(JsonWriter& json, const SessionRecord& record) {
  if (!record.delivery_date && !record.prepare_date && !record.return_date) {
    return;
  }
  json.Key("delivery");
  json.BeginObject();
  WriteInstant(json, "delivery_date", record.delivery_date);
  WriteInstant(json, "prepare_date", record.prepare_date);
  WriteInstant(json, "return_date", record.return_date);
  json.EndObject();
}

void WriteActions(JsonWriter& json, const SessionRecord& record, const DocumentLayout& layout) {
  json.Key("actions");
  json.BeginObject();
  for (std::size_t bit = 0; bit < layout.actions.size(); ++bit) {
    json.Key(layout.actions[bit]);
    json.Bool((record.actions >> bit & 1U) != 0);
  }
  json.EndObject();
}

void WriteAmounts(JsonWriter& json, const SessionRecord& record, const DocumentLayout& layout) {
  bool any = false;
  for (std::size_t kind = 0; kind < kSessionAmounts; ++kind) {
    if (record.amounts[kind]) {
      any = true;
      json.Key(kAmountFields[kind]);
      json.Decimal(record.amounts[kind]->minor, layout.currency_exponent);
    }
  }
  if (any) {
    json.Key("currency");
    json.String(layout.currency);
  }
}

}  // namespace

void AppendOrderDocument(const SessionRecord& record, const DocumentLayout& layout,
                         EpochMillis ingested_at, std::string& out) {
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id");
  json.String(record.id);
  json.StringMember("client", record.client);
  WriteInstant(json, "session_start_date", record.start);
  WriteInstant(json, "date", record.date);
  json.Key("has_purchased");
  json.Bool(record.has_purchased);
  WriteActions(json, record, layout);
  WriteAmounts(json, record, layout);
  if (!record.promotion_ids.empty()) {
    json.Key("promotion_id");
    json.BeginArray();
    for (const std::string& promotion : record.promotion_ids) {
      json.String(promotion);
    }
    json.EndArray();
  }
  WriteDimensions(json, layout.dimensions, record.dimensions);
  if (!record.dimensions.empty()) {
    json.StringMember("dimension", record.dimensions.front());
  }
  WriteItems(json, record.items, layout.currency_exponent);
  WriteDelivery(json, record);
  json.Key("source");
  json.String(record.source);
  WriteInstant(json, "updated_at", record.updated_at);
  WriteInstant(json, "ingested_at", ingested_at);
  json.EndObject();
}

void AppendCustomerDocument(const CustomerRecord& record, const DocumentLayout& layout,
                            EpochMillis ingested_at, std::string& out) {
  JsonWriter json(out);
  json.BeginObject();
  json.Key("client");
  json.String(record.client);
  WriteInstant(json, "download_date", record.download_date);
  WriteInstant(json, "signup_date", record.signup_date);
  json.Key("actions");
  json.BeginObject();
  for (std::size_t i = 0; i < record.actions.size(); ++i) {
    WriteInstant(json, layout.customer_actions[i], record.actions[i]);
  }
  json.EndObject();
  WriteDimensions(json, layout.customer_dimensions, record.dimensions);
  json.Key("source");
  json.String(record.source);
  WriteInstant(json, "updated_at", record.updated_at);
  WriteInstant(json, "ingested_at", ingested_at);
  json.EndObject();
}

}  // namespace cartwright
