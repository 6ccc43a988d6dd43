#pragma once

#include "analyses/tables/shop_tables_builder.h"
#include "indexers/record/record.h"

namespace cartwright {

/// Adds a record to the tables as its document would be read back: the offline way and the way
/// through Elasticsearch give the same rows. Needs no server.
class RecordAdder {
 public:
  explicit RecordAdder(ShopTablesBuilder& builder) : builder_(builder) {}
  void AddSession(const SessionRecord& record);
  void AddCustomer(const CustomerRecord& record);

 private:
  ShopTablesBuilder& builder_;
  std::vector<std::string_view> promotions_;
  std::vector<std::optional<std::string_view>> dimensions_;
  std::vector<LineInput> lines_;
};

}  // namespace cartwright
