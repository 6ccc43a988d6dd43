#include "indexers/shape/mapping.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/nearest_name.h"

namespace cartwright {
namespace {

constexpr unsigned kSessions = 1;
constexpr unsigned kLines = 2;
constexpr unsigned kCustomers = 4;
constexpr unsigned kEvents = 8;

struct FieldName {
  std::string_view name;
  RecordField field;
  unsigned feeds;
};

constexpr std::array<FieldName, kRecordFields> kNames{{
    {"payment_amount", RecordField::kPayment, kSessions},
    {"discount_amount", RecordField::kDiscount, kSessions},
    {"tax_amount", RecordField::kTax, kSessions},
    {"shipping_amount", RecordField::kShipping, kSessions},
    {"refund_amount", RecordField::kRefund, kSessions},
    {"id", RecordField::kId, kSessions},
    {"order_id", RecordField::kOrderId, kLines},
    {"client", RecordField::kClient, kSessions | kLines | kCustomers},
    {"session_start_date", RecordField::kStart, kSessions | kLines},
    {"date", RecordField::kDate, kSessions},
    {"has_purchased", RecordField::kHasPurchased, kSessions},
    {"promotion_id", RecordField::kPromotion, kSessions | kLines | kEvents},
    {"delivery_date", RecordField::kDeliveryDate, kSessions},
    {"prepare_date", RecordField::kPrepareDate, kSessions},
    {"return_date", RecordField::kReturnDate, kSessions},
    {"updated_at", RecordField::kUpdatedAt, kSessions | kLines | kCustomers | kEvents},
    {"product", RecordField::kProduct, kLines},
    {"category", RecordField::kCategory, kLines},
    {"name", RecordField::kName, kLines | kEvents},
    {"brand", RecordField::kBrand, kLines | kEvents},
    {"price", RecordField::kPrice, kLines | kEvents},
    {"quantity", RecordField::kQuantity, kLines | kEvents},
    {"download_date", RecordField::kDownloadDate, kCustomers},
    {"signup_date", RecordField::kSignupDate, kCustomers},
    {"event_time", RecordField::kEventTime, kEvents},
    {"event_type", RecordField::kEventType, kEvents},
    {"product_id", RecordField::kProductId, kEvents},
    {"category_id", RecordField::kCategoryId, kEvents},
    {"category_code", RecordField::kCategoryCode, kEvents},
    {"user_id", RecordField::kUserId, kEvents},
    {"user_session", RecordField::kUserSession, kEvents},
}};

unsigned FeedBit(FeedKind feeds) {
  switch (feeds) {
    case FeedKind::kSessions:
      return kSessions;
    case FeedKind::kLines:
      return kLines;
    case FeedKind::kCustomers:
      return kCustomers;
    case FeedKind::kEvents:
      return kEvents;
  }
  return 0;
}

/// Looks up column names of one row source.
class ColumnFinder {
 public:
  explicit ColumnFinder(const RowSource& rows)
      : file_(rows.name()), names_(rows.columns().begin(), rows.columns().end()) {}

  Result<int> Find(std::string_view column) const {
    const auto found = std::find(names_.begin(), names_.end(), column);
    if (found != names_.end() && !column.empty()) {
      return static_cast<int>(found - names_.begin());
    }
    const auto nearest = NearestName(column, names_);
    const std::string hint = nearest.has_value() ? fmt::format("did you mean \"{}\"?", *nearest)
                                                 : fmt::format("its columns: {}", Shown());
    return Error{ErrorKind::kData, fmt::format("{}: no column \"{}\"; {}", file_, column, hint)};
  }

 private:
  std::string Shown() const {
    constexpr std::size_t kMost = 30;
    const std::span<const std::string_view> shown(names_.data(), std::min(kMost, names_.size()));
    return fmt::format("{}{}", fmt::join(shown, ", "), shown.size() < names_.size() ? " …" : "");
  }

  std::string file_;
  std::vector<std::string_view> names_;
};

Result<std::vector<std::pair<std::size_t, int>>> BindNamed(
    const std::vector<std::pair<std::string, std::string>>& mapped,
    const std::vector<std::string>& positions, const ColumnFinder& finder) {
  std::vector<std::pair<std::size_t, int>> bound;
  for (const auto& [name, column] : mapped) {
    const auto found = std::find(positions.begin(), positions.end(), name);
    if (found == positions.end()) {
      continue;  // Not a name of this kind of feed.
    }
    CARTWRIGHT_ASSIGN(const int index, finder.Find(column));
    bound.emplace_back(static_cast<std::size_t>(found - positions.begin()), index);
  }
  return bound;
}

}  // namespace

Result<RecordField> FindRecordField(std::string_view name, FeedKind feeds) {
  for (const FieldName& entry : kNames) {
    if (entry.name == name && (entry.feeds & FeedBit(feeds)) != 0) {
      return entry.field;
    }
  }
  return Error{ErrorKind::kConfig,
               fmt::format("columns.{}: there is no such field in this feed", name)};
}

Result<BoundColumns> BindColumns(const SourceConfig& source, const NamedPositions& positions,
                                 const RowSource& rows) {
  const ColumnFinder finder(rows);
  BoundColumns bound;
  bound.field.fill(kUnmapped);
  for (const auto& [name, column] : source.columns) {
    CARTWRIGHT_ASSIGN(const RecordField field, FindRecordField(name, source.feeds));
    CARTWRIGHT_ASSIGN(bound.field[static_cast<std::size_t>(field)], finder.Find(column));
  }
  for (const std::string& column : source.key) {
    CARTWRIGHT_ASSIGN(const int index, finder.Find(column));
    bound.key.push_back(index);
  }
  CARTWRIGHT_ASSIGN(bound.actions, BindNamed(source.actions, positions.actions, finder));
  CARTWRIGHT_ASSIGN(bound.dimensions, BindNamed(source.dimensions, positions.dimensions, finder));
  for (const SkipRule& rule : source.skip) {
    CARTWRIGHT_ASSIGN(const int index, finder.Find(rule.column));
    bound.skip.push_back({index, rule});
  }
  if (!source.version_column.empty()) {
    CARTWRIGHT_ASSIGN(bound.version, finder.Find(source.version_column));
  }
  return bound;
}

}  // namespace cartwright
