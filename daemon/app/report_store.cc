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

ReportHead ReadHead(std::string id, const Json& source) {
  ReportHead head;
  head.id = std::move(id);
  const Json types = source.value("report_types", Json::object());
  const auto number = [&types](const char* name) -> std::optional<std::int64_t> {
    return types.contains(name) ? std::optional(types[name].get<std::int64_t>()) : std::nullopt;
  };
  head.key.report_name = source.value("report_name", "");
  head.key.type = types.value("type", "");
  head.key.time_period = types.value("time_period", "");
  head.key.from = number("from");
  head.key.to = number("to");
  head.key.partition = number("partition");
  head.key.abtest_type = types.value("abtest_type", "");
  head.key.variant = source.value("variant", "");
  head.key.dimension_name = source.value("dimension_name", "");
  head.key.dimension_value = source.value("dimension_value", "");
  head.report_date = source.value("report_date", "");
  head.status = source.value("status", "");
  head.row_count = source.value("row_count", std::int64_t{0});
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
             body.dump(), ""}));
    if (response.status == 404) {
      return Error{
          ErrorKind::kPermanent,
          fmt::format("there are no reports yet (no index {}); run cartwright once", alias_)};
    }
    const Json json = Json::parse(response.body, nullptr, false);
    if (response.status != 200 || json.is_discarded() || json.value("timed_out", true)) {
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
    if (json.is_discarded() || !json.contains("report_id")) {
      return Error{ErrorKind::kData, fmt::format("{}:{}: not a report document", path, number)};
    }
    documents[json["report_id"].get<std::string>()] = line;
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
