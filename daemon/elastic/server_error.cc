#include "daemon/elastic/server_error.h"

#include <fmt/core.h>

#include <algorithm>

#include "daemon/elastic/answer.h"

namespace cartwright {
namespace {

constexpr std::size_t kTypeBytes = 100;
constexpr std::size_t kReasonBytes = 500;

ErrorKind KindOf(const HttpResponse& response) {
  switch (response.status) {
    case 401:
    case 403:
      return ErrorKind::kPermission;
    case 408:
    case 429:
      return ErrorKind::kTransient;
    default:
      break;
  }
  if (response.status >= 500) {
    return ErrorKind::kTransient;
  }
  return response.status < 400 ? ErrorKind::kUnavailable : ErrorKind::kPermanent;
}

std::string_view Advice(const HttpResponse& response, std::string_view type) {
  if (type == "cluster_block_exception") {
    return "; free disk space or lift the index block, then run again";
  }
  if (type == "index_not_found_exception" || type == "aliases_not_found_exception") {
    return "; check the name, or let `cartwright setup` create it";
  }
  switch (response.status) {
    case 401:
      return "; check the API key or password";
    case 403:
      return "; check the rights of the API key or user";
    case 413:
      return "; lower the batch size or raise http.max_content_length";
    case 429:
    case 503:
      return "; the server is busy or not ready, run again later";
    default:
      break;
  }
  return response.status < 400 ? "; something other than Elasticsearch answers there" : "";
}

}  // namespace

std::string OneLine(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
      --limit;
    }
    text = text.substr(0, limit);
  }
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return line;
}

ServerError ParseServerError(std::string_view body) {
  AnswerParser parser;
  simdjson::dom::element error;
  if (parser.Parse(std::string(body))["error"].get(error) != simdjson::SUCCESS) {
    return {"", OneLine(body, 200)};
  }
  std::string_view text;
  if (error.get(text) == simdjson::SUCCESS) {
    return {"", OneLine(text, kReasonBytes)};
  }
  return MakeServerError(TextIn(error, "type"), TextIn(error, "reason"));
}

ServerError MakeServerError(std::string_view type, std::string_view reason) {
  return {OneLine(type, kTypeBytes), OneLine(reason, kReasonBytes)};
}

std::string Describe(int status, const ServerError& error) {
  std::string text = fmt::format("HTTP {}", status);
  if (!error.type.empty()) {
    text += " " + error.type;
  }
  if (!error.reason.empty()) {
    text += ": " + error.reason;
  }
  return text;
}

Error ErrorOfResponse(std::string_view what, const HttpResponse& response) {
  const ServerError error = ParseServerError(response.body);
  return Error{KindOf(response), fmt::format("{}: {}{}", what, Describe(response.status, error),
                                             Advice(response, error.type))};
}

bool IsJson(const HttpResponse& response) {
  return response.content_type.find("json") != std::string::npos;
}

}  // namespace cartwright
