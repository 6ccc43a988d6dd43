#pragma once

#include <string>

#include "analyses/report/report.h"
#include "daemon/publish/text_chart.h"

namespace cartwright {

/// Whether a table says by day or hour how products, categories or promotions did.
bool IsItemSeries(const ReportTable& table);
/// A row a period, the latest ones, and a column an item with its orders, revenue or discount.
/// Items without a name are "others" or "(none)". Falls back to DrawTable like the other drawings.
std::string DrawItemSeries(const Report& report, const DrawOptions& options);

/// Whether a table lists things with their share of a whole: products, categories, promotions,
/// kinds of orders, stages, classes.
bool IsShareList(const ReportTable& table);
/// The first rows with a bar of the share, then the other columns.
std::string DrawShares(const Report& report, const DrawOptions& options);

}  // namespace cartwright
