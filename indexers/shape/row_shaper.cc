#include "indexers/shape/row_shaper.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "indexers/shape/document_key.h"
#include "indexers/shape/set_aside.h"

namespace cartwright {
namespace {

constexpr std::uint32_t kHasSessions = 1;  // ActionNames fixes the position.

bool Holds(const SkipRule& rule, std::string_view text) {
  return (rule.equals.has_value() && text == *rule.equals) ||
         (rule.prefix.has_value() && text.starts_with(*rule.prefix)) ||
         (rule.empty && text.empty()) || (rule.not_positive && IsNotPositive(text));
}

}  // namespace

RowShaper::RowShaper(SourceConfig source, ShopRules shop, FieldRules fields)
    : source_(std::move(source)), shop_(std::move(shop)), fields_(std::move(fields)) {}

Status RowShaper::Bind(const RowSource& rows) {
  CARTWRIGHT_ASSIGN(columns_, BindColumns(source_, shop_.positions, rows));
  order_key_ = {Column(RecordField::kOrderId)};
  return {};
}

bool RowShaper::IsSkipped(const RawRow& row) const {
  return std::any_of(columns_.skip.begin(), columns_.skip.end(), [&row](const BoundSkip& skip) {
    return Holds(skip.rule, row.fields[static_cast<std::size_t>(skip.column)]);
  });
}

const ShapedRow& RowShaper::Shape(const RawRow& row) {
  fields_.Begin(row);
  shaped_.key.clear();
  shaped_.payload.Clear();
  if (IsSkipped(row)) {
    shaped_.fate = ShapedRow::Fate::kFiltered;
    return shaped_;
  }
  switch (source_.feeds) {
    case FeedKind::kSessions:
      ShapeSession();
      break;
    case FeedKind::kLines:
      ShapeLine(row);
      break;
    case FeedKind::kCustomers:
      ShapeCustomer();
      break;
    case FeedKind::kEvents:
      ShapeEvent();
      break;
  }
  shaped_.version = fields_.Version(columns_.version);
  shaped_.fate = fields_.sound() ? ShapedRow::Fate::kUsable : ShapedRow::Fate::kRejected;
  return shaped_;
}

void RowShaper::TakeKey(const std::vector<int>& columns, std::string& key) {
  key.clear();
  for (const int column : columns) {
    if (IsBlankKey(fields_.Text(column))) {
      fields_.Blame(column, {"empty_key", "the key is empty", "give the row an id"});
    }
    if (column != columns.front()) {
      key.push_back(kKeySeparator);
    }
    AppendKeyPart(key, fields_.Text(column), shop_.keys_are_numbered);
  }
  if (key.size() > shop_.max_key_bytes) {
    fields_.Blame(columns.front(), {"key_too_long",
                                    fmt::format("the key has {} bytes, at most {} fit", key.size(),
                                                shop_.max_key_bytes),
                                    "declare a shorter key"});
  }
}

void RowShaper::TakeDimensions(std::vector<std::optional<std::string>>& values) {
  values.assign(shop_.positions.dimensions.size(), std::nullopt);
  for (const auto& [position, column] : columns_.dimensions) {
    values[position] = fields_.OptionalText(column);
  }
}

void RowShaper::ShapeSession() {
  TakeKey(columns_.key, shaped_.key);
  SessionRecord& session = session_;
  const int id_column = Column(RecordField::kId);
  session.id = fields_.Keyword(id_column != kUnmapped ? id_column : columns_.key.front());
  for (std::size_t i = 1; id_column == kUnmapped && i < columns_.key.size(); ++i) {
    session.id += kKeySeparator;
    session.id += fields_.Text(columns_.key[i]);
  }
  session.client = fields_.Client(Column(RecordField::kClient));
  session.start = fields_.RequiredDate(Column(RecordField::kStart));
  session.date = fields_.Date(Column(RecordField::kDate));
  session.has_purchased =
      source_.orders_only || fields_.Boolean(Column(RecordField::kHasPurchased));
  session.actions = kHasSessions;
  for (const auto& [bit, column] : columns_.actions) {
    session.actions |= fields_.Boolean(column) ? std::uint32_t{1} << bit : 0U;
  }
  for (std::size_t i = 0; i < kSessionAmounts; ++i) {
    session.amounts[i] = fields_.Amount(columns_.field[i]);
  }
  session.promotion_ids = fields_.Promotions(Column(RecordField::kPromotion));
  TakeDimensions(session.dimensions);
  session.delivery_date = fields_.Date(Column(RecordField::kDeliveryDate));
  session.prepare_date = fields_.Date(Column(RecordField::kPrepareDate));
  session.return_date = fields_.Date(Column(RecordField::kReturnDate));
  session.updated_at = fields_.Date(Column(RecordField::kUpdatedAt));
  AppendStored(shaped_.payload, session);
}

void RowShaper::ShapeLine(const RawRow& row) {
  TakeKey(order_key_, shaped_.key);
  LineRow& line = line_;
  line.line_key.clear();
  if (!columns_.key.empty()) {
    TakeKey(columns_.key, line.line_key);
  }
  line.order_id = fields_.Text(Column(RecordField::kOrderId));
  line.client = fields_.Client(Column(RecordField::kClient));
  const int start = Column(RecordField::kStart);
  line.start = shop_.has_session_source ? fields_.Date(start) : fields_.RequiredDate(start);
  const int product = Column(RecordField::kProduct);
  line.item.product = fields_.Keyword(product);
  if (line.item.product.empty()) {
    fields_.Blame(product, {"empty_required", "the product is empty", "every line needs one"});
  }
  line.item.category = fields_.OptionalText(Column(RecordField::kCategory));
  line.item.name = fields_.OptionalText(Column(RecordField::kName));
  line.item.brand = fields_.OptionalText(Column(RecordField::kBrand));
  line.item.price = fields_.Price(Column(RecordField::kPrice));
  line.item.quantity = fields_.Quantity(Column(RecordField::kQuantity));
  line.promotion_ids = fields_.Promotions(Column(RecordField::kPromotion));
  TakeDimensions(line.dimensions);
  line.updated_at = fields_.Date(Column(RecordField::kUpdatedAt));
  JudgeDirection(line);
  if (shop_.has_session_source) {
    line.raw = row.raw.substr(0, kMaxRawBytes + 1);  // So that it can be told when it was cut.
  }
  AppendStored(shaped_.payload, line);
}

// Money goes back for units that come back and for a negative price (a bad debt written off). Units
// come back where the configuration says how that is written, and nowhere else. Units that the
// order prefix marks count as coming back whichever sign they are written with. Where both are
// negative the direction cannot be told.
void RowShaper::JudgeDirection(LineRow& line) {
  const std::int64_t price = line.item.price.value_or(UnitPrice{}).scaled;
  const bool is_marked = source_.returns.order_prefix.has_value() &&
                         line.order_id.starts_with(*source_.returns.order_prefix);
  if (is_marked && line.item.quantity > 0 && price >= 0) {
    line.item.quantity = -line.item.quantity;
  }
  const std::int64_t quantity = line.item.quantity;
  if (quantity < 0 && !is_marked && !source_.returns.negative_quantity) {
    fields_.Blame(Column(RecordField::kQuantity),
                  {"negative_quantity", "the quantity is negative",
                   "declare returns: {negative_quantity: true} if such lines are returns"});
  }
  line.is_returned = is_marked || quantity < 0 || (quantity > 0 && price < 0);
  if (quantity < 0 && price < 0 && !source_.allow_negative_amounts) {
    fields_.Blame(Column(RecordField::kPrice),
                  {"negative_amount", "both quantity and price are negative",
                   "make one of them positive, or set allow_negative_amounts: true"});
  }
}

void RowShaper::ShapeCustomer() {
  TakeKey(columns_.key, shaped_.key);
  CustomerRecord& customer = customer_;
  const int client = Column(RecordField::kClient);
  const int client_column = client != kUnmapped ? client : columns_.key.front();
  customer.client = fields_.Client(client_column).value_or(std::string());
  if (customer.client.empty()) {
    fields_.Blame(client_column, {"empty_key", "the client is empty or one of shop.guest_values",
                                  "give the customer an id"});
  }
  customer.download_date = fields_.Date(Column(RecordField::kDownloadDate));
  customer.signup_date = fields_.Date(Column(RecordField::kSignupDate));
  customer.actions.assign(shop_.positions.actions.size(), std::nullopt);
  for (const auto& [position, column] : columns_.actions) {
    customer.actions[position] = fields_.Date(column);
  }
  TakeDimensions(customer.dimensions);
  customer.updated_at = fields_.Date(Column(RecordField::kUpdatedAt));
  AppendStored(shaped_.payload, customer);
}

}  // namespace cartwright
