#include "daemon/app/report_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "daemon/base/hash.h"
#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/elastic/point_in_time.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

/// Bulk writing of documents of ours: a rejection is a failure of the whole publication.
class ReportWriter {
 public:
  ReportWriter(const Shop& shop, Transport& transport, std::int64_t version)
      : version_(version), writer_(transport, shop.Bulk(), Events()) {}

  Status Write(const std::string& alias, std::string_view id, std::string_view json) {
    CARTWRIGHT_TRY(writer_.Add({BulkOperation::kIndex, alias, id, version_, json, 0}));
    return rejected_;
  }
  Status Delete(const std::string& alias, std::string_view id) {
    CARTWRIGHT_TRY(writer_.Add({BulkOperation::kDelete, alias, id, version_, "", 0}));
    return rejected_;
  }
  Status Finish() {
    CARTWRIGHT_TRY(writer_.Finish());
    return rejected_;
  }

 private:
  BulkEvents Events() {
    BulkEvents events;
    events.rejected = [this](const BulkRejection& rejection) {
      if (rejected_) {
        rejected_ = Error{ErrorKind::kData,
                          fmt::format("Elasticsearch rejected the document {}: {}: {}; the reports "
                                      "are not complete",
                                      rejection.id, rejection.type, rejection.reason)};
      }
    };
    return events;
  }

  std::int64_t version_;
  Status rejected_;
  BulkWriter writer_;
};

/// Ids of documents that match `filter` and were written by another run.
Result<std::vector<std::string>> StaleIds(Transport& transport, const std::string& alias,
                                          const Json& filter, const std::string& run_id) {
  Json query;
  query["bool"]["filter"] = filter;
  query["bool"]["must_not"] = Json::array({{{"term", {{"run_id", run_id}}}}});
  ReadRequest request;
  request.index = alias;
  request.query_json = query.dump();
  request.source_fields = {"run_id"};
  std::vector<std::string> ids;
  CARTWRIGHT_TRY(ReadPointInTime(transport, request, [&ids](const HitPage& page) {
    return page.Each([&ids](const Hit& hit) -> Status {
      ids.emplace_back(hit.id);
      return {};
    });
  }));
  return ids;
}

Status WriteRows(const Shop& shop, ReportWriter& writer, const Publication& publication,
                 const PublishContext& context, PublishedCounts& counts) {
  const std::string latest = shop.Alias("report-rows-latest");
  const std::string history = shop.Alias("report-rows-history");
  for (const TimedReport& timed : publication.reports) {
    CARTWRIGHT_TRY(ForEachRowDocument(timed.report, context, [&](const RowDocument& row) -> Status {
      ++counts.rows;
      if (!publication.history_only) {
        CARTWRIGHT_TRY(writer.Write(latest, row.latest_id, row.json));
      }
      return writer.Write(history, row.history_id, row.json);
    }));
  }
  return {};
}

Status WriteCustomerValues(const Shop& shop, ReportWriter& writer,
                           const std::vector<Report>& customer_reports,
                           const PublishContext& context, PublishedCounts& counts) {
  const std::string alias = shop.Alias("customer-values");
  return ForEachCustomerValue(
      customer_reports, context, [&](std::string_view client, std::string_view json) -> Status {
        ++counts.customer_values;
        // Client ids may be longer than a document id may be.
        const bool fits = !client.empty() && client.size() <= 512;
        return writer.Write(alias, fits ? std::string(client) : HashHex(client), json);
      });
}

/// Deletes what earlier runs have written and this one has not.
class StaleDocuments {
 public:
  StaleDocuments(Transport& transport, ReportWriter& writer, const PublishContext& context)
      : transport_(transport), writer_(writer), context_(context) {}

  /// Those of `alias` that match `filter`.
  Status Delete(const std::string& alias, const Json& filter) {
    CARTWRIGHT_TRY(IndexAdmin(transport_).Refresh(alias));
    CARTWRIGHT_ASSIGN(const std::vector<std::string> ids,
                      StaleIds(transport_, alias, filter, context_.run_id));
    for (const std::string& id : ids) {
      CARTWRIGHT_TRY(writer_.Delete(alias, id));
    }
    deleted_ += std::ssize(ids);
    return {};
  }

  /// Those of `alias` with one of these values in `field`.
  Status DeleteOf(const std::string& alias, const std::string& field,
                  const std::vector<std::string>& values) {
    // Elasticsearch refuses more than 65,536 terms in one query.
    constexpr std::size_t kTermsOfAQuery = 10'000;
    for (std::size_t at = 0; at < values.size(); at += kTermsOfAQuery) {
      const std::span<const std::string> part =
          std::span(values).subspan(at, std::min(kTermsOfAQuery, values.size() - at));
      CARTWRIGHT_TRY(Delete(alias, {{"terms", {{field, Json(part)}}}}));
    }
    return {};
  }

  std::int64_t deleted() const { return deleted_; }

 private:
  Transport& transport_;
  ReportWriter& writer_;
  const PublishContext& context_;
  std::int64_t deleted_ = 0;
};

Status DeleteAllStale(const Shop& shop, const Publication& publication, DayNumber report_date,
                      StaleDocuments& stale) {
  std::vector<std::string> keys;
  std::vector<std::string> ids;
  for (const TimedReport& timed : publication.reports) {
    keys.push_back(HashHex(ReportKeyText(timed.report.key)));
    ids.push_back(ReportId(timed.report.key, report_date));
  }
  if (!publication.history_only) {
    CARTWRIGHT_TRY(stale.DeleteOf(shop.Alias("report-rows-latest"), "report_key", keys));
  }
  CARTWRIGHT_TRY(stale.DeleteOf(shop.Alias("report-rows-history"), "report_id", ids));
  if (publication.customer_reports && !publication.history_only) {
    CARTWRIGHT_TRY(stale.Delete(shop.Alias("customer-values"), {{"match_all", Json::object()}}));
  }
  return {};
}

/// A file that appears under its name only when it is whole.
class WholeFile {
 public:
  explicit WholeFile(const std::string& path)
      : path_(path), stream_(path + ".part", std::ios::binary | std::ios::trunc) {}
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile() {
    if (!closed_) {
      std::error_code ignored;  // There may be nothing to remove.
      std::filesystem::remove(path_ + ".part", ignored);
    }
  }
  void Line(std::string_view text) {
    stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
    stream_.put('\n');
  }
  Status Close() {
    stream_.close();
    std::error_code failure;
    if (stream_) {
      std::filesystem::rename(path_ + ".part", path_, failure);
    }
    if (!stream_ || failure) {
      return Error{
          ErrorKind::kOutput,
          fmt::format("cannot write {}: {}", path_,
                      failure ? failure.message() : std::generic_category().message(errno))};
    }
    closed_ = true;
    return {};
  }

 private:
  std::string path_;
  std::ofstream stream_;
  bool closed_ = false;
};

}  // namespace

Result<std::optional<DayNumber>> NewestReportDate(const Shop& shop, Transport& transport) {
  const std::string alias = shop.Alias("reports");
  const Json body{{"size", 1}, {"_source", {"report_date"}}, {"sort", {{{"report_date", "desc"}}}}};
  CARTWRIGHT_ASSIGN(
      const HttpResponse response,
      transport.Perform({"POST",
                         "/" + EscapeUrl(alias) + "/_search?allow_partial_search_results=false",
                         body.dump(), ""}));
  const Json json = Json::parse(response.body, nullptr, false);
  if (response.status != 200 || !json.is_object()) {
    return ErrorOfResponse(fmt::format("cannot search {}", alias), response);
  }
  const Json::json_pointer place("/hits/hits/0/_source/report_date");
  if (!json.contains(place) || !json[place].is_string()) {
    return std::optional<DayNumber>();
  }
  CARTWRIGHT_ASSIGN(const DayNumber day, ParseDay(json[place].get<std::string>()));
  return std::optional<DayNumber>(day);
}

Result<PublishedCounts> PublishReports(const Shop& shop, Transport& transport,
                                       const Publication& publication,
                                       const PublishContext& context, std::int64_t load_sequence) {
  PublishedCounts counts;
  ReportWriter writer(shop, transport, load_sequence);
  CARTWRIGHT_TRY(WriteRows(shop, writer, publication, context, counts));
  if (publication.customer_reports && !publication.history_only) {
    CARTWRIGHT_TRY(
        WriteCustomerValues(shop, writer, *publication.customer_reports, context, counts));
  }
  CARTWRIGHT_TRY(writer.Finish());
  for (const TimedReport& timed : publication.reports) {
    ++counts.reports;
    CARTWRIGHT_TRY(writer.Write(shop.Alias("reports"),
                                ReportId(timed.report.key, context.calendar.AsOfDay()),
                                ReportDocument(timed.report, context, timed.duration_ms)));
  }
  CARTWRIGHT_TRY(writer.Finish());
  StaleDocuments stale(transport, writer, context);
  CARTWRIGHT_TRY(DeleteAllStale(shop, publication, context.calendar.AsOfDay(), stale));
  CARTWRIGHT_TRY(writer.Finish());
  counts.stale_deleted = stale.deleted();
  IndexAdmin admin(transport);
  for (const char* name :
       {"reports", "report-rows-latest", "report-rows-history", "customer-values"}) {
    CARTWRIGHT_TRY(admin.Refresh(shop.Alias(name)));
  }
  return counts;
}

Result<PublishedCounts> WriteReportFiles(const std::string& directory,
                                         const Publication& publication,
                                         const PublishContext& context) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) {
    return Error{ErrorKind::kOutput,
                 fmt::format("cannot create the folder {}: {}", directory, failure.message())};
  }
  PublishedCounts counts;
  WholeFile documents(directory + "/reports.ndjson");
  WholeFile rows(directory + "/report-rows.ndjson");
  WholeFile values(directory + "/customer-values.ndjson");
  for (const TimedReport& timed : publication.reports) {
    ++counts.reports;
    documents.Line(ReportDocument(timed.report, context, timed.duration_ms));
    CARTWRIGHT_TRY(ForEachRowDocument(timed.report, context, [&](const RowDocument& row) -> Status {
      ++counts.rows;
      rows.Line(row.json);
      return {};
    }));
  }
  if (publication.customer_reports) {
    CARTWRIGHT_TRY(ForEachCustomerValue(*publication.customer_reports, context,
                                        [&](std::string_view, std::string_view json) -> Status {
                                          ++counts.customer_values;
                                          values.Line(json);
                                          return {};
                                        }));
  }
  CARTWRIGHT_TRY(documents.Close());
  CARTWRIGHT_TRY(rows.Close());
  CARTWRIGHT_TRY(values.Close());
  return counts;
}

}  // namespace cartwright
