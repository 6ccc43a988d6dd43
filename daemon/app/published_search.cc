#include "daemon/app/published_search.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

bool IsWanted(const SearchTarget& target, const SearchRequest& request) {
  return !request.kind || *request.kind == target.kind;
}

/// Adds the hits of one kind to the result. Returns whether their index is there.
Result<bool> SearchTargetOf(const Shop& shop, Transport& transport, const SearchTarget& target,
                            const SearchRequest& request, SearchResult& result) {
  const std::string alias =
      shop.Alias(target.report_name.empty() ? "customer-values" : "report-rows-latest");
  CARTWRIGHT_ASSIGN(
      const HttpResponse response,
      transport.Perform({"POST",
                         "/" + EscapeUrl(alias) + "/_search?allow_partial_search_results=false",
                         SearchBody(target, request.text, request.limit), ""}));
  if (response.status == 404) {
    return false;
  }
  const Json json = Json::parse(response.body, nullptr, false);
  if (response.status != 200 || !json.is_object() || json.value("timed_out", true)) {
    return ErrorOfResponse(fmt::format("cannot search {}", alias), response);
  }
  for (const Json& hit : json["hits"]["hits"]) {
    std::optional<SearchHit> read = ReadSearchHit(target, request.text, hit["_source"].dump());
    if (read) {
      result.hits.push_back(*std::move(read));
    }
  }
  result.found[static_cast<std::size_t>(target.kind)] =
      json["hits"]["total"].value("value", std::int64_t{0});
  return true;
}

/// Calls `visit` with each line of a file.
Status ForEachLine(const std::filesystem::path& path,
                   const std::function<void(const std::string&)>& visit) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return Error{ErrorKind::kUsage,
                 fmt::format("cannot read {}: --from takes the folder that once --offline wrote",
                             path.string())};
  }
  for (std::string line; std::getline(stream, line);) {
    visit(line);
  }
  return {};
}

/// Whether a row document is of the whole shop and of the target's report.
bool IsRowOf(const SearchTarget& target, const std::string& line) {
  // Most rows are of other reports: they are known without reading them as JSON.
  if (line.find(target.type) == std::string::npos) {
    return false;
  }
  const Json row = Json::parse(line, nullptr, false);
  return row.is_object() && row.value("report_name", "") == target.report_name &&
         row.value("type", "") == target.type && !row.contains("variant") &&
         !row.contains("report_dimension_name");
}

/// Keeps the document when its name answers the text.
void Consider(const SearchTarget& target, const std::string& text, const std::string& document,
              std::vector<SearchHit>& hits) {
  std::optional<SearchHit> hit = ReadSearchHit(target, text, document);
  if (hit && MatchName(text, hit->name)) {
    hits.push_back(*std::move(hit));
  }
}

}  // namespace

Result<SearchResult> SearchPublished(const Shop& shop, const SearchRequest& request) {
  CARTWRIGHT_ASSIGN(const std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic("search")));
  SearchResult result;
  result.text = request.text;
  bool any = false;
  for (const SearchTarget& target : SearchTargets()) {
    if (IsWanted(target, request)) {
      CARTWRIGHT_ASSIGN(const bool is_there,
                        SearchTargetOf(shop, *transport, target, request, result));
      any = any || is_there;
    }
  }
  if (!any) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("there is nothing to search yet (no index {}); run cartwright once",
                             shop.Alias("report-rows-latest"))};
  }
  return result;
}

Result<SearchResult> SearchFiles(const std::string& place, const SearchRequest& request) {
  std::filesystem::path folder(place);
  if (!std::filesystem::is_directory(folder)) {
    folder = folder.parent_path();
  }
  std::vector<SearchHit> hits;
  CARTWRIGHT_TRY(ForEachLine(folder / "report-rows.ndjson", [&](const std::string& line) {
    for (const SearchTarget& target : SearchTargets()) {
      if (IsWanted(target, request) && !target.report_name.empty() && IsRowOf(target, line)) {
        Consider(target, request.text, line, hits);
      }
    }
  }));
  const SearchTarget& customers = SearchTargets()[static_cast<std::size_t>(SearchKind::kCustomer)];
  if (IsWanted(customers, request)) {
    CARTWRIGHT_TRY(ForEachLine(folder / "customer-values.ndjson", [&](const std::string& line) {
      Consider(customers, request.text, line, hits);
    }));
  }
  return RankHits(request.text, std::move(hits), request.limit);
}

}  // namespace cartwright
