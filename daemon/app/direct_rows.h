#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/tables/shop_tables_builder.h"
#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/record/row_source.h"
#include "indexers/shape/field_reader.h"
#include "indexers/shape/mapping.h"

namespace cartwright {

/// What does not change from part to part of a source that is read directly.
struct DirectSource {
  std::uint32_t index = 0;  ///< In the configuration.
  SourceConfig config;
  FieldRules fields;
  BoundColumns columns;
  std::vector<std::string> column_names;
  std::uint32_t purchased_bit = 0;
  std::size_t dimensions = 0;  ///< Of the table that the rows go to.
};

/// The source with that index, made ready. Nothing when its configuration asks for more than rows
/// that are documents or lines. `first` is the source opened at its beginning.
std::optional<DirectSource> MakeDirectSource(const Config& config, std::uint32_t index,
                                             const RowSource& first);

/// Whether the sources of a configuration can be read directly as far as they tell by themselves.
bool CanReadDirectly(const Config& config);

/// Checks rows as RowShaper does and adds them to a table under construction. One thread.
class DirectRows {
 public:
  DirectRows(const DirectSource& source, ShopTablesBuilder& builder);

  /// False when the row is no plain document or line; it was not added then. `place` orders the
  /// rows of the source.
  bool Add(const RawRow& row, std::uint64_t place);

 private:
  bool AddSession();
  bool AddLine(std::uint64_t place);
  bool AddCustomer();
  bool TakeKey(const std::vector<int>& columns);
  void TakeDimensions();
  void TakePromotions();
  int Column(RecordField field) const { return source_.columns.of(field); }

  const DirectSource& source_;
  ShopTablesBuilder& builder_;
  FieldReader fields_;
  std::string key_;
  std::vector<int> order_id_column_;
  std::vector<std::string> promotions_;
  std::vector<std::string_view> promotion_views_;
  std::vector<std::optional<std::string_view>> dimensions_;
};

}  // namespace cartwright
