#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

namespace cartwright {

/// Parses whole JSON answers. What it returns views into this object and ends with the next
/// Parse().
///
/// The DOM parser is chosen on purpose: it refuses answers that were cut short.
class AnswerParser {
 public:
  simdjson::simdjson_result<simdjson::dom::element> Parse(std::string body) {
    body_ = std::move(body);
    const std::size_t size = body_.size();
    body_.append(simdjson::SIMDJSON_PADDING, ' ');
    return parser_.parse(body_.data(), size, false);
  }

 private:
  std::string body_;
  simdjson::dom::parser parser_;
};

/// The string at `key`; empty when there is none.
inline std::string_view TextIn(simdjson::dom::element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

}  // namespace cartwright
