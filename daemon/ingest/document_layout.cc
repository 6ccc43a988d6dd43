#include "daemon/ingest/document_layout.h"

#include <nlohmann/json.hpp>

#include "mappings/mappings.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

std::string WithNames(std::string_view mapping_name, const std::vector<std::string>& actions,
                      const Json& action_type, const std::vector<std::string>& dimensions) {
  Json mapping = Json::parse(MappingText(mapping_name));
  for (const std::string& action : actions) {
    mapping["properties"]["actions"]["properties"][action] = action_type;
  }
  for (const std::string& dimension : dimensions) {
    mapping["properties"]["dimensions"]["properties"][dimension] = {{"type", "keyword"}};
  }
  return mapping.dump();
}

}  // namespace

std::string OrdersMapping(const DocumentLayout& layout) {
  return WithNames("orders", layout.actions, {{"type", "boolean"}}, layout.dimensions);
}

std::string DownloadsMapping(const DocumentLayout& layout) {
  return WithNames("downloads", layout.customer_actions,
                   {{"type", "date"}, {"format", "strict_date_time"}}, layout.customer_dimensions);
}

}  // namespace cartwright
