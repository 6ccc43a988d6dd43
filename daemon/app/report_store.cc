#include "daemon/app/report_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "daemon/elastic/index_admin.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

/// Elasticsearch's own limit of one search without paging.
constexpr int kMostHeads = 10'000;

/// The text at `name`, empty when there is none of that type.
std::string TextAt(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The whole number at `name`.
std::optional<std::int64_t> NumberAt(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer()
             ? std::optional(found->get<std::int64_t>())
             : std::nullopt;
}

/// What a document says of itself; what is not of the contract's form is left empty.
ReportHead ReadHead(std::string id, const Json& source) {
  ReportHead head;
  head.id = std::move(id);
  const auto found = source.find("report_types");
  const Json types = found != source.end() && found->is_object() ? *found : Json::object();
  head.key.report_name = TextAt(source, "report_name");
  head.key.type = TextAt(types, "type");
  head.key.time_period = TextAt(types, "time_period");
  head.key.from = NumberAt(types, "from");
  head.key.to = NumberAt(types, "to");
  head.key.partition = NumberAt(types, "partition");
  head.key.abtest_type = TextAt(types, "abtest_type");
  head.key.variant = TextAt(source, "variant");
  head.key.dimension_name = TextAt(source, "dimension_name");
  head.key.dimension_value = TextAt(source, "dimension_value");
  head.report_date = TextAt(source, "report_date");
  head.status = TextAt(source, "status");
  head.row_count = NumberAt(source, "row_count").value_or(0);
  return head;
}

/// `clv` finds clv_prediction: an analysis's name is the beginning of its report's name.
bool NameMatches(const std::string& report_name, const std::string& asked) {
  return asked.empty() || report_name == asked || report_name.starts_with(asked + "_");
}

bool Matches(const ReportHead& head, const ReportsOptions& options) {
  const auto equal_or_any = [](const std::string& value, const std::string& asked) {
    return asked.empty() || value == asked;
  };
  const std::string dimension = head.key.dimension_name.empty()
                                    ? std::string()
                                    : head.key.dimension_name + "=" + head.key.dimension_value;
  const std::string date = options.report_date == "latest" ? std::string() : options.report_date;
  return NameMatches(head.key.report_name, options.name) &&
         equal_or_any(head.key.type, options.type) &&
         equal_or_any(head.key.time_period, options.time_period) &&
         equal_or_any(head.key.variant, options.variant) &&
         equal_or_any(dimension, options.dimension) && equal_or_any(head.report_date, date);
}

std::vector<ReportHead> Ordered(std::vector<ReportHead> heads, const ReportsOptions& options) {
  std::erase_if(heads, [&options](const ReportHead& head) { return !Matches(head, options); });
  std::sort(heads.begin(), heads.end(), [](const ReportHead& a, const ReportHead& b) {
    return std::tie(a.key, a.report_date) < std::tie(b.key, b.report_date);
  });
  return heads;
}

class ElasticReports final : public ReportStore {
 public:
  ElasticReports(std::unique_ptr<Transport> transport, std::string alias)
      : transport_(std::move(transport)), alias_(std::move(alias)) {}

  Result<std::vector<ReportHead>> List(const ReportsOptions& options) override {
    Json body{{"size", kMostHeads}, {"track_total_hits", true}};
    body["_source"]["excludes"] = {"data"};
    body["sort"] = {{{"report_date", "desc"}}};
    if (!options.name.empty()) {
      body["query"]["prefix"]["report_name"] = options.name;
    }
    CARTWRIGHT_ASSIGN(
        const HttpResponse response,
        transport_->Perform(
            {"POST", "/" + EscapeUrl(alias_) + "/_search?allow_partial_search_results=false",
             body.dump(-1, ' ', false, Json::error_handler_t::replace), ""}));
    if (response.status == 404) {
      return Error{
          ErrorKind::kPermanent,
          fmt::format("there are no reports yet (no index {}); run cartwright once", alias_)};
    }
    const Json json = Json::parse(response.body, nullptr, false);
    if (response.status != 200 || !json.is_object() || json.value("timed_out", true)) {
      return Error{ErrorKind::kUnavailable,
                   fmt::format("searching {} failed: HTTP {}", alias_, response.status)};
    }
    std::vector<ReportHead> heads;
    for (const Json& hit : json["hits"]["hits"]) {
      heads.push_back(ReadHead(hit["_id"].get<std::string>(), hit["_source"]));
    }
    return Ordered(std::move(heads), options);
  }

  Result<std::string> Fetch(const std::string& id) override {
    CARTWRIGHT_ASSIGN(const std::optional<std::string> document,
                      IndexAdmin(*transport_).GetDocument(alias_, id));
    if (!document) {
      return Error{ErrorKind::kPermanent, fmt::format("the report {} is not in {}", id, alias_)};
    }
    return *document;
  }

 private:
  std::unique_ptr<Transport> transport_;
  std::string alias_;
};

class FileReports final : public ReportStore {
 public:
  explicit FileReports(std::map<std::string, std::string> documents)
      : documents_(std::move(documents)) {}

  Result<std::vector<ReportHead>> List(const ReportsOptions& options) override {
    std::vector<ReportHead> heads;
    heads.reserve(documents_.size());
    for (const auto& [id, document] : documents_) {
      heads.push_back(ReadHead(id, Json::parse(document)));
    }
    return Ordered(std::move(heads), options);
  }

  Result<std::string> Fetch(const std::string& id) override { return documents_.at(id); }

 private:
  std::map<std::string, std::string> documents_;
};

Result<std::unique_ptr<ReportStore>> OpenFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return Error{ErrorKind::kUsage, fmt::format("cannot read {}", path)};
  }
  std::map<std::string, std::string> documents;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    const Json json = Json::parse(line, nullptr, false);
    const std::string id = json.is_object() ? TextAt(json, "report_id") : std::string();
    if (id.empty()) {
      return Error{ErrorKind::kData, fmt::format("{}:{}: not a report document", path, number)};
    }
    documents[id] = line;
  }
  return std::unique_ptr<ReportStore>(std::make_unique<FileReports>(std::move(documents)));
}

}  // namespace

Result<std::unique_ptr<ReportStore>> OpenReportStore(const Shop& shop,
                                                     const ReportsOptions& options) {
  if (!options.from_file.empty()) {
    return OpenFile(options.from_file);
  }
  CARTWRIGHT_ASSIGN(std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic("reports")));
  return std::unique_ptr<ReportStore>(
      std::make_unique<ElasticReports>(std::move(transport), shop.Alias("reports")));
}

std::vector<ReportHead> NewestOnly(std::vector<ReportHead> heads) {
  std::vector<ReportHead> newest;
  for (ReportHead& head : heads) {
    if (!newest.empty() && newest.back().key == head.key) {
      newest.back() = std::move(head);
    } else {
      newest.push_back(std::move(head));
    }
  }
  return newest;
}

}  // namespace cartwright
