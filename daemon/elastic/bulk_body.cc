#include "daemon/elastic/bulk_body.h"

#include <cstring>

#include "daemon/base/check.h"
#include "daemon/base/json_writer.h"
#include "daemon/elastic/answer.h"

namespace cartwright {

std::string_view FaultOf(const BulkDocument& document) {
  constexpr std::size_t kIdLimit = 512;
  const std::string_view id = document.id;
  if (id.empty()) {
    return "the id is empty";
  }
  if (id.size() > kIdLimit) {
    return "the id is longer than 512 bytes";
  }
  if (!simdjson::validate_utf8(id.data(), id.size())) {
    return "the id is not valid UTF-8";
  }
  return document.version < 0 ? "the version is negative" : "";
}

void BulkBody::Append(const BulkDocument& document, std::uint64_t id_hash) {
  const std::string_view source = document.source;
  CARTWRIGHT_CHECK(source.find('\n') == std::string_view::npos,
                   "a newline inside a document breaks the framing of a bulk body");
  const bool deletes = document.operation == BulkOperation::kDelete;
  Entry entry{text_.size(), 0, 0, document.tag, id_hash, document.operation};
  text_.append(deletes ? R"({"delete":{"_index":)" : R"({"index":{"_index":)");
  AppendJsonString(text_, document.index);
  text_.append(R"(,"_id":)");
  AppendJsonString(text_, document.id);
  text_.append(R"(,"version":)");
  text_.append(std::to_string(document.version));
  text_.append(",\"version_type\":\"external_gte\"}}\n");
  entry.source = text_.size();
  if (!deletes) {
    text_.append(source);
    text_.push_back('\n');
  }
  entry.end = text_.size();
  entries_.push_back(entry);
}

BulkBody BulkBody::Pick(std::span<const std::size_t> documents) const {
  BulkBody picked;
  picked.entries_.reserve(documents.size());
  for (const std::size_t document : documents) {
    Entry entry = entries_[document];
    const std::size_t begin = picked.text_.size();
    picked.text_.append(text_, entry.begin, entry.end - entry.begin);
    entry.source = begin + (entry.source - entry.begin);
    entry.end = begin + (entry.end - entry.begin);
    entry.begin = begin;
    picked.entries_.push_back(entry);
  }
  return picked;
}

BulkRejection BulkBody::Identify(std::size_t document) const {
  const Entry& entry = entries_[document];
  BulkRejection rejection;
  rejection.tag = entry.tag;
  if (entry.end > entry.source) {
    rejection.source = text_.substr(entry.source, entry.end - entry.source - 1);
  }
  const bool deletes = entry.operation == BulkOperation::kDelete;
  AnswerParser parser;
  std::string_view id;
  const auto action = parser.Parse(text_.substr(entry.begin, entry.source - entry.begin));
  const auto error = action[deletes ? "delete" : "index"]["_id"].get(id);
  CARTWRIGHT_CHECK(error == simdjson::SUCCESS, "our own action line does not parse");
  rejection.id = id;
  return rejection;
}

void BulkBody::Clear() {
  text_.clear();
  entries_.clear();
}

}  // namespace cartwright
