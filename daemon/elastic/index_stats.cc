#include "daemon/elastic/index_stats.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/elastic/server_error.h"

namespace cartwright {

Result<IndexStats> ReadIndexStats(Transport& transport, const std::string& index) {
  using Json = nlohmann::json;
  const std::string what = fmt::format("cannot read the statistics of \"{}\"", index);
  const std::string path = fmt::format("/{}/_stats/docs,store?level=shards", EscapeUrl(index));
  CARTWRIGHT_ASSIGN(const HttpResponse response, transport.Perform({"GET", path, "", ""}));
  const Json json = Json::parse(response.body, nullptr, false);
  if (response.status != 200 || !json.is_object()) {
    return ErrorOfResponse(what, response);
  }
  const Json indices = json.value("indices", Json::object());
  if (json.value("/_shards/failed"_json_pointer, std::int64_t{-1}) != 0 || indices.size() != 1) {
    return Error{ErrorKind::kUnavailable,
                 fmt::format("{}: the answer is not whole: {}", what, OneLine(response.body, 200))};
  }
  const Json& stats = indices.begin().value();
  IndexStats result;
  result.documents = stats.value("/primaries/docs/count"_json_pointer, std::int64_t{0});
  result.store_bytes = stats.value("/primaries/store/size_in_bytes"_json_pointer, std::int64_t{0});
  const Json shards = stats.value("shards", Json::object());
  for (const auto& [number, copies] : shards.items()) {
    for (const Json& copy : copies) {
      if (copy.value("/routing/primary"_json_pointer, false)) {
        result.last_writes += fmt::format(
            "{}:{} ", number, copy.value("/seq_no/max_seq_no"_json_pointer, std::int64_t{-2}));
      }
    }
  }
  return result;
}

}  // namespace cartwright
