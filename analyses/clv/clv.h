#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/result.h"

namespace cartwright {

struct ClvOptions {
  std::string model = "bg_nbd";
  std::int64_t period_days = 7;
  std::int64_t horizon_months = 6;
  double discount_rate_per_year = 0.1;
  double margin = 1.0;
  double penalty = 0.0;
  std::int64_t top_customers = 100;
};

std::span<const Field<ClvOptions>> ClvOptionFields();

/// What customers will still be worth: a BG/NBD model of purchases and a Gamma-Gamma model of their
/// values, fitted by maximum likelihood to purchase days up to the day before as_of
/// (Fader, Hardie & Lee 2005). Where dropout cannot be told from the data, the NBD model is used
/// and the reports are degenerate. Values are residual: past revenue is not part of them.
///
/// Reports, all named "clv_prediction", by type:
/// - "": one row for the shop; `customers` holds every customer ordered by client.
/// - "top": the customers with the greatest value, by (clv descending, client).
/// - "model": parameters with standard errors, one row each.
/// - "fit": customers by their number of repeat purchases, seen and expected.
/// - "weekly": repeat purchases a week, seen up to as_of and expected to the horizon.
///
/// Status: insufficient_data below 10 customers or 3 repeaters, degenerate without repeaters,
/// without identifiable dropout, or without a usable spend model. Amounts are in major units of the
/// currency where a column is a real.
Result<std::vector<Report>> ComputeClv(const ShopTables& tables, const ShopCalendar& calendar,
                                       const ClvOptions& options);

}  // namespace cartwright
