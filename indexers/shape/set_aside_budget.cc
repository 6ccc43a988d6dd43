#include "indexers/shape/set_aside_budget.h"

#include <fmt/core.h>

namespace cartwright {
namespace {

constexpr std::int64_t kRowsBeforeShareWhileReading = 1000;
constexpr std::int64_t kRowsBeforeShareAtTheEnd = 100;

}  // namespace

Status SetAsideBudget::Spend(const std::string& source_name, std::size_t source,
                             const ShapeCounts& counts, std::string_view text,
                             std::uint64_t lines) {
  if (first_[source].empty()) {
    first_[source] = text;
  }
  lines_ += static_cast<std::int64_t>(lines);
  more_lines_[source] += static_cast<std::int64_t>(lines) - 1;
  if (lines_ > limits_.max_set_aside_rows) {
    return Overspent(source_name, source,
                     fmt::format("{} rows were set aside, limits.max_set_aside_rows allows {}",
                                 lines_, limits_.max_set_aside_rows));
  }
  return CheckShareFrom(kRowsBeforeShareWhileReading, source_name, source, counts);
}

Status SetAsideBudget::CheckShare(const std::string& source_name, std::size_t source,
                                  const ShapeCounts& counts) const {
  if (counts.set_aside > 0 && counts.set_aside == counts.read && limits_.max_set_aside_share < 1) {
    return Overspent(source_name, source, fmt::format("all {} rows were set aside", counts.read));
  }
  return CheckShareFrom(kRowsBeforeShareAtTheEnd, source_name, source, counts);
}

Status SetAsideBudget::CheckShareFrom(std::int64_t least_rows, const std::string& source_name,
                                      std::size_t source, const ShapeCounts& counts) const {
  const std::int64_t rows = counts.read + more_lines_[source];
  const std::int64_t set_aside = counts.set_aside + more_lines_[source];
  const double allowed = limits_.max_set_aside_share * static_cast<double>(rows);
  if (rows < least_rows || static_cast<double>(set_aside) <= allowed) {
    return {};
  }
  return Overspent(source_name, source,
                   fmt::format("{} of {} rows were set aside, limits.max_set_aside_share allows "
                               "a share of {}",
                               set_aside, rows, limits_.max_set_aside_share));
}

Error SetAsideBudget::Overspent(const std::string& source_name, std::size_t source,
                                std::string what) const {
  return Error{ErrorKind::kData, fmt::format("source {}: {}; nothing was published; the first: {}",
                                             source_name, what, first_[source])};
}

}  // namespace cartwright
