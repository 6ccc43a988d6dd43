#include "daemon/ingest/documents.h"

#include <algorithm>
#include <utility>

#include "daemon/base/calendar.h"
#include "daemon/base/json_writer.h"

namespace cartwright {
namespace {

std::vector<std::string> AsMembers(const std::vector<std::string>& names) {
  std::vector<std::string> members;
  for (const std::string& name : names) {
    AppendJsonString(members.emplace_back(), name);
    members.back().push_back(':');
  }
  return members;
}

std::string ActionsJson(std::uint32_t bits, const std::vector<std::string>& names) {
  std::string json = R"(,"actions":)";
  JsonWriter writer(json);
  writer.BeginObject();
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    writer.Key(names[bit]);
    writer.Bool((bits >> bit & 1U) != 0);
  }
  writer.EndObject();
  return json;
}

}  // namespace

DocumentWriter::DocumentWriter(const DocumentLayout& layout, EpochMillis ingested_at)
    : layout_(layout),
      dimension_names_(AsMembers(layout.dimensions)),
      customer_dimension_names_(AsMembers(layout.customer_dimensions)),
      customer_action_names_(AsMembers(layout.customer_actions)),
      currency_(R"(,"currency":)"),
      ingested_at_(R"(,"ingested_at":")" + FormatInstant(ingested_at) + R"("})") {
  AppendJsonString(currency_, layout.currency);
}

template <std::size_t kSize>
void DocumentWriter::Instant(const char (&name)[kSize], const std::optional<EpochMillis>& value) {
  if (value) {
    json_.Raw(name);
    json_.Instant(*value);
  }
}

template <std::size_t kSize>
void DocumentWriter::Text(const char (&name)[kSize], const std::optional<std::string>& text) {
  if (text) {
    json_.Raw(name);
    json_.String(*text);
  }
}

std::string_view DocumentWriter::Order(const SessionRecord& record) {
  json_.Clear();
  json_.Raw(R"({"id":)");
  json_.String(record.id);
  Text(R"(,"client":)", record.client);
  json_.Raw(R"(,"session_start_date":)");
  json_.Instant(record.start);
  Instant(R"(,"date":)", record.date);
  if (record.has_purchased) {
    json_.Raw(R"(,"has_purchased":true)");
  } else {
    json_.Raw(R"(,"has_purchased":false)");
  }
  Actions(record.actions);
  Amounts(record);
  Promotions(record);
  WriteDimensions(dimension_names_, record.dimensions);
  if (!record.dimensions.empty()) {
    Text(R"(,"dimension":)", record.dimensions.front());
  }
  Items(record);
  Delivery(record);
  End(record.source, record.updated_at);
  return json_.view();
}

std::string_view DocumentWriter::Customer(const CustomerRecord& record) {
  json_.Clear();
  json_.Raw(R"({"client":)");
  json_.String(record.client);
  Instant(R"(,"download_date":)", record.download_date);
  Instant(R"(,"signup_date":)", record.signup_date);
  json_.Raw(R"(,"actions":{)");
  bool is_first = true;
  for (std::size_t i = 0; i < record.actions.size(); ++i) {
    if (record.actions[i]) {
      if (!std::exchange(is_first, false)) {
        json_.Raw(',');
      }
      json_.Raw(std::string_view(customer_action_names_[i]));
      json_.Instant(*record.actions[i]);
    }
  }
  json_.Raw('}');
  WriteDimensions(customer_dimension_names_, record.dimensions);
  End(record.source, record.updated_at);
  return json_.view();
}

void DocumentWriter::Actions(std::uint32_t bits) {
  KnownActions& known = known_actions_[bits % known_actions_.size()];
  if (known.json.empty() || known.bits != bits) {
    known = {bits, ActionsJson(bits, layout_.actions)};
  }
  json_.Raw(std::string_view(known.json));
}

void DocumentWriter::Amounts(const SessionRecord& record) {
  constexpr std::array<std::string_view, kSessionAmounts> kNames{
      R"(,"payment_amount":)", R"(,"discount_amount":)", R"(,"tax_amount":)",
      R"(,"shipping_amount":)", R"(,"refund_amount":)"};
  bool any = false;
  for (std::size_t kind = 0; kind < kSessionAmounts; ++kind) {
    if (record.amounts[kind]) {
      any = true;
      json_.Raw(kNames[kind]);
      json_.Decimal(record.amounts[kind]->minor, layout_.currency_exponent);
    }
  }
  if (any) {
    json_.Raw(std::string_view(currency_));
  }
}

void DocumentWriter::Promotions(const SessionRecord& record) {
  if (record.promotion_ids.empty()) {
    return;
  }
  json_.Raw(R"(,"promotion_id":)");
  char separator = '[';
  for (const std::string& promotion : record.promotion_ids) {
    json_.Raw(std::exchange(separator, ','));
    json_.String(promotion);
  }
  json_.Raw(']');
}

void DocumentWriter::WriteDimensions(const Pieces& names, const Dimensions& values) {
  json_.Raw(R"(,"dimensions":{)");
  bool is_first = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) {
      if (!std::exchange(is_first, false)) {
        json_.Raw(',');
      }
      json_.Raw(std::string_view(names[i]));
      json_.String(*values[i]);
    }
  }
  json_.Raw('}');
}

/// A unit price without the zeros beyond the currency's own decimals: 2.550000 is written 2.55.
void DocumentWriter::Price(UnitPrice price) {
  int decimals = layout_.currency_exponent + kUnitPriceExtraDecimals;
  std::int64_t scaled = price.scaled;
  while (decimals > layout_.currency_exponent && scaled % 10 == 0) {
    scaled /= 10;
    --decimals;
  }
  json_.Decimal(scaled, decimals);
}

void DocumentWriter::Item(const ItemRecord& item) {
  json_.Raw(R"({"product":)");
  json_.String(item.product);
  Text(R"(,"category":)", item.category);
  Text(R"(,"name":)", item.name);
  Text(R"(,"brand":)", item.brand);
  if (item.price) {
    json_.Raw(R"(,"price":)");
    Price(*item.price);
  }
  json_.Raw(R"(,"quantity":)");
  json_.Integer(item.quantity);
  json_.Raw('}');
}

void DocumentWriter::Items(const SessionRecord& record) {
  if (record.items.empty()) {
    return;
  }
  std::int64_t units = 0;
  products_.clear();
  json_.Raw(R"(,"items":)");
  char separator = '[';
  for (const ItemRecord& item : record.items) {
    json_.Raw(std::exchange(separator, ','));
    Item(item);
    units += item.quantity;
    products_.push_back(item.product);
  }
  std::sort(products_.begin(), products_.end());
  json_.Raw(R"(],"total_products":)");
  json_.Integer(std::unique(products_.begin(), products_.end()) - products_.begin());
  json_.Raw(R"(,"total_quantity":)");
  json_.Integer(units);
}

void DocumentWriter::Delivery(const SessionRecord& record) {
  bool is_first = true;
  const auto date = [&](std::string_view name, const std::optional<EpochMillis>& value) {
    if (value) {
      json_.Raw(std::exchange(is_first, false) ? std::string_view(R"(,"delivery":{)") : ",");
      json_.Raw(name);
      json_.Instant(*value);
    }
  };
  date(R"("delivery_date":)", record.delivery_date);
  date(R"("prepare_date":)", record.prepare_date);
  date(R"("return_date":)", record.return_date);
  if (!is_first) {
    json_.Raw('}');
  }
}

void DocumentWriter::End(std::string_view source, const std::optional<EpochMillis>& updated_at) {
  json_.Raw(R"(,"source":)");
  json_.String(source);
  Instant(R"(,"updated_at":)", updated_at);
  json_.Raw(std::string_view(ingested_at_));
}

}  // namespace cartwright
