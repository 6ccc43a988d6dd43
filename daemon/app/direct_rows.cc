#include "daemon/app/direct_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "indexers/shape/document_key.h"

namespace cartwright {
namespace {

constexpr RecordField kFurtherDates[] = {RecordField::kDate, RecordField::kDeliveryDate,
                                         RecordField::kPrepareDate, RecordField::kReturnDate,
                                         RecordField::kUpdatedAt};

bool Maps(const SourceConfig& source, std::string_view field) {
  return std::any_of(source.columns.begin(), source.columns.end(),
                     [field](const auto& entry) { return entry.first == field; });
}

/// A customer's key must be the client itself: then equal keys are equal clients.
bool KeyIsClient(const SourceConfig& source) {
  const auto client = std::find_if(source.columns.begin(), source.columns.end(),
                                   [](const auto& entry) { return entry.first == "client"; });
  return source.key.size() == 1 &&
         (client == source.columns.end() || client->second == source.key.front());
}

bool IsPlain(const SourceConfig& source) {
  if (!source.skip.empty() || source.repeated_keys == "number") {
    return false;
  }
  switch (source.feeds) {
    case FeedKind::kSessions:
      return !source.key.empty() && Maps(source, "session_start_date");
    case FeedKind::kLines:
      return source.key.empty() && source.dimensions.empty() && !source.returns.order_prefix &&
             Maps(source, "order_id") && Maps(source, "product") && !Maps(source, "promotion_id");
    case FeedKind::kCustomers:
      return KeyIsClient(source);
    case FeedKind::kEvents:  // Folded into sessions.
      return false;
  }
  return false;
}

}  // namespace

bool CanReadDirectly(const Config& config) {
  int sources[3] = {0, 0, 0};
  for (const SourceConfig& source : config.sources) {
    if (!IsPlain(source)) {
      return false;
    }
    ++sources[static_cast<std::size_t>(source.feeds)];
  }
  const auto count = [&sources](FeedKind kind) { return sources[static_cast<std::size_t>(kind)]; };
  const bool joins = count(FeedKind::kLines) > 0;
  const bool joins_by_one_column =
      !joins || std::all_of(config.sources.begin(), config.sources.end(), [](const auto& source) {
        return source.feeds != FeedKind::kSessions || source.key.size() == 1;
      });
  return count(FeedKind::kSessions) == 1 && count(FeedKind::kLines) <= 1 &&
         count(FeedKind::kCustomers) <= 1 && joins_by_one_column;
}

std::optional<DirectSource> MakeDirectSource(const Config& config, std::uint32_t index,
                                             const RowSource& first) {
  const SourceConfig& source = config.sources[index];
  const bool customers = source.feeds == FeedKind::kCustomers;
  const NamedPositions positions =
      customers ? NamedPositions{config.CustomerActionNames(), config.CustomerDimensionNames()}
                : NamedPositions{config.ActionNames(), config.DimensionNames()};
  Result<BoundColumns> columns = BindColumns(source, positions, first);
  Result<DateReader> dates = DateReader::Make(source.dates, config.shop.time_zone);
  const Result<int> decimals = CurrencyExponent(config.shop.currency);
  if (!columns || !dates || !decimals) {
    return std::nullopt;
  }
  const std::vector<std::string> actions = config.ActionNames();
  const auto purchased = std::find(actions.begin(), actions.end(), "purchased");
  return DirectSource{
      index,
      source,
      {std::move(*dates), *decimals, source.allow_negative_amounts, source.true_values,
       source.false_values, config.shop.guest_values, source.promotion_separator},
      std::move(*columns),
      first.columns(),
      1U << (purchased - actions.begin()),
      positions.dimensions.size()};
}

DirectRows::DirectRows(const DirectSource& source, ShopTablesBuilder& builder)
    : source_(source),
      builder_(builder),
      fields_(source.fields),
      order_id_column_{source.columns.of(RecordField::kOrderId)},
      dimensions_(source.dimensions) {}

bool DirectRows::Add(const RawRow& row, std::uint64_t place) {
  fields_.Begin(row);
  fields_.Version(source_.columns.version);
  switch (source_.config.feeds) {
    case FeedKind::kSessions:
      return AddSession();
    case FeedKind::kLines:
      return AddLine(place);
    case FeedKind::kCustomers:
      return AddCustomer();
    case FeedKind::kEvents:
      return false;
  }
  return false;
}

bool DirectRows::TakeKey(const std::vector<int>& columns) {
  key_.clear();
  for (const int column : columns) {
    if (IsBlankKey(fields_.Text(column))) {
      return false;
    }
    if (column != columns.front()) {
      key_.push_back(kKeySeparator);
    }
    AppendKeyPart(key_, fields_.Text(column), false);
  }
  return key_.size() <= kMaxKeyBytes;
}

void DirectRows::TakeDimensions() {
  for (const auto& [position, column] : source_.columns.dimensions) {
    const std::string_view text = fields_.Keyword(column);
    dimensions_[position] = text.empty() ? std::nullopt : std::optional(text);
  }
}

void DirectRows::TakePromotions() {
  promotions_ = fields_.Promotions(Column(RecordField::kPromotion));
  promotion_views_.assign(promotions_.begin(), promotions_.end());
}

bool DirectRows::AddSession() {
  if (!TakeKey(source_.columns.key)) {
    return false;
  }
  const int id = Column(RecordField::kId);
  fields_.Keyword(id != kUnmapped ? id : source_.columns.key.front());
  const std::optional<std::string> client = fields_.Client(Column(RecordField::kClient));
  SessionInput session;
  session.key = key_;
  session.client = client;
  session.start = fields_.RequiredDate(Column(RecordField::kStart));
  const bool purchased =
      source_.config.orders_only || fields_.Boolean(Column(RecordField::kHasPurchased));
  for (const auto& [bit, column] : source_.columns.actions) {
    session.actions |= fields_.Boolean(column) ? std::uint32_t{1} << bit : 0U;
  }
  session.actions = purchased ? session.actions | source_.purchased_bit
                              : session.actions & ~source_.purchased_bit;
  for (std::size_t i = 0; i < kSessionAmounts; ++i) {
    if (const std::optional<Money> amount = fields_.Amount(source_.columns.field[i])) {
      session.amounts[i] = amount->minor;
    }
  }
  TakePromotions();
  TakeDimensions();
  for (const RecordField date : kFurtherDates) {
    fields_.Date(Column(date));
  }
  session.promotions = promotion_views_;
  session.dimensions = dimensions_;
  if (fields_.sound()) {
    builder_.AddSession(session);
  }
  return fields_.sound();
}

bool DirectRows::AddLine(std::uint64_t place) {
  if (!TakeKey(order_id_column_)) {
    return false;
  }
  LineInput line;
  line.product = fields_.Keyword(Column(RecordField::kProduct));
  const std::string_view category = fields_.Keyword(Column(RecordField::kCategory));
  line.category = category.empty() ? std::nullopt : std::optional(category);
  for (const RecordField text : {RecordField::kName, RecordField::kBrand, RecordField::kClient}) {
    fields_.Keyword(Column(text));
  }
  for (const RecordField date : {RecordField::kStart, RecordField::kUpdatedAt}) {
    fields_.Date(Column(date));
  }
  line.price = fields_.Price(Column(RecordField::kPrice));
  const std::int64_t quantity = fields_.Quantity(Column(RecordField::kQuantity));
  line.quantity = static_cast<std::int32_t>(quantity);
  // A return gives its order a refund.
  const bool may_be_return = quantity < 0 || (line.price && line.price->scaled < 0);
  if (!fields_.sound() || line.product.empty() || may_be_return) {
    return false;
  }
  builder_.AddLine(key_, place, line);
  return true;
}

bool DirectRows::AddCustomer() {
  if (!TakeKey(source_.columns.key)) {
    return false;
  }
  const std::optional<std::string> client = fields_.Client(source_.columns.key.front());
  const std::optional<EpochMillis> download = fields_.Date(Column(RecordField::kDownloadDate));
  const std::optional<EpochMillis> signup = fields_.Date(Column(RecordField::kSignupDate));
  for (const auto& [position, column] : source_.columns.actions) {
    fields_.Date(column);
  }
  TakeDimensions();
  fields_.Date(Column(RecordField::kUpdatedAt));
  if (!fields_.sound() || !client) {
    return false;
  }
  builder_.AddCustomer({*client, download, signup, dimensions_});
  return true;
}

}  // namespace cartwright
