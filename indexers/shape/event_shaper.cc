// The part of RowShaper that reads shop events.

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "indexers/shape/row_shaper.h"

namespace cartwright {
namespace {

/// How the source writes each kind, in the order of EventKind.
std::array<const std::vector<std::string>*, 5> Spellings(const EventsConfig& events) {
  return {&events.view, &events.cart, &events.remove, &events.checkout, &events.purchase};
}

std::optional<EventKind> FindEventKind(const EventsConfig& events, std::string_view text) {
  const auto spellings = Spellings(events);
  for (std::size_t kind = 0; kind < spellings.size(); ++kind) {
    if (std::find(spellings[kind]->begin(), spellings[kind]->end(), text) !=
        spellings[kind]->end()) {
      return static_cast<EventKind>(kind);
    }
  }
  return std::nullopt;
}

FieldFault UnknownEventType(const EventsConfig& events) {
  std::vector<std::string_view> known;
  for (const auto* names : Spellings(events)) {
    known.insert(known.end(), names->begin(), names->end());
  }
  return {"unknown_event_type",
          fmt::format("not one of the source's event types ({})", fmt::join(known, ", ")),
          "name it under events: {view, cart, remove, checkout, purchase}, or leave such rows out "
          "with skip"};
}

}  // namespace

void RowShaper::ShapeEvent() {
  EventRow event;
  const int session = Column(RecordField::kUserSession);
  const int user = Column(RecordField::kUserId);
  event.client = fields_.Client(user);
  TakeKey({session != kUnmapped ? session : user}, shaped_.key);
  if (session != kUnmapped && fields_.Keyword(session) != shaped_.key) {
    event.session_id = fields_.Keyword(session);
  } else if (session == kUnmapped && !event.client.has_value()) {
    fields_.Blame(user, {"no_user", "the user is one of shop.guest_values",
                         "without a session id only the user holds a session's events together; "
                         "map user_session, or give visitors ids of their own"});
  }
  if (!columns_.key.empty()) {
    TakeKey(columns_.key, event.event_key);
  }
  event.time = fields_.RequiredDate(Column(RecordField::kEventTime));
  const int type = Column(RecordField::kEventType);
  const auto kind = FindEventKind(source_.events, fields_.Text(type));
  if (!kind.has_value()) {
    fields_.Blame(type, UnknownEventType(source_.events));
  }
  event.kind = kind.value_or(EventKind::kView);
  if (event.moves_units()) {
    ShapeEventItem(event);
  }
  event.promotion_ids = fields_.Promotions(Column(RecordField::kPromotion));
  TakeDimensions(event.dimensions);
  event.updated_at = fields_.Date(Column(RecordField::kUpdatedAt));
  AppendStored(shaped_.payload, event);
}

void RowShaper::ShapeEventItem(EventRow& event) {
  const int product = Column(RecordField::kProductId);
  event.item.product = fields_.Keyword(product);
  if (event.item.product.empty()) {
    fields_.Blame(product, {"empty_required", "the product is empty",
                            "only views and checkouts can do without one"});
  }
  event.item.category = fields_.OptionalText(Column(RecordField::kCategoryCode));
  if (!event.item.category.has_value()) {
    event.item.category = fields_.OptionalText(Column(RecordField::kCategoryId));
  }
  event.item.name = fields_.OptionalText(Column(RecordField::kName));
  event.item.brand = fields_.OptionalText(Column(RecordField::kBrand));
  const int price = Column(RecordField::kPrice);
  if (event.kind == EventKind::kPurchase || !fields_.Text(price).empty()) {
    event.item.price = fields_.Price(price);
  }
  const bool is_negative = event.item.price.value_or(UnitPrice{}).scaled < 0;
  if (is_negative && !source_.allow_negative_amounts) {
    fields_.Blame(price, {"negative_amount", "the price is negative",
                          "set allow_negative_amounts: true if such purchases give money back"});
  }
  const int quantity = Column(RecordField::kQuantity);
  event.item.quantity = fields_.Quantity(quantity);
  if (event.item.quantity < 1) {
    fields_.Blame(quantity, {"out_of_range", "an event moves at least one unit",
                             "write units that leave the basket as a remove event"});
  }
}

}  // namespace cartwright
