#include "analyses/cohort/cohort_triangle.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

CohortTriangle EmptyTriangle(const TriangleFrame& frame) {
  CohortTriangle triangle{frame, {}};
  triangle.cohorts.assign(frame.cohorts, {0, 0, std::vector<CohortCell>(frame.offsets)});
  return triangle;
}

/// Nothing for a cohort before the frame.
Cohort* FindCohort(CohortTriangle& triangle, std::int32_t index) {
  return index < triangle.frame.first
             ? nullptr
             : &triangle.cohorts[static_cast<std::size_t>(index - triangle.frame.first)];
}

class TriangleWriter {
 public:
  TriangleWriter(const CohortTriangle& triangle, TriangleKind kind, const ShopCalendar& calendar,
                 double minor_units)
      : triangle_(triangle),
        frame_(triangle.frame),
        kind_(kind),
        calendar_(calendar),
        minor_units_(minor_units),
        table_(Columns(kind)) {}

  static std::vector<ColumnSpec> Columns(TriangleKind kind) {
    const bool pairs = kind == TriangleKind::kPairs;
    return {{"cohort", ColumnType::kInstant},
            {"cohort_local", ColumnType::kText},
            {"cohort_size", ColumnType::kInteger},
            {"period_offset", ColumnType::kInteger},
            {"customers", ColumnType::kInteger},
            {"share", ColumnType::kReal},
            {pairs ? "cumulative_customers" : "customers_on_or_after", ColumnType::kInteger},
            {pairs ? "cumulative_share" : "share_on_or_after", ColumnType::kReal},
            {"orders", ColumnType::kInteger},
            {"net_revenue", ColumnType::kMoney},
            {"cumulative_revenue", ColumnType::kMoney},
            {"revenue_per_customer", ColumnType::kReal},
            {"is_complete", ColumnType::kBoolean}};
  }

  ReportTable Write() {
    for (std::size_t i = 0; i < triangle_.cohorts.size(); ++i) {
      WriteCohort(frame_.first + static_cast<std::int32_t>(i), triangle_.cohorts[i]);
    }
    WriteMean();
    return std::move(table_);
  }

 private:
  void WriteCohort(std::int32_t index, const Cohort& cohort) {
    const std::string label = PeriodLabel(index, frame_.period, calendar_.week_start);
    const Instant start{calendar_.PeriodStart(index, frame_.period)};
    // An empty cohort is one row, not a row of empty cells.
    const std::size_t offsets =
        cohort.size > 0 ? frame_.offsets : (kind_ == TriangleKind::kRetention ? 1 : 0);
    for (std::size_t k = 0; k < offsets && HasBegun(index, k); ++k) {
      const CohortCell& cell = cohort.cells[k];
      AppendCell({start, label, cohort.size, k, IsComplete(index, k)}, cell);
    }
    if (kind_ == TriangleKind::kPairs) {
      table_.Append({start,
                     label,
                     cohort.size,
                     {},
                     cohort.not_yet,
                     Share(cohort.not_yet, cohort.size),
                     {},
                     {},
                     {},
                     {},
                     {},
                     {},
                     IsComplete(index, 0)});
    }
  }

  /// The mean weighted by size: sums over the cohorts whose cell is complete.
  void WriteMean() {
    for (std::size_t k = 0; k < frame_.offsets; ++k) {
      std::int64_t size = 0;
      CohortCell sum;
      for (std::size_t i = 0; i < triangle_.cohorts.size(); ++i) {
        if (!IsComplete(frame_.first + static_cast<std::int32_t>(i), k)) {
          continue;
        }
        const Cohort& cohort = triangle_.cohorts[i];
        size += cohort.size;
        sum.customers += cohort.cells[k].customers;
        sum.running += cohort.cells[k].running;
        sum.orders += cohort.cells[k].orders;
        sum.net += cohort.cells[k].net;
        sum.running_net += cohort.cells[k].running_net;
      }
      if (size > 0) {
        AppendCell({{}, "all", size, k, true}, sum);
      }
    }
  }

  /// What stands in a row beside the figures.
  struct RowHead {
    Cell start;
    std::string_view label;
    std::int64_t size;
    std::size_t offset;
    bool is_complete;
  };
  void AppendCell(const RowHead& head, const CohortCell& cell) {
    table_.Append({head.start, head.label, head.size, static_cast<std::int64_t>(head.offset),
                   cell.customers, Share(cell.customers, head.size), cell.running,
                   Share(cell.running, head.size), cell.orders, Money{cell.net},
                   Money{cell.running_net},
                   Ratio(static_cast<double>(cell.running_net),
                         minor_units_ * static_cast<double>(head.size)),
                   head.is_complete});
  }

  std::int32_t Later(std::int32_t index, std::size_t offset) const {
    return index + static_cast<std::int32_t>(offset);
  }
  bool HasBegun(std::int32_t index, std::size_t offset) const {
    return calendar_.PeriodStart(Later(index, offset), frame_.period) < calendar_.as_of;
  }
  bool IsComplete(std::int32_t index, std::size_t offset) const {
    return calendar_.IsComplete(Later(index, offset), frame_.period);
  }
  std::optional<double> Share(std::int64_t part, std::int64_t size) const {
    return size < frame_.minimum_size ? std::nullopt : Ratio(part, size);
  }

  const CohortTriangle& triangle_;
  const TriangleFrame& frame_;
  TriangleKind kind_;
  const ShopCalendar& calendar_;
  double minor_units_;
  ReportTable table_;
};

void SumUpRevenue(Cohort& cohort) {
  std::int64_t running = 0;
  for (CohortCell& cell : cohort.cells) {
    running += cell.net;
    cell.running_net = running;
  }
}

/// Adds one customer who ordered on these days, the first of which makes the cohort.
void AddRetained(Cohort& cohort, const SessionTable& sessions,
                 std::span<const std::uint32_t> orders,
                 std::span<const std::int32_t> order_periods) {
  ++cohort.size;
  std::int32_t counted = -1;  // Offsets never fall, so one remembered offset makes them distinct.
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::int32_t offset = order_periods[i] - order_periods[0];
    const auto k = static_cast<std::size_t>(offset);
    if (k < cohort.cells.size()) {
      CohortCell& cell = cohort.cells[k];
      cell.customers += offset != counted ? 1 : 0;
      ++cell.orders;
      cell.net += sessions.Net(orders[i]);
    }
    counted = offset;
  }
  const auto last = std::min(static_cast<std::size_t>(counted), cohort.cells.size() - 1);
  ++cohort.cells[last].running;
}

}  // namespace

CohortTriangle TriangleOfPairs(std::span<const EventPair> pairs, const ShopCalendar& calendar,
                               const TriangleFrame& frame) {
  CohortTriangle triangle = EmptyTriangle(frame);
  for (const EventPair& pair : pairs) {
    const std::int32_t index = calendar.PeriodOf(pair.start, frame.period);
    Cohort* cohort = FindCohort(triangle, index);
    if (cohort == nullptr) {
      continue;
    }
    ++cohort->size;
    if (!pair.next) {
      ++cohort->not_yet;
      continue;
    }
    const auto k = static_cast<std::size_t>(calendar.PeriodOf(*pair.next, frame.period) - index);
    if (k < frame.offsets) {
      ++cohort->cells[k].customers;
      ++cohort->cells[k].orders;
      cohort->cells[k].net += pair.next_net;
    }
  }
  for (Cohort& cohort : triangle.cohorts) {
    std::int64_t running = 0;
    for (CohortCell& cell : cohort.cells) {
      running += cell.customers;
      cell.running = running;
    }
    SumUpRevenue(cohort);
  }
  return triangle;
}

CohortTriangle TriangleOfRetention(const SessionTable& sessions, const ClientOrders& orders,
                                   const ShopCalendar& calendar, const TriangleFrame& frame) {
  CohortTriangle triangle = EmptyTriangle(frame);
  std::vector<std::int32_t> order_periods;
  for (std::uint32_t client = 0; client < orders.clients(); ++client) {
    const std::span<const std::uint32_t> rows = orders.Of(client);
    order_periods.clear();
    for (const std::uint32_t row : rows) {
      const std::int32_t period = calendar.PeriodOf(sessions.day[row], frame.period);
      // Where a clock is set back over midnight, a later order may have the earlier local day.
      order_periods.push_back(order_periods.empty() ? period
                                                    : std::max(period, order_periods.back()));
    }
    Cohort* cohort = rows.empty() ? nullptr : FindCohort(triangle, order_periods[0]);
    if (cohort != nullptr) {
      AddRetained(*cohort, sessions, rows, order_periods);
    }
  }
  // So far `running` counts customers by their last offset: sum it up from the end.
  for (Cohort& cohort : triangle.cohorts) {
    std::int64_t running = 0;
    for (auto cell = cohort.cells.rbegin(); cell != cohort.cells.rend(); ++cell) {
      running += cell->running;
      cell->running = running;
    }
    SumUpRevenue(cohort);
  }
  return triangle;
}

ReportTable TriangleTable(const CohortTriangle& triangle, TriangleKind kind,
                          const ShopCalendar& calendar, double minor_units) {
  return TriangleWriter(triangle, kind, calendar, minor_units).Write();
}

}  // namespace cartwright
