#include "daemon/load/records.h"

namespace cartwright {
namespace {

void CopyDimensions(const std::vector<std::optional<std::string>>& from,
                    std::vector<std::optional<std::string_view>>& to) {
  to.assign(from.begin(), from.end());
}

}  // namespace

void RecordAdder::AddSession(const SessionRecord& record) {
  SessionInput session;
  session.key = record.key;
  session.client = record.client;
  session.start = record.start;
  session.actions = record.actions;
  for (std::size_t kind = 0; kind < kSessionAmounts; ++kind) {
    if (record.amounts[kind]) {
      session.amounts[kind] = record.amounts[kind]->minor;
    }
  }
  promotions_.assign(record.promotion_ids.begin(), record.promotion_ids.end());
  CopyDimensions(record.dimensions, dimensions_);
  lines_.clear();
  for (const ItemRecord& item : record.items) {
    lines_.push_back(
        {item.product, item.category, static_cast<std::int32_t>(item.quantity), item.price});
  }
  session.promotions = promotions_;
  session.dimensions = dimensions_;
  session.lines = lines_;
  builder_.AddSession(session);
}

void RecordAdder::AddCustomer(const CustomerRecord& record) {
  CopyDimensions(record.dimensions, dimensions_);
  builder_.AddCustomer({record.client, record.download_date, record.signup_date, dimensions_});
}

}  // namespace cartwright
