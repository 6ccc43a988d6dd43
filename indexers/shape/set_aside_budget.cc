#include "indexers/shape/set_aside_budget.h"

#include <fmt/core.h>

namespace cartwright {
namespace {

constexpr std::int64_t kRowsBeforeShare = 1000;

}  // namespace

Status SetAsideBudget::Spend(const std::string& source_name, std::size_t source,
                             const ShapeCounts& counts, std::string_view text) {
  if (first_[source].empty()) {
    first_[source] = text;
  }
  if (++rows_ > limits_.max_set_aside_rows) {
    return Overspent(source_name, source,
                     fmt::format("{} rows were set aside, limits.max_set_aside_rows allows {}",
                                 rows_, limits_.max_set_aside_rows));
  }
  const double allowed = limits_.max_set_aside_share * static_cast<double>(counts.read);
  if (counts.read >= kRowsBeforeShare && static_cast<double>(counts.set_aside) > allowed) {
    return Overspent(source_name, source,
                     fmt::format("{} of {} rows were set aside, limits.max_set_aside_share allows "
                                 "a share of {}",
                                 counts.set_aside, counts.read, limits_.max_set_aside_share));
  }
  return {};
}

Error SetAsideBudget::Overspent(const std::string& source_name, std::size_t source,
                                std::string what) const {
  return Error{ErrorKind::kData, fmt::format("source {}: {}; nothing was published; the first: {}",
                                             source_name, what, first_[source])};
}

}  // namespace cartwright
