#include "daemon/load/hit_tables.h"

#include <utility>

#include "daemon/base/parallel.h"

namespace cartwright {

HitTables::HitTables(const ShopTablesLayout& layout, const TimeZone& zone) {
  for (int thread = 0; thread < ParallelThreads(); ++thread) {
    shares_.push_back(std::make_unique<Share>(layout, zone));
  }
}

Status HitTables::AddPage(const DecodeShare& decode) {
  std::vector<Status> decoded(shares_.size());
  RunParallel(shares_.size(), [&](std::size_t share) {
    decoded[share] = decode(share, shares_.size(), shares_[share]->decoder);
  });
  for (const Status& status : decoded) {
    CARTWRIGHT_TRY(status);
  }
  return {};
}

std::int64_t HitTables::deleted() const {
  std::int64_t deleted = 0;
  for (const std::unique_ptr<Share>& share : shares_) {
    deleted += share->decoder.deleted();
  }
  return deleted;
}

Result<ShopTables> HitTables::Finish() && {
  std::vector<ShopTablesBuilder> parts;
  parts.reserve(shares_.size());
  for (const std::unique_ptr<Share>& share : shares_) {
    parts.push_back(std::move(share->builder));
  }
  return ShopTablesBuilder::FinishTogether(std::move(parts));
}

}  // namespace cartwright
