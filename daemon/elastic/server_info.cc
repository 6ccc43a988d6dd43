#include "daemon/elastic/server_info.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kWhat = "cannot ask the server for its version";
constexpr const char* kRoot = "/";
constexpr const char* kLocalNode = "/_nodes/_local/http";
constexpr const char* kReindex = "/_reindex";

std::string TextAt(const Json& json, const char* pointer) {
  const Json::json_pointer at(pointer);
  return json.contains(at) && json.at(at).is_string() ? json.at(at).get<std::string>() : "";
}

// "8.19.21" → 8, 19, 21; what is not a number stays 0.
void SplitVersion(ServerInfo& info) {
  const char* at = info.version.data();
  const char* const end = at + info.version.size();
  for (int* part : std::array{&info.major, &info.minor, &info.patch}) {
    at = std::from_chars(at, end, *part).ptr;
    if (at == end || *at != '.') {
      return;
    }
    ++at;
  }
}

Status CheckSupported(const ServerInfo& info) {
  const bool supported = info.is_opensearch()
                             ? info.is_at_least(2, 4)
                             : info.distribution == "elasticsearch" && info.is_at_least(7, 17);
  if (supported) {
    return {};
  }
  return Error{ErrorKind::kPermanent,
               fmt::format("the server is {} {}; Cartwright works with Elasticsearch from 7.17 and "
                           "OpenSearch from 2.4: upgrade it, or point elasticsearch.hosts at "
                           "another one (a proxy must pass the header X-elastic-product on)",
                           info.distribution, info.version)};
}

void AddWarnings(ServerInfo& info) {
  const int newest = info.is_opensearch() ? 3 : 9;
  if (info.major > newest) {
    info.warnings.push_back(
        fmt::format("the server is {} {}, newer than what this version of Cartwright was tried "
                    "with ({}.x): check the first results, or upgrade Cartwright",
                    info.distribution, info.version, newest));
  }
  if (!info.is_opensearch() && info.major == 9 && info.minor == 5 && info.patch <= 2) {
    info.warnings.push_back(fmt::format(
        "Elasticsearch {} can confirm documents that it does not write to replicas when it is "
        "short of indexing memory (elastic/elasticsearch#158212): upgrade to 9.5.3 or newer",
        info.version));
  }
  if (info.is_serverless) {
    info.warnings.emplace_back(
        "the server is serverless and decides about shards and replicas itself: these settings of "
        "the configuration are left out");
  }
}

// The answer to `GET /`, or what replaces it where a stripped server has no handler for that.
Result<HttpResponse> AskForVersion(Transport& transport, ServerInfo& info) {
  info.found_by = fmt::format("GET {}", kRoot);
  CARTWRIGHT_ASSIGN(HttpResponse response, transport.Perform({"GET", kRoot, "", ""}));
  if (response.status == 404 || response.status == 405) {
    info.found_by = fmt::format("GET {}", kLocalNode);
    CARTWRIGHT_ASSIGN(response, transport.Perform({"GET", kLocalNode, "", ""}));
  }
  if (response.status != 200) {
    return ErrorOfResponse(kWhat, response);
  }
  return response;
}

Json FirstNode(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  const Json nodes = json.is_object() ? json.value("nodes", Json()) : Json();
  return nodes.is_object() && !nodes.empty() ? nodes.begin().value() : Json();
}

Status FindVersion(Transport& transport, ServerInfo& info) {
  CARTWRIGHT_ASSIGN(const HttpResponse response, AskForVersion(transport, info));
  const Json root = Json::parse(response.body, nullptr, false);
  const Json node = FirstNode(response.body);
  if (node.is_object()) {
    info.version = TextAt(node, "/version");
    info.flavor = TextAt(node, "/build_flavor");
  } else {
    info.version = TextAt(root, "/version/number");
    info.flavor = TextAt(root, "/version/build_flavor");
    info.distribution = TextAt(root, "/version/distribution");
  }
  if (info.version.empty()) {
    return Error{ErrorKind::kUnavailable,
                 fmt::format("{}: the answer is not what Elasticsearch or OpenSearch gives: {}",
                             kWhat, OneLine(response.body, 200))};
  }
  if (info.distribution.empty()) {
    info.distribution = response.product == "Elasticsearch" ? "elasticsearch" : "unknown";
  }
  SplitVersion(info);
  return {};
}

// What the server refuses to tell stays unknown: the account may lack the right to ask.
Status FindBodyLimit(Transport& transport, ServerInfo& info) {
  CARTWRIGHT_ASSIGN(const HttpResponse response, transport.Perform({"GET", kLocalNode, "", ""}));
  const Json node = response.status == 200 ? FirstNode(response.body) : Json();
  const Json::json_pointer limit("/http/max_content_length_in_bytes");
  if (node.contains(limit) && node.at(limit).is_number_integer()) {
    info.max_content_length = node.at(limit).get<std::int64_t>();
  }
  return {};
}

// Without a body the handler refuses before it does anything. Without a handler the refusal has no
// error type, only a sentence about the method or the path.
Status FindReindex(Transport& transport, ServerInfo& info) {
  CARTWRIGHT_ASSIGN(const HttpResponse response, transport.Perform({"POST", kReindex, "", ""}));
  info.has_reindex = response.status == 400 && !ParseServerError(response.body).type.empty();
  return {};
}

}  // namespace

Result<ServerInfo> ProbeServer(Transport& transport) {
  if (transport.server() != nullptr) {
    return *transport.server();
  }
  ServerInfo info;
  CARTWRIGHT_TRY(FindVersion(transport, info));
  CARTWRIGHT_TRY(CheckSupported(info));
  info.is_serverless = info.flavor == "serverless";
  info.has_opensearch_views = info.is_opensearch();
  info.has_shard_doc_sort = !info.is_opensearch() || info.is_at_least(3, 3);
  AddWarnings(info);
  if (!info.is_serverless) {
    CARTWRIGHT_TRY(FindBodyLimit(transport, info));
  }
  CARTWRIGHT_TRY(FindReindex(transport, info));
  transport.RememberServer(std::make_shared<const ServerInfo>(info));
  return info;
}

}  // namespace cartwright
