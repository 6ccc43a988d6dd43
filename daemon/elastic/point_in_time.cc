#include "daemon/elastic/point_in_time.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "daemon/base/json_writer.h"
#include "daemon/elastic/answer.h"
#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/server_error.h"
#include "daemon/elastic/server_info.h"

namespace cartwright {
namespace {

constexpr int kPageLimit = 10'000;
constexpr std::int64_t kMissing = -1;

struct Slice {
  int number = 0;
  std::string search_after;   // JSON of the last hit's sort values; empty before the first page.
  std::uint64_t request = 0;  // Of the transport; 0 = none on its way.
  AnswerParser parser;        // Its own, so that a page outlives the start of the next request.
};

// The parts of a search that ask for one slice's next page.
void AppendPage(JsonWriter& json, const ReadRequest& request, const Slice& slice) {
  json.Key("sort");
  json.BeginArray();
  json.BeginObject();
  json.Key(request.sort_field);
  json.String("asc");
  json.EndObject();
  json.EndArray();
  if (!request.source_fields.empty()) {
    json.Key("_source");
    json.BeginArray();
    for (const std::string& field : request.source_fields) {
      json.String(field);
    }
    json.EndArray();
  }
  if (request.versions) {
    json.Key("version");
    json.Bool(true);
  }
  if (request.slices > 1) {
    json.Key("slice");
    json.BeginObject();
    json.Key("id");
    json.Integer(slice.number);
    json.Key("max");
    json.Integer(request.slices);
    json.EndObject();
  }
  if (!slice.search_after.empty()) {
    json.Key("search_after");
    json.Raw(slice.search_after);
  }
}

// A point in time on the server, and one reading of it.
class Reading {
 public:
  Reading(Transport& transport, const ServerInfo& server, ReadRequest request,
          const PageDecoder& decode)
      : transport_(transport), server_(server), request_(std::move(request)), decode_(decode) {}
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  Status Open();
  /// The number of matching documents, in one unsliced request.
  Result<std::int64_t> CountAll();
  Result<std::int64_t> ReadAll();

 private:
  struct Arrival {
    Slice* slice;
    Exchange exchange;
  };

  Error Failure(std::string_view what) const;
  Status SortByStorage(std::int64_t shards_of_view);
  std::string SearchBody(const Slice* slice) const;
  HttpRequest SearchRequest(const Slice* slice) const;
  void Ask(Slice& slice);
  Status Take(Arrival arrival);
  Status Wait();
  Result<simdjson::dom::element> CheckPage(AnswerParser& parser, HttpResponse response);
  Status Advance(Slice& slice, simdjson::dom::array hits);

  Transport& transport_;
  const ServerInfo& server_;
  ReadRequest request_;  // With the sort field and the number of slices that are really used.
  const PageDecoder& decode_;
  std::string pit_id_;
  std::vector<std::unique_ptr<Slice>> slices_;
  std::deque<Arrival> arrived_;
  std::int64_t hits_ = 0;
};

Reading::~Reading() {
  for (const auto& slice : slices_) {
    transport_.Cancel(slice->request);
  }
  if (!pit_id_.empty()) {
    std::string body;
    JsonWriter json(body);
    json.BeginObject();
    if (server_.has_opensearch_views) {
      json.Key("pit_id");
      json.BeginArray();
      json.String(pit_id_);
      json.EndArray();
    } else {
      json.Key("id");
      json.String(pit_id_);
    }
    json.EndObject();
    // Best effort: where this fails too, the view ends with its keep-alive.
    const char* path = server_.has_opensearch_views ? "/_search/point_in_time" : "/_pit";
    (void)transport_.Perform({"DELETE", path, body, ""});
  }
}

Error Reading::Failure(std::string_view what) const {
  return Error{ErrorKind::kUnavailable,
               fmt::format("cannot read \"{}\" whole: {}; nothing read may be used, run again",
                           request_.index, what)};
}

Status Reading::Open() {
  const std::string path =
      fmt::format("/{}/{}?keep_alive={}", EscapeUrl(request_.index),
                  server_.has_opensearch_views ? "_search/point_in_time" : "_pit",
                  EscapeUrl(request_.keep_alive));
  CARTWRIGHT_ASSIGN(HttpResponse response, transport_.Perform({"POST", path, "", ""}));
  if (response.status != 200) {
    return ErrorOfResponse(fmt::format("cannot open a view of \"{}\"", request_.index), response);
  }
  AnswerParser parser;
  const auto root = parser.Parse(std::move(response.body));
  std::string_view id;
  if (root[server_.has_opensearch_views ? "pit_id" : "id"].get(id) != simdjson::SUCCESS) {
    return Failure("the answer to opening a view has no id");
  }
  pit_id_ = id;
  if (!request_.sort_field.empty()) {
    return {};
  }
  const auto shards = root["_shards"]["total"].get_int64();
  return SortByStorage(shards.error() == simdjson::SUCCESS ? shards.value_unsafe() : kMissing);
}

// The order of storage needs a key that is unique in what one search covers. `_shard_doc` is that
// in the whole view. `_doc`, all that older OpenSearch has, is unique in one shard: with as many
// slices as the index has shards each slice is exactly one shard, and costs no filter either.
Status Reading::SortByStorage(std::int64_t shards_of_view) {
  if (server_.has_shard_doc_sort) {
    request_.sort_field = "_shard_doc";
    return {};
  }
  const std::string path = fmt::format("/{}/_settings/index.number_of_shards?flat_settings=true",
                                       EscapeUrl(request_.index));
  CARTWRIGHT_ASSIGN(HttpResponse response, transport_.Perform({"GET", path, "", ""}));
  if (response.status != 200) {
    return ErrorOfResponse(fmt::format("cannot ask for the shards of \"{}\"", request_.index),
                           response);
  }
  AnswerParser parser;
  simdjson::dom::object indices;
  if (parser.Parse(std::move(response.body)).get(indices) != simdjson::SUCCESS) {
    return Failure("the answer about its shards is not a JSON object");
  }
  if (indices.size() != 1) {
    return Error{
        ErrorKind::kPermanent,
        fmt::format("cannot read \"{}\": it stands for {} indices, and OpenSearch before "
                    "3.3 reads only one at a time in the order of storage; name one index, "
                    "or upgrade OpenSearch",
                    request_.index, indices.size())};
  }
  const simdjson::dom::element index = (*indices.begin()).value;
  const std::string_view shards = TextIn(index["settings"], "index.number_of_shards");
  // Another number means that the alias has moved between the two requests.
  if (shards != std::to_string(shards_of_view)) {
    return Failure(fmt::format("its view has {} shards, its index {}", shards_of_view, shards));
  }
  request_.sort_field = "_doc";
  request_.slices = static_cast<int>(shards_of_view);
  return {};
}

std::string Reading::SearchBody(const Slice* slice) const {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("pit");
  json.BeginObject();
  json.Key("id");
  json.String(pit_id_);
  json.Key("keep_alive");
  json.String(request_.keep_alive);
  json.EndObject();
  json.Key("track_total_hits");
  json.Bool(slice == nullptr);
  json.Key("size");
  json.Integer(slice == nullptr ? 0 : request_.page_size);
  if (!request_.query_json.empty()) {
    json.Key("query");
    json.Raw(request_.query_json);
  }
  if (slice != nullptr) {
    AppendPage(json, request_, *slice);
  }
  json.EndObject();
  return body;
}

HttpRequest Reading::SearchRequest(const Slice* slice) const {
  return {"POST", "/_search?allow_partial_search_results=false", SearchBody(slice), ""};
}

// Whole or refused: a page that timed out or misses a shard looks like any other but is short.
Result<simdjson::dom::element> Reading::CheckPage(AnswerParser& parser, HttpResponse response) {
  if (response.status == 404) {
    return Failure("the view expired between two pages (" +
                   Describe(404, ParseServerError(response.body)) + ")");
  }
  if (response.status != 200) {
    return ErrorOfResponse(fmt::format("cannot search \"{}\"", request_.index), response);
  }
  simdjson::dom::element root;
  if (parser.Parse(std::move(response.body)).get(root) != simdjson::SUCCESS) {
    return Failure("an answer is not a whole JSON document");
  }
  bool timed_out = true;
  std::int64_t failed = kMissing;
  if (root["timed_out"].get(timed_out) != simdjson::SUCCESS || timed_out) {
    return Failure("the search timed out inside the server");
  }
  if (root["_shards"]["failed"].get(failed) != simdjson::SUCCESS || failed != 0) {
    return Failure(fmt::format("{} shards failed", failed == kMissing ? 0 : failed));
  }
  std::string_view newest;
  if (root["pit_id"].get(newest) == simdjson::SUCCESS) {
    pit_id_ = newest;
  }
  return root;
}

Result<std::int64_t> Reading::CountAll() {
  CARTWRIGHT_ASSIGN(HttpResponse response, transport_.Perform(SearchRequest(nullptr)));
  AnswerParser parser;
  CARTWRIGHT_ASSIGN(const simdjson::dom::element root, CheckPage(parser, std::move(response)));
  std::int64_t total = 0;
  if (root["hits"]["total"]["value"].get(total) != simdjson::SUCCESS) {
    return Failure("an answer has no total");
  }
  return total;
}

void Reading::Ask(Slice& slice) {
  slice.request = transport_.Start(SearchRequest(&slice), [this, &slice](Exchange exchange) {
    slice.request = 0;
    arrived_.push_back({&slice, std::move(exchange)});
  });
}

// Remembers where the next page starts and asks for it, so that the server works while we decode.
Status Reading::Advance(Slice& slice, simdjson::dom::array hits) {
  const auto size = hits.size();
  hits_ += static_cast<std::int64_t>(size);
  if (size < static_cast<std::size_t>(request_.page_size)) {
    return {};
  }
  simdjson::dom::element sort;
  if (hits.at(size - 1)["sort"].get(sort) != simdjson::SUCCESS) {
    return Failure("a hit has no sort values");
  }
  slice.search_after = simdjson::minify(sort);
  Ask(slice);
  return {};
}

Status Reading::Take(Arrival arrival) {
  Slice& slice = *arrival.slice;
  if (!arrival.exchange.response) {
    return arrival.exchange.error;
  }
  CARTWRIGHT_ASSIGN(const simdjson::dom::element root,
                    CheckPage(slice.parser, *std::move(arrival.exchange.response)));
  simdjson::dom::array hits;
  if (root["hits"]["hits"].get(hits) != simdjson::SUCCESS) {
    return Failure("an answer has no hits");
  }
  CARTWRIGHT_TRY(Advance(slice, hits));
  return hits.size() == 0 ? Status{} : decode_(HitPage(hits, slice.number));
}

Status Reading::Wait() {
  constexpr std::chrono::milliseconds kBetweenLooks{200};
  transport_.Poll(kBetweenLooks);
  if (transport_.stopped()) {
    return Error{ErrorKind::kCancelled,
                 fmt::format("stopped while reading \"{}\"", request_.index)};
  }
  return request_.waiting ? request_.waiting() : Status{};
}

Result<std::int64_t> Reading::ReadAll() {
  for (int i = 0; i < request_.slices; ++i) {
    slices_.push_back(std::make_unique<Slice>());
    slices_.back()->number = i;
    Ask(*slices_.back());
  }
  const auto busy = [this] {
    return std::any_of(slices_.begin(), slices_.end(),
                       [](const auto& slice) { return slice->request != 0; });
  };
  while (busy() || !arrived_.empty()) {
    if (arrived_.empty()) {
      CARTWRIGHT_TRY(Wait());
      continue;
    }
    Arrival arrival = std::move(arrived_.front());
    arrived_.pop_front();
    CARTWRIGHT_TRY(Take(std::move(arrival)));
  }
  return hits_;
}

}  // namespace

Result<std::int64_t> ReadPointInTime(Transport& transport, const ReadRequest& request,
                                     const PageDecoder& decode) {
  if (request.page_size < 1 || request.page_size > kPageLimit || request.slices < 1) {
    return Error{
        ErrorKind::kConfig,
        fmt::format("reading \"{}\" needs 1..{} hits a page and at least one slice, not {} "
                    "and {}",
                    request.index, kPageLimit, request.page_size, request.slices)};
  }
  CARTWRIGHT_ASSIGN(const ServerInfo server, ProbeServer(transport));
  Reading reading(transport, server, request, decode);
  CARTWRIGHT_TRY(reading.Open());
  CARTWRIGHT_ASSIGN(const std::int64_t expected, reading.CountAll());
  CARTWRIGHT_ASSIGN(const std::int64_t read, reading.ReadAll());
  if (read != expected) {
    return Error{
        ErrorKind::kUnavailable,
        fmt::format("cannot read \"{}\" whole: {} documents came, the server counted {} in "
                    "the same view; nothing read may be used, run again",
                    request.index, read, expected)};
  }
  return read;
}

}  // namespace cartwright
