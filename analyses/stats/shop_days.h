#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyses/stats/kpi_sums.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// Whose rows they are: of customers on their first order ever, of other known clients (their
/// later orders, visits and credit notes), of guests.
enum class CustomerKind : std::uint8_t { kNew, kReturning, kGuest };
inline constexpr std::size_t kCustomerKinds = 3;

inline constexpr std::size_t kHoursOfDay = 24;
inline constexpr std::size_t kWeekdays = 7;

/// 0 for a Monday to 6 for a Sunday.
inline std::size_t WeekdayPlace(DayNumber day) {
  return static_cast<std::size_t>(IsoWeekday(day)) - 1;
}

/// The rows before as_of, grouped and summed by local day and by local hour of the day.
struct ShopDays {
  DayNumber first_day = 0;  ///< Day 0 of the vectors below.
  /// One entry a day from the first record's to as_of's, days without rows too.
  std::vector<std::array<KpiSums, kCustomerKinds>> day_sums;
  std::array<std::array<KpiSums, kHoursOfDay>, kWeekdays> weekday_hour_sums{};  ///< Monday first.
  std::array<KpiSums, kHoursOfDay> hour_sums{};
  std::size_t complete_days = 0;  ///< Days that lie wholly before as_of, the first so many.
  /// Orders of those days by weekday, Monday first, and hour.
  std::array<std::array<std::int64_t, kHoursOfDay>, kWeekdays> complete_orders{};
  /// Row numbers by day, in CSR form: day d holds rows[begin[d]] to rows[begin[d + 1] - 1],
  /// ascending.
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> rows;
  std::vector<CustomerKind> kind;  ///< One a row of the session table.
  std::int64_t after_as_of = 0;    ///< Rows left out because they start at as_of or later.

  std::size_t days() const { return day_sums.size(); }
  DayNumber end_day() const { return first_day + static_cast<DayNumber>(days()); }
  /// The sums of days [from, to) over all kinds; days outside the range hold nothing.
  KpiSums Sum(DayNumber from, DayNumber to) const;
  /// The same for one kind.
  KpiSums Sum(DayNumber from, DayNumber to, CustomerKind kind) const;
};

/// No days at all when no row starts before as_of. Cost: linear in rows, clients and days.
ShopDays GroupByDay(const ShopTables& tables, const ShopCalendar& calendar);

/// One period of a series.
struct PeriodFigures {
  std::int32_t index = 0;  ///< ShopCalendar::PeriodOf.
  std::array<KpiSums, kCustomerKinds> kinds;
  KpiSums all;
  std::int64_t customers = 0;  ///< Distinct known clients who bought.
  std::int64_t visitors = 0;   ///< Distinct known clients with a visit.
  std::int64_t visits = 0;     ///< Visits of known clients.
  std::int64_t returning_customers =
      0;  ///< Distinct known clients with an order after their first.
};

/// The periods (not kHour) from the first record's to as_of's, ascending, none left out.
std::vector<PeriodFigures> FiguresByPeriod(const ShopTables& tables, const ShopDays& days,
                                           const ShopCalendar& calendar, Period period);

/// The rows of the days [from, to), grouped by day.
std::vector<std::uint32_t> RowsOfDays(const ShopDays& days, DayNumber from, DayNumber to);

}  // namespace cartwright
