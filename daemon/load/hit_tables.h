#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "analyses/tables/shop_tables_builder.h"
#include "daemon/base/result.h"
#include "daemon/load/hits.h"

namespace cartwright {

/// Tables made of pages of hits, which come in any order. All threads decode a page at once, each
/// its share of the hits into rows of its own; the tables do not show how they were shared out.
class HitTables {
 public:
  HitTables(const ShopTablesLayout& layout, const TimeZone& zone);

  /// Decodes the hits of a page whose number in it is `share` modulo `shares`.
  using DecodeShare =
      std::function<Status(std::size_t share, std::size_t shares, HitDecoder& decoder)>;

  /// Runs `decode` once for every share, at the same time; returns when all are done.
  /// Errors: that of the lowest share that failed.
  Status AddPage(const DecodeShare& decode);

  /// Documents that were left out because they are marked as deleted.
  std::int64_t deleted() const;

  /// Errors: as ShopTablesBuilder::Finish.
  Result<ShopTables> Finish() &&;

 private:
  struct Share {
    Share(const ShopTablesLayout& layout, const TimeZone& zone)
        : builder(layout, zone), decoder(layout, builder) {}
    ShopTablesBuilder builder;
    HitDecoder decoder;
  };
  std::vector<std::unique_ptr<Share>> shares_;  ///< One a thread.
};

}  // namespace cartwright
