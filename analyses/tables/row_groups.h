#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// Row numbers in CSR form: group g holds rows[begin[g]] to rows[begin[g + 1] - 1].
struct RowGroups {
  std::vector<std::uint32_t> begin{0};  ///< One more than there are groups.
  std::vector<std::uint32_t> rows;

  std::size_t size() const { return begin.size() - 1; }
  std::span<const std::uint32_t> Of(std::size_t group) const {
    return std::span(rows).subspan(begin[group], begin[group + 1] - begin[group]);
  }
};

/// Groups rows by `place_of(row)`, which must be below `groups`; within a group they keep their
/// order. A counting sort: linear in rows and groups.
template <class PlaceOf>
RowGroups GroupRows(std::span<const std::uint32_t> rows, std::size_t groups, PlaceOf place_of) {
  RowGroups grouped;
  grouped.begin.assign(groups + 1, 0);
  for (const std::uint32_t row : rows) {
    ++grouped.begin[place_of(row) + 1];
  }
  for (std::size_t group = 0; group < groups; ++group) {
    grouped.begin[group + 1] += grouped.begin[group];
  }
  std::vector<std::uint32_t> next(grouped.begin.begin(), grouped.begin.end() - 1);
  grouped.rows.resize(rows.size());
  for (const std::uint32_t row : rows) {
    grouped.rows[next[place_of(row)]++] = row;
  }
  return grouped;
}

/// The orders that start before a moment, ascending, and why other rows are none.
struct OrderRows {
  std::vector<std::uint32_t> rows;
  std::int64_t after_as_of = 0;
  std::int64_t credits = 0;
  std::int64_t not_purchased = 0;
};

/// Visits that bought, as sales figures count them: fully refunded ones too.
OrderRows OrdersBefore(const SessionTable& sessions, EpochMillis as_of);

}  // namespace cartwright
