#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "daemon/base/result.h"
#include "daemon/elastic/server_error.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// Why a bulk load ends early, in words for the person who has to act.

/// Settings or rights are wrong: `status` and `error` are the request's or an item's.
Error LoadRefused(int status, const ServerError& error);

/// So many documents were rejected one after the other that it cannot be the documents.
Error RejectedInARow(std::int64_t documents, const ServerError& error);

/// What answers is not Elasticsearch.
Error NotElasticsearch(const HttpResponse& response);

/// What was tried before giving up.
struct FailedAttempts {
  std::int64_t documents = 0;
  int attempts = 0;
  std::chrono::milliseconds allowed{0};
  std::string last_reason;
  bool answered = false;  ///< The server asked to wait, rather than not answering.
};
Error GaveUp(const FailedAttempts& tried);

}  // namespace cartwright
