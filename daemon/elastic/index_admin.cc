#include "daemon/elastic/index_admin.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/elastic/index_dialect.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

Error Unexpected(std::string_view what, std::string_view body) {
  return Error{ErrorKind::kUnavailable,
               fmt::format("{}: the answer is not what Elasticsearch or OpenSearch gives: {}", what,
                           OneLine(body, 200))};
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Parse(std::string_view text) { return Json::parse(text, nullptr, false); }

// The value at `pointer`, or null.
Json At(const Json& json, const char* pointer) {
  const Json::json_pointer at(pointer);
  return json.contains(at) ? json.at(at) : Json();
}

std::string TextAt(const Json& json, const char* pointer) {
  const Json value = At(json, pointer);
  return value.is_string() ? value.get<std::string>() : "";
}

Status CheckAcknowledged(std::string_view what, std::string_view body) {
  if (At(Parse(body), "/acknowledged") == Json(true)) {
    return {};
  }
  return Error{ErrorKind::kTransient,
               fmt::format("{}: accepted, but not all nodes confirmed it in time; check its state "
                           "before trying again: {}",
                           what, OneLine(body, 200))};
}

Status CheckShards(std::string_view what, const Json& json) {
  const Json failed = At(json, "/_shards/failed");
  if (failed == Json(0)) {
    return {};
  }
  return Error{ErrorKind::kUnavailable,
               fmt::format("{}: {} shards failed, so the result is not whole; check the cluster's "
                           "health and run again",
                           what, Dump(failed))};
}

std::vector<std::string> SortedKeys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) {
    keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::string IndexPath(const std::string& name) { return "/" + EscapeUrl(name); }

std::string About(std::string_view action, std::string_view name) {
  return fmt::format("cannot {} \"{}\"", action, name);
}

Json AliasAction(const char* action, const std::string& index, const std::string& alias) {
  Json body{{"index", index}, {"alias", alias}};
  if (std::string_view(action) == "remove") {
    body["must_exist"] = true;
  }
  return Json{{action, body}};
}

}  // namespace

Result<std::string> IndexAdmin::Call(std::string_view what, const HttpRequest& request) {
  CARTWRIGHT_ASSIGN(HttpResponse response, transport_.Perform(request));
  if (response.status < 200 || response.status >= 300) {
    return ErrorOfResponse(what, response);
  }
  if (!IsJson(response)) {
    return Unexpected(what, response.body);
  }
  return std::move(response.body);
}

std::string IndexAdmin::ForServer(const std::string& body_json) const {
  return transport_.server() == nullptr ? body_json : InDialect(*transport_.server(), body_json);
}

Status IndexAdmin::CreateIndex(const std::string& name, const std::string& body_json) {
  const std::string what = About("create index", name);
  CARTWRIGHT_ASSIGN(const std::string body,
                    Call(what, {"PUT", IndexPath(name), ForServer(body_json), ""}));
  return CheckAcknowledged(what, body);
}

Status IndexAdmin::DeleteIndex(const std::string& name) {
  const std::string what = About("delete index", name);
  CARTWRIGHT_ASSIGN(const std::string body, Call(what, {"DELETE", IndexPath(name), "", ""}));
  return CheckAcknowledged(what, body);
}

Result<bool> IndexAdmin::IndexExists(const std::string& name) {
  CARTWRIGHT_ASSIGN(const HttpResponse response,
                    transport_.Perform({"HEAD", IndexPath(name), "", ""}));
  if (response.status == 200 || response.status == 404) {
    return response.status == 200;
  }
  return ErrorOfResponse(About("look for index", name), response);
}

Result<std::vector<std::string>> IndexAdmin::ListIndices(const std::string& pattern) {
  const std::string path = IndexPath(pattern) + "/_alias?expand_wildcards=open,closed";
  CARTWRIGHT_ASSIGN(const HttpResponse response, transport_.Perform({"GET", path, "", ""}));
  const Json json = Parse(response.body);
  if (response.status == 404 &&
      ParseServerError(response.body).type == "index_not_found_exception") {
    return std::vector<std::string>{};
  }
  if (response.status != 200) {
    return ErrorOfResponse(About("list indices", pattern), response);
  }
  return json.is_object() ? Result(SortedKeys(json))
                          : Unexpected(About("list indices", pattern), response.body);
}

Result<std::vector<std::string>> IndexAdmin::AliasTargets(const std::string& alias) {
  const std::string what = About("look up alias", alias);
  CARTWRIGHT_ASSIGN(const HttpResponse response,
                    transport_.Perform({"GET", "/_alias/" + EscapeUrl(alias), "", ""}));
  if (response.status == 404 && IsJson(response)) {
    return std::vector<std::string>{};
  }
  if (response.status != 200) {
    return ErrorOfResponse(what, response);
  }
  const Json json = Parse(response.body);
  return json.is_object() ? Result(SortedKeys(json)) : Unexpected(what, response.body);
}

Status IndexAdmin::SwapAliases(const std::vector<AliasSwap>& swaps) {
  std::string what;
  Json actions = Json::array();
  for (const AliasSwap& swap : swaps) {
    what += fmt::format("{} alias \"{}\" at \"{}\"", what.empty() ? "cannot point" : ",",
                        swap.alias, swap.add);
    for (const std::string& index : swap.remove) {
      actions.push_back(AliasAction("remove", index, swap.alias));
    }
    actions.push_back(AliasAction("add", swap.add, swap.alias));
  }
  const std::string request = Dump(Json{{"actions", actions}});
  CARTWRIGHT_ASSIGN(const std::string body, Call(what, {"POST", "/_aliases", request, ""}));
  return CheckAcknowledged(what, body);
}

Result<std::string> IndexAdmin::GetMapping(const std::string& name) {
  const std::string what = About("get the mapping of", name);
  CARTWRIGHT_ASSIGN(const std::string body,
                    Call(what, {"GET", IndexPath(name) + "/_mapping", "", ""}));
  const Json json = Parse(body);
  if (!json.is_object()) {
    return Unexpected(what, body);
  }
  if (json.size() != 1) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("{}: the name stands for {} indices, not one", what, json.size())};
  }
  const Json mapping = At(json.begin().value(), "/mappings");
  return mapping.is_object() ? Result(Dump(mapping)) : Unexpected(what, body);
}

Status IndexAdmin::PutMapping(const std::string& name, const std::string& mapping_json) {
  const std::string what = About("change the mapping of", name);
  CARTWRIGHT_ASSIGN(const std::string body, Call(what, {"PUT", IndexPath(name) + "/_mapping",
                                                        ForServer(mapping_json), ""}));
  return CheckAcknowledged(what, body);
}

Status IndexAdmin::PutSettings(const std::string& name, const std::string& settings_json) {
  const std::string what = About("change the settings of", name);
  CARTWRIGHT_ASSIGN(const std::string body, Call(what, {"PUT", IndexPath(name) + "/_settings",
                                                        ForServer(settings_json), ""}));
  return CheckAcknowledged(what, body);
}

Result<std::string> IndexAdmin::GetSettings(const std::string& name) {
  const std::string what = About("get the settings of", name);
  CARTWRIGHT_ASSIGN(const std::string body,
                    Call(what, {"GET", IndexPath(name) + "/_settings?flat_settings=true", "", ""}));
  const Json settings = At(Parse(body), ("/" + name + "/settings").c_str());
  return settings.is_object() ? Result(Dump(settings)) : Unexpected(what, body);
}

Result<std::string> IndexAdmin::GetIndexMeta(const std::string& name) {
  CARTWRIGHT_ASSIGN(const std::string mapping, GetMapping(name));
  const Json meta = At(Parse(mapping), "/_meta");
  return meta.is_object() ? Dump(meta) : std::string("{}");
}

Status IndexAdmin::Refresh(const std::string& name) {
  const std::string what = About("refresh", name);
  CARTWRIGHT_ASSIGN(const std::string body,
                    Call(what, {"POST", IndexPath(name) + "/_refresh", "", ""}));
  return CheckShards(what, Parse(body));
}

Result<std::int64_t> IndexAdmin::Count(const std::string& name, const std::string& query_json) {
  const std::string what = About("count documents of", name);
  const std::string query =
      query_json.empty() ? std::string() : fmt::format(R"({{"query":{}}})", query_json);
  CARTWRIGHT_ASSIGN(const std::string body,
                    Call(what, {"POST", IndexPath(name) + "/_count", query, ""}));
  const Json json = Parse(body);
  // With shards lost _count answers 200 and a partial number.
  CARTWRIGHT_TRY(CheckShards(what, json));
  const Json count = At(json, "/count");
  return count.is_number_integer() ? Result(count.get<std::int64_t>()) : Unexpected(what, body);
}

Result<std::int64_t> IndexAdmin::DataNodes() {
  constexpr std::string_view kWhat = "cannot ask for the cluster's health";
  CARTWRIGHT_ASSIGN(const std::string body, Call(kWhat, {"GET", "/_cluster/health", "", ""}));
  const Json nodes = At(Parse(body), "/number_of_data_nodes");
  return nodes.is_number_integer() ? Result(nodes.get<std::int64_t>()) : Unexpected(kWhat, body);
}

Status IndexAdmin::WaitForHealth(const std::string& name, const std::string& status,
                                 std::chrono::seconds timeout) {
  if (transport_.server() != nullptr && transport_.server()->is_serverless) {
    return {};  // It has no such call: an index there is ready once it was created.
  }
  const std::string path = fmt::format("/_cluster/health{}?wait_for_status={}&timeout={}s",
                                       IndexPath(name), EscapeUrl(status), timeout.count());
  CARTWRIGHT_ASSIGN(const HttpResponse response, transport_.Perform({"GET", path, "", ""}));
  const std::string what = fmt::format("index \"{}\" did not become {}", name, status);
  const Json json = Parse(response.body);
  if (response.status == 408 || At(json, "/timed_out") == Json(true)) {
    return Error{ErrorKind::kUnavailable,
                 fmt::format("{} within {} s, it is {}; check the cluster's nodes and disks", what,
                             timeout.count(), TextAt(json, "/status"))};
  }
  return response.status == 200 ? Status{} : ErrorOfResponse(what, response);
}

Result<std::optional<std::string>> IndexAdmin::GetDocument(const std::string& index,
                                                           const std::string& id) {
  const std::string what = fmt::format("cannot get document \"{}\" of \"{}\"", id, index);
  const std::string path = IndexPath(index) + "/_source/" + EscapeUrl(id);
  CARTWRIGHT_ASSIGN(HttpResponse response, transport_.Perform({"GET", path, "", ""}));
  if (response.status == 404 &&
      ParseServerError(response.body).type == "resource_not_found_exception") {
    return std::optional<std::string>{};
  }
  if (response.status != 200) {
    return ErrorOfResponse(what, response);
  }
  return std::optional<std::string>{std::move(response.body)};
}

}  // namespace cartwright
