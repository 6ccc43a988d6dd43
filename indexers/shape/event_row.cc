#include "indexers/shape/event_row.h"

#include "indexers/shape/stored_bytes.h"

namespace cartwright {
namespace {

void AppendItem(StoredWriter& writer, const ItemRecord& item) {
  writer.Text(item.product);
  writer.Optional(item.category);
  writer.Optional(item.name);
  writer.Optional(item.brand);
  writer.Optional(item.price.has_value() ? std::optional(item.price->scaled) : std::nullopt);
  writer.Signed(item.quantity);
}

void ReadItem(StoredReader& reader, ItemRecord& item) {
  item.product = reader.Text();
  reader.OptionalText(item.category);
  reader.OptionalText(item.name);
  reader.OptionalText(item.brand);
  const std::optional<std::int64_t> price = reader.OptionalSigned();
  item.price = price.has_value() ? std::optional(UnitPrice{*price}) : std::nullopt;
  item.quantity = reader.Signed();
}

}  // namespace

void AppendStored(ByteBuffer& out, const EventRow& event) {
  StoredWriter writer(out);
  writer.Unsigned(static_cast<std::uint64_t>(event.kind));
  writer.Signed(event.time);
  writer.Optional(event.client);
  writer.Text(event.session_id);
  if (event.moves_units()) {
    AppendItem(writer, event.item);  // Most events are views: theirs would be most of the memory.
  }
  writer.Texts(event.promotion_ids);
  writer.OptionalList(event.dimensions);
  writer.Optional(event.updated_at);
  writer.Text(event.event_key);
}

EventRow StoredEvent(std::string_view bytes) {
  StoredReader reader(bytes);
  EventRow event;
  event.kind = static_cast<EventKind>(reader.Unsigned());
  event.time = reader.Signed();
  reader.OptionalText(event.client);
  event.session_id = reader.Text();
  if (event.moves_units()) {
    ReadItem(reader, event.item);
  }
  reader.Texts(event.promotion_ids);
  reader.OptionalTexts(event.dimensions);
  event.updated_at = reader.OptionalSigned();
  event.event_key = reader.Text();
  return event;
}

}  // namespace cartwright
