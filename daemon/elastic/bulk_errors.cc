#include "daemon/elastic/bulk_errors.h"

#include <fmt/core.h>

namespace cartwright {

Error LoadRefused(int status, const ServerError& error) {
  const std::string text = "Elasticsearch refuses the bulk load: " + Describe(status, error);
  if (status == 401 || status == 403) {
    return {ErrorKind::kPermission, text + "; check the API key or password and its rights"};
  }
  if (status < 400) {
    return {ErrorKind::kUnavailable, text + "; check the hosts and any proxy between"};
  }
  return {ErrorKind::kPermanent, text + "; check that the index and its alias exist and are open"};
}

Error RejectedInARow(std::int64_t documents, const ServerError& error) {
  return {ErrorKind::kData,
          fmt::format("{} documents one after the other were rejected and none written: the "
                      "mapping, or the settings, do not fit the data; the last: {}{}{}",
                      documents, error.type, error.type.empty() ? "" : ": ", error.reason)};
}

Error NotElasticsearch(const HttpResponse& response) {
  return {
      ErrorKind::kUnavailable,
      fmt::format("something other than Elasticsearch answers POST /_bulk: HTTP {} with content "
                  "type \"{}\"; check the hosts and any proxy between",
                  response.status, OneLine(response.content_type, 100))};
}

Error GaveUp(const FailedAttempts& tried) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(tried.allowed);
  return {
      tried.answered ? ErrorKind::kTransient : ErrorKind::kUnavailable,
      fmt::format("gave up on {} documents after {} attempts in at most {} s; the last: {}; run "
                  "again when the server is well: what was written stays",
                  tried.documents, tried.attempts, seconds.count(), tried.last_reason)};
}

}  // namespace cartwright
