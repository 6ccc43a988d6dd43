#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/record/row_source.h"

namespace cartwright {

/// Record fields that a column can be mapped to. The amounts stand in the order of
/// SessionRecord::amounts.
enum class RecordField {
  kPayment,
  kDiscount,
  kTax,
  kShipping,
  kRefund,
  kId,
  kOrderId,
  kClient,
  kStart,
  kDate,
  kHasPurchased,
  kPromotion,
  kDeliveryDate,
  kPrepareDate,
  kReturnDate,
  kUpdatedAt,
  kProduct,
  kCategory,
  kName,
  kBrand,
  kPrice,
  kQuantity,
  kDownloadDate,
  kSignupDate,
  kEventTime,
  kEventType,
  kProductId,
  kCategoryId,
  kCategoryCode,
  kUserId,
  kUserSession,
  kCount
};

inline constexpr std::size_t kRecordFields = static_cast<std::size_t>(RecordField::kCount);

/// The field of a name in `columns:`, as the configuration writes it. Errors: kConfig for a name
/// that this feed does not have.
Result<RecordField> FindRecordField(std::string_view name, FeedKind feeds);

/// The index of a column that is not mapped.
inline constexpr int kUnmapped = -1;

/// A skip rule with its column's index.
struct BoundSkip {
  int column = kUnmapped;
  SkipRule rule;
};

/// A source's mapping with every column name replaced by its index in the row.
struct BoundColumns {
  std::array<int, kRecordFields> field{};
  std::vector<int> key;
  std::vector<std::pair<std::size_t, int>> actions;     ///< Position of the action → column.
  std::vector<std::pair<std::size_t, int>> dimensions;  ///< Position of the dimension → column.
  std::vector<BoundSkip> skip;
  int version = kUnmapped;

  int of(RecordField which) const { return field[static_cast<std::size_t>(which)]; }
};

/// Where the shop's actions and dimensions stand, for one kind of feed.
struct NamedPositions {
  std::vector<std::string> actions;
  std::vector<std::string> dimensions;
};

/// Finds the mapped columns among those of the source. Errors: kData for a column that is not
/// there, with the nearest name or, lacking one, all names; kConfig for an unknown field.
Result<BoundColumns> BindColumns(const SourceConfig& source, const NamedPositions& positions,
                                 const RowSource& rows);

}  // namespace cartwright
