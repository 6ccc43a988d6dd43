#include "daemon/elastic/content_tally.h"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "daemon/base/hash.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSampleSize = 200;
/// Of larger documents (whole reports) the hash is kept.
constexpr std::size_t kLargestKept = 16'384;
/// Above it a double no longer tells neighbouring minor units apart, whatever was summed.
constexpr double kLargestExact = 4503599627370496.0;  // 2^52
constexpr std::size_t kMonthLength = 7;               // "2024-01"

std::uint64_t RankOf(std::string_view id) {
  return std::stoull(HashHex(id).substr(0, 16), nullptr, 16);
}

// Makes whole numbers integers: 3.0 and 3 are the same to a reader.
void UnifyNumbers(Json& value) {
  if (value.is_structured()) {
    for (Json& part : value) {
      UnifyNumbers(part);
    }
  } else if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::abs(number) < kLargestExact && std::trunc(number) == number) {
      value = static_cast<std::int64_t>(number);
    }
  }
}

// The same text for the same content, however its numbers and members were written.
std::string Canonical(Json document) {
  UnifyNumbers(document);
  std::string text = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > kLargestKept ? "hash " + HashHex(text) : text;
}

std::optional<std::int64_t> ToMinor(double amount, int exponent) {
  const double minor = std::round(amount * std::pow(10.0, exponent));
  if (!(std::abs(minor) < kLargestExact)) {
    return {};
  }
  return static_cast<std::int64_t>(minor);
}

Error Differs(const std::string& index, std::string_view what) {
  return Error{ErrorKind::kPermanent,
               fmt::format("{} does not hold what was written to it: {}", index, what)};
}

std::string FirstDifference(const Json& there, const std::string& wanted_text) {
  const Json wanted = Json::parse(wanted_text, nullptr, false);
  if (!wanted.is_object()) {
    return "the document has another hash";
  }
  const Json patch = Json::diff(wanted, there);
  const std::string path = patch.empty() ? std::string() : patch[0].value("path", "");
  const Json::json_pointer at(path);
  const auto text = [&at](const Json& json) {
    return json.contains(at) ? OneLine(json.at(at).dump(), 100) : std::string("nothing");
  };
  return fmt::format("{} is {}, not {}", path, text(there), text(wanted));
}

/// Sends a search or a multi-get. Errors: kUnavailable when the answer is not whole.
Result<Json> Ask(Transport& transport, const std::string& index, const std::string& path,
                 const Json& body) {
  const std::string what = fmt::format("cannot verify \"{}\"", index);
  CARTWRIGHT_ASSIGN(const HttpResponse response,
                    transport.Perform({"POST", "/" + EscapeUrl(index) + path, body.dump(), ""}));
  if (response.status != 200) {
    return ErrorOfResponse(what, response);
  }
  Json json = Json::parse(response.body, nullptr, false);
  const bool search = json.is_object() && json.contains("hits");
  if (!json.is_object() ||
      (search && (json.value("timed_out", true) ||
                  json.value("/_shards/failed"_json_pointer, std::int64_t{-1}) != 0))) {
    return Error{ErrorKind::kUnavailable,
                 fmt::format("{}: the answer is not whole: {}", what, OneLine(response.body, 200))};
  }
  return json;
}

}  // namespace

ContentTally::ContentTally(TallyFields fields)
    : fields_(std::move(fields)), parser_(std::make_shared<AnswerParser>()) {}

Status ContentTally::Count(std::string_view source, int sign) {
  simdjson::dom::element document;
  if (parser_->Parse(std::string(source)).get(document) != simdjson::SUCCESS ||
      !document.is_object()) {
    return Error{ErrorKind::kData, fmt::format("not a JSON object: {}", OneLine(source, 200))};
  }
  documents_ += sign;
  if (fields_.date.empty()) {
    return {};
  }
  Month& month = months_[std::string(TextIn(document, fields_.date).substr(0, kMonthLength))];
  month.documents += sign;
  month.sums.resize(fields_.amounts.size());
  for (std::size_t i = 0; i < fields_.amounts.size(); ++i) {
    const auto value = document[fields_.amounts[i]];
    double amount = 0;
    if (value.error() == simdjson::NO_SUCH_FIELD) {
      continue;
    }
    const std::optional<std::int64_t> minor =
        value.get(amount) == simdjson::SUCCESS ? ToMinor(amount, fields_.exponent) : std::nullopt;
    if (!minor) {
      return Error{ErrorKind::kData, fmt::format("{} is no number of its form in {}",
                                                 fields_.amounts[i], OneLine(source, 200))};
    }
    month.sums[i] += sign * *minor;
  }
  return {};
}

Status ContentTally::Add(std::string_view id, std::int64_t version, std::string_view source) {
  CARTWRIGHT_TRY(Count(source, 1));
  const std::uint64_t rank = RankOf(id);
  if (sample_.size() < kSampleSize || rank < sample_.rbegin()->first) {
    sample_[rank] = {std::string(id), version, Canonical(Json::parse(source))};
    if (sample_.size() > kSampleSize) {
      sample_.erase(std::prev(sample_.end()));
    }
  }
  return {};
}

Status ContentTally::Remove(std::string_view id, std::string_view source) {
  sample_.erase(RankOf(id));
  return Count(source, -1);
}

std::string ContentTally::ToJson() const {
  Json json{{"documents", documents_}, {"months", Json::object()}, {"sample", Json::array()}};
  for (const auto& [name, month] : months_) {
    json["months"][name] = {{"documents", month.documents}, {"sums", month.sums}};
  }
  for (const auto& [rank, sample] : sample_) {
    json["sample"].push_back({sample.id, sample.version, sample.source});
  }
  return json.dump();
}

Result<ContentTally> ContentTally::FromJson(std::string_view text, TallyFields fields) {
  ContentTally tally(std::move(fields));
  try {
    const Json json = Json::parse(text);
    tally.documents_ = json.at("documents");
    for (const auto& [name, month] : json.at("months").items()) {
      tally.months_[name] = {month.at("documents"), month.at("sums")};
    }
    for (const Json& sample : json.at("sample")) {
      const std::string id = sample.at(0);
      tally.sample_[RankOf(id)] = {id, sample.at(1), sample.at(2)};
    }
  } catch (const Json::exception& exception) {
    return Error{ErrorKind::kPermanent,
                 fmt::format("the reindex journal is damaged: {}", exception.what())};
  }
  return tally;
}

Status ContentTally::Verify(Transport& transport, const std::string& index) const {
  CARTWRIGHT_TRY(VerifyMonths(transport, index));
  return VerifySample(transport, index);
}

Status ContentTally::VerifyMonths(Transport& transport, const std::string& index) const {
  Json body{{"size", 0}, {"track_total_hits", true}};
  if (!fields_.date.empty()) {
    Json& months = body["aggs"]["months"];
    months["date_histogram"] = {{"field", fields_.date},
                                {"calendar_interval", "month"},
                                {"format", "yyyy-MM"},
                                {"min_doc_count", 1}};
    for (std::size_t i = 0; i < fields_.amounts.size(); ++i) {
      months["aggs"]["sum" + std::to_string(i)] = {{"sum", {{"field", fields_.amounts[i]}}}};
    }
  }
  CARTWRIGHT_ASSIGN(const Json answer,
                    Ask(transport, index, "/_search?allow_partial_search_results=false", body));
  const auto total = answer.value("/hits/total/value"_json_pointer, std::int64_t{-1});
  if (total != documents_) {
    return Differs(index, fmt::format("{} documents, not {}", total, documents_));
  }
  Months there;
  for (const Json& bucket :
       answer.value("/aggregations/months/buckets"_json_pointer, Json::array())) {
    Month& month = there[bucket.at("key_as_string").get<std::string>()];
    month.documents = bucket.at("doc_count");
    for (std::size_t i = 0; i < fields_.amounts.size(); ++i) {
      const double sum = bucket.at("sum" + std::to_string(i)).at("value");
      month.sums.push_back(ToMinor(sum, fields_.exponent).value_or(INT64_MAX));
    }
  }
  return CompareMonths(index, there);
}

Status ContentTally::CompareMonths(const std::string& index, const Months& there) const {
  for (const auto& [name, month] : months_) {
    const auto found = there.find(name);
    const Month has = found == there.end() ? Month{} : found->second;
    // Documents without a date are in no bucket; the total has counted them.
    if (name.empty() || month.documents == 0) {
      continue;
    }
    if (has.documents != month.documents) {
      return Differs(
          index, fmt::format("{} documents of {}, not {}", has.documents, name, month.documents));
    }
    for (std::size_t i = 0; i < fields_.amounts.size(); ++i) {
      if (has.sums[i] != month.sums[i]) {
        return Differs(index, fmt::format("{} of {} sums up to {} minor units, not {}",
                                          fields_.amounts[i], name, has.sums[i], month.sums[i]));
      }
    }
  }
  return {};
}

Status ContentTally::VerifySample(Transport& transport, const std::string& index) const {
  Json ids = Json::array();
  std::vector<const Sample*> asked;
  for (const auto& [rank, sample] : sample_) {
    ids.push_back(sample.id);
    asked.push_back(&sample);
  }
  if (ids.empty()) {
    return {};
  }
  CARTWRIGHT_ASSIGN(const Json answer, Ask(transport, index, "/_mget", Json{{"ids", ids}}));
  const Json documents = answer.value("docs", Json::array());
  if (documents.size() != asked.size()) {
    return Error{ErrorKind::kUnavailable,
                 fmt::format("cannot verify \"{}\": {} documents came, not {}", index,
                             documents.size(), asked.size())};
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const Json& there = documents[i];
    const Sample& wanted = *asked[i];
    if (there.value("_id", "") != wanted.id || !there.value("found", false)) {
      return Differs(index, fmt::format("the document \"{}\" is not there", wanted.id));
    }
    if (there.value("_version", std::int64_t{0}) != wanted.version) {
      return Differs(index, fmt::format("the document \"{}\" has the version {}, not {}", wanted.id,
                                        there.value("_version", std::int64_t{0}), wanted.version));
    }
    if (Canonical(there.at("_source")) != wanted.source) {
      return Differs(index, fmt::format("of the document \"{}\" {}", wanted.id,
                                        FirstDifference(there.at("_source"), wanted.source)));
    }
  }
  return {};
}

}  // namespace cartwright
