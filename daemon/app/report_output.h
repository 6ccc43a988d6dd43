#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/app/analysis_run.h"
#include "daemon/app/shop.h"
#include "daemon/publish/report_document.h"

namespace cartwright {

/// How much was published.
struct PublishedCounts {
  std::int64_t reports = 0;
  std::int64_t rows = 0;
  std::int64_t customer_values = 0;
  std::int64_t stale_deleted = 0;  ///< Rows and customers of earlier runs that no longer exist.
};

/// What to publish of a run.
struct Publication {
  std::vector<TimedReport> reports;
  /// The customer tables of all configured analyses: customer-values is replaced as a whole.
  /// Nothing: it is left alone.
  std::optional<std::vector<Report>> customer_reports;
  /// Newer reports are published: report-rows-latest and customer-values keep speaking of them.
  bool history_only = false;
};

/// The newest report_date behind the alias of the reports; nothing when there is none.
/// Errors: kUnavailable, kPermanent.
Result<std::optional<DayNumber>> NewestReportDate(const Shop& shop, Transport& transport);

/// Writes reports to Elasticsearch: the rows first, then the report documents (the commit point),
/// then removes what the reports no longer have. Errors: kData when Elasticsearch rejects a
/// document, naming it; those of the bulk writer.
Result<PublishedCounts> PublishReports(const Shop& shop, Transport& transport,
                                       const Publication& publication,
                                       const PublishContext& context, std::int64_t load_sequence);

/// Writes reports.ndjson, report-rows.ndjson and customer-values.ndjson into a folder, each as a
/// whole (written beside, then renamed). Errors: kOutput.
Result<PublishedCounts> WriteReportFiles(const std::string& directory,
                                         const Publication& publication,
                                         const PublishContext& context);

}  // namespace cartwright
