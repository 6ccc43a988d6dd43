#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/option_fault.h"
#include "daemon/base/result.h"

namespace cartwright {

struct FunnelOptions {
  std::vector<std::string> steps = {"has_sessions", "has_basket", "order_screen", "purchased"};
  double window_hours = 24;
  std::string mode = "sequential";
  std::vector<std::string> periods = {"hourly", "daily", "weekly", "monthly"};
};

std::span<const Field<FunnelOptions>> FunnelOptionFields();

/// Unknown and repeated periods, steps that the shop does not have, no step, more than 16 steps.
std::vector<OptionFault> FunnelOptionFaults(const FunnelOptions& options,
                                            const ShopTablesLayout& shop);

/// How many sessions, and how many customers, come how far through an ordered list of steps.
///
/// Reports (report_name `funnel`), rows by bucket or hour, then step:
/// - type `orders`, each period: sessions by the local period of their start. A session reaches a
///   step when it has the actions of that and every earlier step; a record does not tell the order
///   of the actions within one session. `hourly` is the profile over the 24 local hours, with a
///   mean over the days that are over.
/// - type `overall`: the same over the whole range, and how many sessions bypassed earlier steps.
/// - type `dimensions`: `overall` for each value of each session dimension, dimensions as declared,
///   values in byte order, sessions without a value last (null). The values of a dimension sum to
///   `overall`. Absent without dimensions.
/// - type `action_counts`, each period: sessions with each recorded action, no order asked.
/// - type `customers`, each period but hourly, and `overall`: customers by the period in which
///   their chain begins (OrderedFunnel over their sessions, window from the first step). The steps
///   `download` and `signup` are dates of the customers feed; the session reports leave them out.
///   A period is complete once its window is over as well. In the default mode one session fills
///   several steps, because one record carries several actions; strict_once forbids it.
///
/// A step that no source records is left out with a warning. Errors: kConfig for the first of
/// FunnelOptionFaults.
Result<std::vector<Report>> ComputeFunnel(const ShopTables& tables, const ShopCalendar& calendar,
                                          const FunnelOptions& options);

}  // namespace cartwright
