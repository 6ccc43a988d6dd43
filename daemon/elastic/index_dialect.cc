#include "daemon/elastic/index_dialect.h"

#include <nlohmann/json.hpp>

namespace cartwright {
namespace {

// Keeps the order of members: what is shown by a dry run reads like what was written.
using Json = nlohmann::ordered_json;

Json* Find(Json& node, const char* name) {
  const auto found = node.is_object() ? node.find(name) : node.end();
  return node.is_object() && found != node.end() ? &*found : nullptr;
}

void ReplaceFlattened(const ServerInfo& server, Json& node) {
  const Json* const type = Find(node, "type");
  if (type != nullptr && *type == "flattened") {
    const bool has_flat_object = server.is_at_least(2, 7);
    node["type"] = has_flat_object ? "flat_object" : "object";
    if (!has_flat_object) {
      node["enabled"] = false;
    }
  }
  for (const char* group : {"properties", "fields"}) {
    if (Json* const children = Find(node, group)) {
      for (Json& child : *children) {
        ReplaceFlattened(server, child);
      }
    }
  }
}

void DropPlacement(Json& settings) {
  for (const char* name : {"number_of_shards", "number_of_replicas"}) {
    settings.erase(name);
    settings.erase(std::string("index.") + name);
  }
}

// Settings stand in `settings` or alone, and there flat or inside `index`.
void DropPlacementAnywhere(Json& body) {
  Json* const inside = Find(body, "settings");
  Json& settings = inside != nullptr ? *inside : body;
  DropPlacement(settings);
  if (Json* const index = Find(settings, "index"); index != nullptr && index->is_object()) {
    DropPlacement(*index);
  }
}

}  // namespace

std::string InDialect(const ServerInfo& server, const std::string& body_json) {
  if (!server.is_opensearch() && !server.is_serverless) {
    return body_json;
  }
  const Json before = Json::parse(body_json, nullptr, false);
  if (!before.is_object()) {
    return body_json;  // The server says what is wrong with it.
  }
  Json body = before;
  if (server.is_opensearch()) {
    Json* const mappings = Find(body, "mappings");
    ReplaceFlattened(server, mappings != nullptr ? *mappings : body);
  }
  if (server.is_serverless) {
    DropPlacementAnywhere(body);
  }
  return body == before ? body_json : body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace cartwright
