#include "daemon/elastic/bulk_answer.h"

#include <fmt/core.h>

namespace cartwright {
namespace {

Error Unusable(std::string_view why) {
  return Error{ErrorKind::kUnavailable, fmt::format("unusable bulk answer: {}", why)};
}

}  // namespace

Status BulkAnswerReader::ReadItem(simdjson::dom::element element, BulkOperation operation) {
  simdjson::dom::object wrapper;
  if (element.get(wrapper) != simdjson::SUCCESS || wrapper.size() != 1) {
    return Unusable("an item is not an object with one operation");
  }
  const simdjson::dom::key_value_pair action = *wrapper.begin();
  if (action.key != (operation == BulkOperation::kDelete ? "delete" : "index")) {
    return Unusable("an item is about another operation");
  }
  std::int64_t status = 0;
  if (action.value["status"].get(status) != simdjson::SUCCESS || status < 100 || status > 999) {
    return Unusable("an item has no status");
  }
  BulkItem item;
  item.status = static_cast<int>(status);
  simdjson::dom::element error;
  if (action.value["error"].get(error) == simdjson::SUCCESS) {
    const std::string_view type = TextIn(error, "type");
    item.type = type.empty() ? "unknown" : type;
    item.reason = TextIn(error, "reason");
  }
  items_.push_back(item);
  return {};
}

Result<const std::vector<BulkItem>*> BulkAnswerReader::Read(std::string answer,
                                                            const BulkBody& body) {
  items_.clear();
  simdjson::dom::element root;
  simdjson::dom::array items;
  bool errors = false;
  if (parser_.Parse(std::move(answer)).get(root) != simdjson::SUCCESS) {
    return Unusable("not a whole JSON document");
  }
  if (root["errors"].get(errors) != simdjson::SUCCESS ||
      root["items"].get(items) != simdjson::SUCCESS) {
    return Unusable("no list of items");
  }
  for (const simdjson::dom::element item : items) {
    if (items_.size() == body.documents()) {
      return Unusable("more items than documents");
    }
    CARTWRIGHT_TRY(ReadItem(item, body.operation(items_.size())));
  }
  if (items_.size() != body.documents()) {
    return Unusable("fewer items than documents");
  }
  return &items_;
}

}  // namespace cartwright
