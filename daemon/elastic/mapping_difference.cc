#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "daemon/elastic/index_admin.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

// Values the server does not repeat in a mapping it gives back.
const std::map<std::string, std::string>& Defaults() {
  static const std::map<std::string, std::string> kDefaults{
      {"index", "true"},
      {"doc_values", "true"},
      {"store", "false"},
      {"enabled", "true"},
      {"coerce", "true"},
      {"ignore_malformed", "false"},
      {"type", "object"},
      {"dynamic", "true"},
      {"format", "strict_date_optional_time||epoch_millis"},
      {"date_detection", "true"},
      {"numeric_detection", "false"}};
  return kDefaults;
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The server gives booleans and numbers back as strings in some places and as such in others.
std::string Plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : Dump(value);
}

bool IsFields(const std::string& parameter) {
  return parameter == "properties" || parameter == "fields";
}

std::string Join(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

class Comparison {
 public:
  std::vector<MappingDifference> Run(const Json& live, const Json& wanted) {
    CompareNode("", live, wanted);
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.path < b.path; });
    return std::move(found_);
  }

 private:
  void CompareNode(const std::string& path, const Json& live, const Json& wanted) {
    if (!live.is_object() || !wanted.is_object()) {
      if (live != wanted) {
        found_.push_back({path, Dump(live), Dump(wanted), false});
      }
      return;
    }
    for (const char* group : {"properties", "fields"}) {
      CompareFields(path, live.value(group, Json::object()), wanted.value(group, Json::object()));
    }
    CompareParameters(path, live, wanted);
  }

  void CompareFields(const std::string& path, const Json& live, const Json& wanted) {
    for (const auto& [name, field] : wanted.items()) {
      const std::string at = Join(path, name);
      if (live.contains(name)) {
        CompareNode(at, live.at(name), field);
      } else {
        found_.push_back({at, "", Dump(field), true});
      }
    }
    for (const auto& [name, field] : live.items()) {
      if (!wanted.contains(name)) {
        found_.push_back({Join(path, name), Dump(field), "", false});
      }
    }
  }

  void CompareParameters(const std::string& path, const Json& live, const Json& wanted) {
    const std::map<std::string, Json> has = Parameters(live);
    const std::map<std::string, Json> wants = Parameters(wanted);
    for (const auto& [name, value] : wants) {
      const auto at = has.find(name);
      if (at == has.end() || Plain(at->second) != Plain(value)) {
        found_.push_back({path + ":" + name, at == has.end() ? "" : Dump(at->second), Dump(value)});
      }
    }
    for (const auto& [name, value] : has) {
      if (!wants.contains(name)) {
        found_.push_back({path + ":" + name, Dump(value), ""});
      }
    }
  }

  static std::map<std::string, Json> Parameters(const Json& node) {
    std::map<std::string, Json> parameters;
    for (const auto& [name, value] : node.items()) {
      const auto normal = Defaults().find(name);
      const bool is_default = normal != Defaults().end() && normal->second == Plain(value);
      if (!IsFields(name) && name != "_meta" && !is_default) {
        parameters.emplace(name, value);
      }
    }
    return parameters;
  }

  std::vector<MappingDifference> found_;
};

// Takes `{"properties"}`, `{"mappings": {"properties"}}` and `{"index": {"mappings": …}}`.
Result<Json> ParseMapping(std::string_view text, std::string_view whose) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object() && json.size() == 1 && json.begin()->is_object() &&
      json.begin()->contains("mappings")) {
    json = Json(json.begin().value());
  }
  if (json.is_object() && json.contains("mappings")) {
    json = Json(json["mappings"]);
  }
  if (!json.is_object()) {
    return Error{ErrorKind::kPermanent, fmt::format("the {} mapping is not a JSON object", whose)};
  }
  return json;
}

}  // namespace

Result<std::vector<MappingDifference>> CompareMapping(std::string_view live_json,
                                                      std::string_view wanted_json) {
  CARTWRIGHT_ASSIGN(const Json live, ParseMapping(live_json, "live"));
  CARTWRIGHT_ASSIGN(const Json wanted, ParseMapping(wanted_json, "wanted"));
  return Comparison().Run(live, wanted);
}

}  // namespace cartwright
