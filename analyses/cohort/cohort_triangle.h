#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analyses/cohort/cohort_orders.h"
#include "analyses/report/report.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// Which cohorts and offsets a triangle holds.
struct TriangleFrame {
  Period period = Period::kMonth;  ///< Not kHour.
  std::int32_t first = 0;          ///< Period number of the first cohort.
  std::size_t cohorts = 0;         ///< Up to and with as_of's period.
  std::size_t offsets = 0;         ///< Offsets 0 .. offsets - 1.
  std::int64_t minimum_size = 1;   ///< Smaller cohorts show no shares.
};

struct CohortCell {
  std::int64_t customers = 0;
  std::int64_t running = 0;  ///< Up to this offset (pairs), or on it and after it (retention).
  std::int64_t orders = 0;
  std::int64_t net = 0;          ///< Minor units.
  std::int64_t running_net = 0;  ///< Up to this offset, minor units.
};

struct Cohort {
  std::int64_t size = 0;
  std::int64_t not_yet = 0;
  std::vector<CohortCell> cells;  ///< One an offset.
};

/// Cohorts by period, and within each its cells by offset.
struct CohortTriangle {
  TriangleFrame frame;
  std::vector<Cohort> cohorts;
};

/// From each pair's first event to its second.
CohortTriangle TriangleOfPairs(std::span<const EventPair> pairs, const ShopCalendar& calendar,
                               const TriangleFrame& frame);

/// From each customer's first order to the periods in which the customer orders.
CohortTriangle TriangleOfRetention(const SessionTable& sessions, const ClientOrders& orders,
                                   const ShopCalendar& calendar, const TriangleFrame& frame);

/// What `CohortCell::running` and `Cohort::not_yet` mean in a table.
enum class TriangleKind { kPairs, kRetention };

/// The triangle in long form: see ComputeCohort for the order of its rows. `minor_units` of a major
/// one turn sums into means.
ReportTable TriangleTable(const CohortTriangle& triangle, TriangleKind kind,
                          const ShopCalendar& calendar, double minor_units);

}  // namespace cartwright
