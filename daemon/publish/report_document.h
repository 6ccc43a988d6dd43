#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "analyses/report/report.h"
#include "daemon/base/calendar.h"
#include "daemon/base/result.h"
#include "daemon/publish/catalogue.h"

namespace cartwright {

/// What all reports of one run share.
struct PublishContext {
  std::string run_id;
  std::string generator;  ///< "cartwright <version>".
  EpochMillis generated_at = 0;
  ShopCalendar calendar;  ///< as_of, zone and weeks; report_date is its AsOfDay().
  std::string currency;
  int currency_exponent = 2;
  std::int64_t max_rows = 10'000;  ///< Rows in `data`; the rows index has all of them.
};

/// The canonical text of a report key: its parts in the contract's order, each with its length, so
/// that no two keys share a text.
std::string ReportKeyText(const ReportKey& key);

/// `_id` of the report document: the hash of key and report date.
std::string ReportId(const ReportKey& key, DayNumber report_date);

/// The document of `reports`: one line of JSON.
std::string ReportDocument(const Report& report, const PublishContext& context,
                           std::int64_t duration_ms);

/// One row as a flat document, and its ids in the two row indices.
struct RowDocument {
  std::string latest_id;   ///< Hash of report key and row number: a later date replaces it.
  std::string history_id;  ///< Hash of report id and row number.
  std::string_view json;   ///< Valid during the callback.
};

/// Calls `visit` for each row of the report's table, in order, until it fails.
Status ForEachRowDocument(const Report& report, const PublishContext& context,
                          const std::function<Status(const RowDocument&)>& visit);

/// Calls `visit(client, json)` once a customer, in the order of the client ids, with the columns of
/// all reports of customer grain merged. Reports of a dimension value or a variant are left out.
/// Errors: those of `visit`; kInternal when two reports give a client different values of a column.
Status ForEachCustomerValue(
    std::span<const Report> reports, const PublishContext& context,
    const std::function<Status(std::string_view client, std::string_view json)>& visit);

/// A published report as it reads back: the report, and what the document says about its making.
struct PublishedReport {
  Report report;
  std::string report_date;
  std::string run_id;
  std::string generated_at;
  std::string time_zone;
  std::string currency;
  std::int64_t row_count = 0;  ///< Of the whole report; `report.table` holds at most max_rows.
};

/// Rebuilds a report from its document. Errors: kData when the text is not a report document.
Result<PublishedReport> ParseReportDocument(std::string_view json, const Catalogue& catalogue);

}  // namespace cartwright
