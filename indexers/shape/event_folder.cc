#include "indexers/shape/event_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "daemon/base/action_bits.h"
#include "indexers/shape/document_key.h"
#include "indexers/shape/line_totals.h"

namespace cartwright {
namespace {

constexpr std::size_t kPaymentAmount = 0;
constexpr std::size_t kRefundAmount = 4;
constexpr std::int64_t kMaxUnits = std::numeric_limits<std::int32_t>::max();

/// What lies in the basket of one session while its events go by.
class Basket {
 public:
  void Add(const ItemRecord& item) {
    const auto [known, is_new] = position_.try_emplace(item.product, items_.size());
    if (is_new) {
      items_.push_back(item);
      return;
    }
    ItemRecord& held = items_[known->second];
    const std::int64_t units = held.quantity + item.quantity;
    held = item;
    held.quantity = units;
    is_sound_ = is_sound_ && units <= kMaxUnits;
  }
  void Remove(const ItemRecord& item) {
    const auto known = position_.find(item.product);
    if (known != position_.end()) {
      std::int64_t& units = items_[known->second].quantity;
      units = std::max<std::int64_t>(0, units - item.quantity);
    }
  }
  /// False once a product had more units than a document can hold.
  bool is_sound() const { return is_sound_; }
  /// In the order in which the products first came.
  std::vector<ItemRecord> TakeContent() && {
    std::erase_if(items_, [](const ItemRecord& item) { return item.quantity == 0; });
    return std::move(items_);
  }

 private:
  std::vector<ItemRecord> items_;
  std::unordered_map<std::string, std::size_t> position_;
  bool is_sound_ = true;
};

/// Folds the events of one session, which come by time.
class SessionFold {
 public:
  void Take(const EventRow& event) {
    TakeCircumstances(event);
    switch (event.kind) {
      case EventKind::kView:
        break;
      case EventKind::kCart:
        session_.actions |= kHasBasketBit;
        basket_.Add(event.item);
        break;
      case EventKind::kRemove:
        basket_.Remove(event.item);
        break;
      case EventKind::kCheckout:
        session_.actions |= kOrderScreenBit;
        break;
      case EventKind::kPurchase:
        TakePurchase(event.item);
        break;
    }
  }

  /// Nothing when a sum or a number of units is too large to stay exact.
  std::optional<SessionRecord> Finish() && {
    auto& payment = session_.amounts[kPaymentAmount];
    auto& refund = session_.amounts[kRefundAmount];
    if (totals_.has_prices()) {
      payment = session_.has_purchased ? totals_.Sold() : std::nullopt;
      refund = totals_.has_returned() ? totals_.Returned() : std::nullopt;
      if ((session_.has_purchased && !payment.has_value()) ||
          (totals_.has_returned() && !refund.has_value())) {
        return std::nullopt;
      }
    }
    if (!basket_.is_sound()) {
      return std::nullopt;
    }
    if (session_.items.empty()) {
      session_.items = std::move(basket_).TakeContent();
    }
    return std::move(session_);
  }

 private:
  void TakeCircumstances(const EventRow& event) {
    if (!session_.date.has_value()) {
      session_.start = event.time;
      session_.dimensions.resize(event.dimensions.size());
    }
    session_.date = event.time;
    session_.client = session_.client.has_value() ? session_.client : event.client;
    session_.updated_at = std::max(session_.updated_at, event.updated_at);
    for (std::size_t i = 0; i < event.dimensions.size(); ++i) {
      if (!session_.dimensions[i].has_value()) {
        session_.dimensions[i] = event.dimensions[i];
      }
    }
    auto& ids = session_.promotion_ids;
    for (const std::string& id : event.promotion_ids) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(id);
      }
    }
  }

  void TakePurchase(const ItemRecord& item) {
    const bool is_returned = item.price.value_or(UnitPrice{}).scaled < 0;
    LineRow line;
    line.item.price = item.price;
    line.item.quantity = item.quantity;
    line.is_returned = is_returned;
    totals_.Add(line);
    if (!is_returned) {
      session_.has_purchased = true;
      session_.actions |= kPurchasedBit;
    }
    session_.items.push_back(item);
  }

  SessionRecord session_;
  Basket basket_;
  LineTotals totals_;
};

bool ComesBefore(const GroupedRow& a, const GroupedRow& b) { return a.ordinal < b.ordinal; }

}  // namespace

Status EventFolder::Fold(std::span<const GroupedRow> group, ComposedRows& out) {
  while (!group.empty()) {
    const std::uint32_t source = group.front().source;
    const auto end = std::find_if(group.begin(), group.end(),
                                  [source](const GroupedRow& row) { return row.source != source; });
    const auto rows = static_cast<std::size_t>(end - group.begin());
    TakeEvents(group.first(rows), out);
    group = group.subspan(rows);
    for (std::size_t begin = 0; begin < events_.size();) {
      const std::size_t stop = EndOfSession(begin);
      CARTWRIGHT_TRY(EmitSession(std::span(events_).subspan(begin, stop - begin), out));
      begin = stop;
    }
  }
  return {};
}

/// The events of one source that count, by time and then as they came.
void EventFolder::TakeEvents(std::span<const GroupedRow> rows, ComposedRows& out) {
  events_.clear();
  std::map<std::string, std::size_t> keyed;
  for (const GroupedRow& row : rows) {
    Event event{&row, StoredEvent(row.payload)};
    if (event.event.event_key.empty()) {
      events_.push_back(std::move(event));
      continue;
    }
    const auto [known, is_new] = keyed.try_emplace(event.event.event_key, events_.size());
    if (is_new) {
      events_.push_back(std::move(event));
    } else if (Event& held = events_[known->second]; row.version >= held.row->version) {
      out.Supersede(*held.row);
      held = std::move(event);
    } else {
      out.Supersede(row);
    }
  }
  std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
    return a.event.time != b.event.time ? a.event.time < b.event.time : ComesBefore(*a.row, *b.row);
  });
}

std::size_t EventFolder::EndOfSession(std::size_t begin) const {
  const auto inactivity = rules_.sources[events_[begin].row->source].inactivity;
  if (!inactivity.has_value()) {
    return events_.size();
  }
  std::size_t end = begin + 1;
  while (end < events_.size() &&
         events_[end].event.time - events_[end - 1].event.time <= *inactivity) {
    ++end;
  }
  return end;
}

Status EventFolder::EmitSession(std::span<Event> events, ComposedRows& out) {
  SessionFold fold;
  for (const Event& event : events) {
    fold.Take(event.event);
  }
  std::optional<SessionRecord> session = std::move(fold).Finish();
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return ComesBefore(*a.row, *b.row); });
  if (!session.has_value()) {
    return SetEventsAside(events, out);
  }
  const GroupedRow& row = *events.front().row;
  const ComposedSource& source = rules_.sources[row.source];
  session->key = row.key;
  if (source.inactivity.has_value()) {
    session->key += fmt::format("{}{}", kKeySeparator, session->start);
  }
  const std::string& written = events.front().event.session_id;
  session->id = written.empty() ? session->key : written;
  if (source.prefixes_keys) {
    session->key = source.name + kKeySeparator + session->key;
  }
  session->source = source.name;
  refs_.clear();
  for (const Event& event : events) {
    refs_.push_back({event.row->source, event.row->line, event.row->ordinal});
  }
  return out.TakeSession(*session, refs_);
}

Status EventFolder::SetEventsAside(std::span<const Event> events, ComposedRows& out) {
  for (const Event& event : events) {
    CARTWRIGHT_TRY(out.SetRowAside(*event.row,
                                   {"out_of_range", "the session's sum is too large to stay exact",
                                    "check quantities and prices of its events"},
                                   {}));
  }
  return {};
}

}  // namespace cartwright
