#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/app/commands.h"
#include "daemon/app/shop.h"
#include "daemon/base/result.h"
#include "daemon/publish/report_document.h"

namespace cartwright {

/// One published report without its rows.
struct ReportHead {
  std::string id;
  ReportKey key;
  std::string report_date;
  std::string status;
  std::int64_t row_count = 0;
};

/// Published reports, in Elasticsearch or in a reports.ndjson file.
class ReportStore {
 public:
  virtual ~ReportStore() = default;
  /// The heads of all reports that the options ask for, ordered by report name, key and date.
  /// Errors: those of the server or the file.
  virtual Result<std::vector<ReportHead>> List(const ReportsOptions& options) = 0;
  /// The document of a report. Errors: kPermanent when it is not there any more.
  virtual Result<std::string> Fetch(const std::string& id) = 0;
};

/// The store that the options name. Errors: kUsage for a file that cannot be read; kUnavailable.
Result<std::unique_ptr<ReportStore>> OpenReportStore(const Shop& shop,
                                                     const ReportsOptions& options);

/// Keeps the newest date of each key.
std::vector<ReportHead> NewestOnly(std::vector<ReportHead> heads);

}  // namespace cartwright
