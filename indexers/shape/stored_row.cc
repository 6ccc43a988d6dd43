#include "indexers/shape/stored_row.h"

#include "indexers/shape/stored_bytes.h"

namespace cartwright {
namespace {

std::optional<std::int64_t> Minor(const std::optional<Money>& amount) {
  return amount.has_value() ? std::optional(amount->minor) : std::nullopt;
}

}  // namespace

void AppendStored(ByteBuffer& out, const SessionRecord& session) {
  StoredWriter writer(out);
  writer.Text(session.id);
  writer.Optional(session.client);
  writer.Signed(session.start);
  writer.Optional(session.date);
  writer.Unsigned(session.actions);
  writer.Unsigned(session.has_purchased ? 1 : 0);
  for (const std::optional<Money>& amount : session.amounts) {
    writer.Optional(Minor(amount));
  }
  writer.Texts(session.promotion_ids);
  writer.OptionalList(session.dimensions);
  writer.Optional(session.delivery_date);
  writer.Optional(session.prepare_date);
  writer.Optional(session.return_date);
  writer.Optional(session.updated_at);
}

void ReadStored(std::string_view bytes, SessionRecord& session) {
  StoredReader reader(bytes);
  session.id = reader.Text();
  reader.OptionalText(session.client);
  session.start = reader.Signed();
  session.date = reader.OptionalSigned();
  session.actions = static_cast<std::uint32_t>(reader.Unsigned());
  session.has_purchased = reader.Unsigned() != 0;
  for (std::optional<Money>& amount : session.amounts) {
    const std::optional<std::int64_t> minor = reader.OptionalSigned();
    amount = minor.has_value() ? std::optional(Money{*minor}) : std::nullopt;
  }
  reader.Texts(session.promotion_ids);
  reader.OptionalTexts(session.dimensions);
  session.delivery_date = reader.OptionalSigned();
  session.prepare_date = reader.OptionalSigned();
  session.return_date = reader.OptionalSigned();
  session.updated_at = reader.OptionalSigned();
}

void AppendStored(ByteBuffer& out, const LineRow& line) {
  StoredWriter writer(out);
  writer.Text(line.order_id);
  writer.Optional(line.client);
  writer.Optional(line.start);
  writer.Text(line.item.product);
  writer.Optional(line.item.category);
  writer.Optional(line.item.name);
  writer.Optional(line.item.brand);
  writer.Optional(line.item.price.has_value() ? std::optional(line.item.price->scaled)
                                              : std::nullopt);
  writer.Signed(line.item.quantity);
  writer.Unsigned(line.is_returned ? 1 : 0);
  writer.Texts(line.promotion_ids);
  writer.OptionalList(line.dimensions);
  writer.Optional(line.updated_at);
  writer.Text(line.line_key);
  writer.Text(line.raw);
}

void ReadStored(std::string_view bytes, LineRow& line) {
  StoredReader reader(bytes);
  line.order_id = reader.Text();
  reader.OptionalText(line.client);
  line.start = reader.OptionalSigned();
  line.item.product = reader.Text();
  reader.OptionalText(line.item.category);
  reader.OptionalText(line.item.name);
  reader.OptionalText(line.item.brand);
  const std::optional<std::int64_t> price = reader.OptionalSigned();
  line.item.price = price.has_value() ? std::optional(UnitPrice{*price}) : std::nullopt;
  line.item.quantity = reader.Signed();
  line.is_returned = reader.Unsigned() != 0;
  reader.Texts(line.promotion_ids);
  reader.OptionalTexts(line.dimensions);
  line.updated_at = reader.OptionalSigned();
  line.line_key = reader.Text();
  line.raw = reader.Text();
}

void AppendStored(ByteBuffer& out, const CustomerRecord& customer) {
  StoredWriter writer(out);
  writer.Text(customer.client);
  writer.Optional(customer.download_date);
  writer.Optional(customer.signup_date);
  writer.OptionalList(customer.actions);
  writer.OptionalList(customer.dimensions);
  writer.Optional(customer.updated_at);
}

void ReadStored(std::string_view bytes, CustomerRecord& customer) {
  StoredReader reader(bytes);
  customer.client = reader.Text();
  customer.download_date = reader.OptionalSigned();
  customer.signup_date = reader.OptionalSigned();
  reader.OptionalNumbers(customer.actions);
  reader.OptionalTexts(customer.dimensions);
  customer.updated_at = reader.OptionalSigned();
}

}  // namespace cartwright
