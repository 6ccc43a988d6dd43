#pragma once

#include <vector>

#include "analyses/clv/clv.h"
#include "analyses/clv/customer_value.h"
#include "analyses/clv/purchase_history.h"
#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"

namespace cartwright {

/// The days at which the spans of the weekly forecast begin, and the day after the last: from the
/// day after end_day by the shop's weeks to the end of the horizon.
std::vector<DayNumber> ForecastDays(const ShopCalendar& calendar, DayNumber end_day,
                                    std::int64_t horizon_months);

/// Everything that the reports are written from.
struct ClvResults {
  const ShopTables& tables;
  const ShopCalendar& calendar;
  const ClvOptions& options;
  const PurchaseHistories& histories;
  const ClvModels& models;
  const ClvForecast& forecast;
  const std::vector<DayNumber>& forecast_days;
  double minor_per_major = 100;
};

/// The tables of the reports that ComputeClv describes.
ReportTable ClvSummaryTable(const ClvResults& results);
ReportTable ClvCustomersTable(const ClvResults& results);
ReportTable ClvTopTable(const ClvResults& results);
ReportTable ClvModelTable(const ClvResults& results);
ReportTable ClvFitTable(const ClvResults& results);
ReportTable ClvWeeklyTable(const ClvResults& results);

}  // namespace cartwright
