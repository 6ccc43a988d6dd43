#pragma once

#include <span>
#include <vector>

#include "analyses/report/report.h"
#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/fields.h"
#include "daemon/base/result.h"

namespace cartwright {

/// There is nothing to choose.
struct DataOverviewOptions {};

std::span<const Field<DataOverviewOptions>> DataOverviewOptionFields();

/// What the reports of a run rest on: the honest first page.
///
/// Reports (report_name `data_overview`):
/// - type `tables`: one row a table and measure, in this order. sessions: all = after_as_of +
///   credits + visits (nothing was bought) + orders; of the orders, guest_orders, unpaid_orders
///   (a payment of zero, or none) and refunded_orders. lines: all = sold + returned + in_baskets
///   (nothing was bought); of all, without_price. customers: all = with_orders + without_orders.
///   `share` is of the table's rows.
/// - type `columns`: one row a column, tables as above, columns as documents have them: how many
///   rows have it and lack it, how many distinct values there are (of texts; null for numbers,
///   dates and actions), the lowest and the highest one.
///   A column that no source gives is_recorded false and has nulls.
///
/// All rows count here, those after as_of too. LoadOverview (load_overview.h) adds what the load
/// left out. One pass over the rows a column.
Result<std::vector<Report>> ComputeDataOverview(const ShopTables& tables,
                                                const ShopCalendar& calendar,
                                                const DataOverviewOptions& options);

}  // namespace cartwright
