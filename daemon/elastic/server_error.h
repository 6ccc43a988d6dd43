#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// What an error body says; empty where it says nothing. Control characters are replaced by spaces
/// and long texts cut, so that both fit into one line of a message.
struct ServerError {
  std::string type;
  std::string reason;
};

/// Reads `{"error": {"type", "reason"}}`, `{"error": "text"}`, or the start of any other text.
ServerError ParseServerError(std::string_view body);

/// The same from texts read elsewhere.
ServerError MakeServerError(std::string_view type, std::string_view reason);

/// "HTTP 404 index_not_found_exception: no such index [x]".
std::string Describe(int status, const ServerError& error);

/// An Error of a response that is not a success: `what`, the description and what to do. The kind
/// follows the status: kPermission for 401 and 403, kTransient for 408, 429 and 5xx, kUnavailable
/// for redirects and for what is not JSON, else kPermanent.
Error ErrorOfResponse(std::string_view what, const HttpResponse& response);

/// True when the answer's content type is some JSON. Elasticsearch answers nothing else here; a
/// proxy's error or login page does.
bool IsJson(const HttpResponse& response);

/// `text` cut to `limit` bytes at a character's border, control characters replaced by spaces.
std::string OneLine(std::string_view text, std::size_t limit);

}  // namespace cartwright
