#include "daemon/elastic/bulk_body.h"

#include <cstring>

#include "daemon/base/check.h"
#include "daemon/base/json_writer.h"
#include "daemon/base/money.h"
#include "daemon/elastic/answer.h"

namespace cartwright {
namespace {

constexpr std::size_t kActionBytes = 96;  // An action line without its index and id.

}  // namespace

std::string_view FaultOf(const BulkDocument& document) {
  constexpr std::size_t kIdLimit = 512;
  const std::string_view id = document.id;
  const std::string_view source = document.source;
  if (id.empty()) {
    return "the id is empty";
  }
  if (id.size() > kIdLimit) {
    return "the id is longer than 512 bytes";
  }
  if (!simdjson::validate_utf8(id.data(), id.size())) {
    return "the id is not valid UTF-8";
  }
  if (!simdjson::validate_utf8(source.data(), source.size())) {
    return "the document is not valid UTF-8";
  }
  return document.version < 0 ? "the version is negative" : "";
}

std::size_t BytesOf(const BulkDocument& document) {
  return document.source.size() + document.id.size() + document.index.size() + kActionBytes;
}

BulkBody BulkBody::WithMemory(std::size_t bytes, std::size_t documents) {
  BulkBody body;
  body.text_.reserve(bytes);
  body.entries_.reserve(documents);
  return body;
}

void BulkBody::AppendAction(const BulkDocument& document) {
  if (head_.empty() || document.index != head_index_ || document.operation != head_operation_) {
    const bool deletes = document.operation == BulkOperation::kDelete;
    head_index_ = document.index;
    head_operation_ = document.operation;
    head_ = deletes ? R"({"delete":{"_index":)" : R"({"index":{"_index":)";
    AppendJsonString(head_, document.index);
    head_.append(R"(,"_id":)");
  }
  if (tail_.empty() || document.version != tail_version_) {
    tail_version_ = document.version;
    tail_ = R"(,"version":)";
    AppendDecimal(tail_, document.version, 0);
    tail_.append(",\"version_type\":\"external_gte\"}}\n");
  }
  text_.append(head_);
  AppendJsonString(text_, document.id);
  text_.append(tail_);
}

void BulkBody::Append(const BulkDocument& document, std::uint64_t id_hash) {
  const std::string_view source = document.source;
  CARTWRIGHT_CHECK(source.find('\n') == std::string_view::npos,
                   "a newline inside a document breaks the framing of a bulk body");
  const std::size_t begin = text_.size();
  AppendAction(document);
  const auto action_bytes = static_cast<std::uint32_t>(text_.size() - begin);
  if (document.operation != BulkOperation::kDelete) {
    text_.append(source);
    text_.push_back('\n');
  }
  entries_.push_back({text_.size(), document.tag, id_hash, action_bytes, document.operation});
}

std::size_t BulkBody::memory() const {
  return std::max(text_.capacity(), lent_) + entries_.capacity() * sizeof(Entry);
}

void BulkBody::Keep(std::span<const std::size_t> documents) {
  std::size_t kept = 0;
  std::size_t end = 0;
  std::size_t begin = 0;  // Of document `next`; its entry may be overwritten already.
  std::size_t next = 0;
  for (const std::size_t document : documents) {
    begin = document == next ? begin : entries_[document - 1].end;
    Entry entry = entries_[document];
    std::memmove(text_.data() + end, text_.data() + begin, entry.end - begin);
    end += entry.end - begin;
    begin = entry.end;
    next = document + 1;
    entry.end = end;
    entries_[kept++] = entry;
  }
  text_.resize(end);
  entries_.resize(kept);
}

BulkBody BulkBody::Copy(std::size_t first, std::size_t last) const {
  const std::size_t begin = BeginOf(first);
  BulkBody copy = WithMemory(BeginOf(last) - begin, last - first);
  copy.text_.append(text_, begin, BeginOf(last) - begin);
  for (std::size_t i = first; i < last; ++i) {
    copy.entries_.push_back(entries_[i]);
    copy.entries_.back().end -= begin;
  }
  return copy;
}

BulkRejection BulkBody::Identify(std::size_t document) const {
  const Entry& entry = entries_[document];
  const std::size_t begin = BeginOf(document);
  const std::size_t source = begin + entry.action_bytes;
  BulkRejection rejection;
  rejection.tag = entry.tag;
  if (entry.end > source) {
    rejection.source = text_.substr(source, entry.end - source - 1);
  }
  const bool deletes = entry.operation == BulkOperation::kDelete;
  AnswerParser parser;
  std::string_view id;
  const auto action = parser.Parse(text_.substr(begin, entry.action_bytes));
  const auto error = action[deletes ? "delete" : "index"]["_id"].get(id);
  CARTWRIGHT_CHECK(error == simdjson::SUCCESS, "our own action line does not parse");
  rejection.id = id;
  return rejection;
}

std::string BulkBody::Lend() {
  lent_ = text_.capacity();
  return std::move(text_);
}

void BulkBody::GiveBack(std::string text) {
  text_ = std::move(text);
  lent_ = 0;
}

void BulkBody::Clear() {
  text_.clear();
  entries_.clear();
}

}  // namespace cartwright
