#include "daemon/elastic/bulk_answer.h"

#include <fmt/core.h>

namespace cartwright {
namespace {

Error Unusable(std::string_view why) {
  return Error{ErrorKind::kUnavailable, fmt::format("unusable bulk answer: {}", why)};
}

// Takes `"took":12,` from the beginning of a text that has it.
void TakeTook(std::string_view& text) {
  constexpr std::string_view kTook = R"("took":)";
  if (text.starts_with(kTook)) {
    const std::size_t end = text.find_first_not_of("0123456789", kTook.size());
    if (end != std::string_view::npos && end > kTook.size() && text[end] == ',') {
      text.remove_prefix(end + 1);
    }
  }
}

// Whether the beginning of an answer, up to its items, says that there were no errors, and at most
// how long it took.
bool SaysNoErrors(std::string_view head) {
  constexpr std::string_view kNoErrors = R"("errors":false,)";
  if (!head.starts_with('{')) {
    return false;
  }
  head.remove_prefix(1);
  TakeTook(head);
  if (!head.starts_with(kNoErrors)) {
    return false;
  }
  head.remove_prefix(kNoErrors.size());
  TakeTook(head);
  return head.empty();
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

// Nearly every answer says of every document in the same bytes that it was written. Those are
// compared instead of parsed, up to the last one: a parsed answer costs ten times as much. Whatever
// differs in one byte is left to the parser.
bool BulkAnswerReader::ReadAllWritten(std::string_view answer, const BulkBody& body) {
  constexpr std::string_view kItems = R"("items":[)";
  constexpr std::string_view kItem = R"({"index":{"status":20)";
  constexpr std::string_view kItemEnd = "}}";
  constexpr std::string_view kEnd = "]}";
  const std::size_t items = answer.find(kItems);
  if (items == std::string_view::npos || !SaysNoErrors(answer.substr(0, items))) {
    return false;
  }
  answer.remove_prefix(items + kItems.size());
  const std::size_t size = kItem.size() + 1 + kItemEnd.size();
  const std::size_t count = body.documents();
  if (count == 0 || answer.size() != count * (size + 1) - 1 + kEnd.size()) {
    return false;
  }
  items_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const char digit = answer[kItem.size()];
    const bool same = body.operation(i) == BulkOperation::kIndex && answer.starts_with(kItem) &&
                      (digit == '0' || digit == '1') &&
                      answer.substr(kItem.size() + 1, kItemEnd.size()) == kItemEnd &&
                      (i + 1 == count || answer[size] == ',');
    if (!same) {
      items_.clear();
      return false;
    }
    items_[i] = {digit == '0' ? 200 : 201, {}, {}};
    answer.remove_prefix(i + 1 == count ? size : size + 1);
  }
  return answer == kEnd;
}

Result<const std::vector<BulkItem>*> BulkAnswerReader::Read(std::string answer,
                                                            const BulkBody& body) {
  items_.clear();
  if (ReadAllWritten(answer, body)) {
    return &items_;
  }
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
