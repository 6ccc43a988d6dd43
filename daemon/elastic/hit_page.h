#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/base/result.h"

namespace cartwright {

/// One document of a search answer. Views into the page.
struct Hit {
  std::string_view id;
  simdjson::dom::object source;
  std::int64_t version = -1;  ///< -1 unless ReadRequest::versions asks for it.
};

/// The hits of one answer, in the order of the search. Valid during the decoder's call only.
class HitPage {
 public:
  HitPage(simdjson::dom::array hits, int slice) : hits_(hits), slice_(slice) {}

  std::size_t size() const { return hits_.size(); }
  /// Which slice the page belongs to, from 0.
  int slice() const { return slice_; }

  /// Calls `visit(const Hit&)`, which returns a Status, for each hit until one fails.
  /// Errors: those of `visit`; kUnavailable for a hit without `_id` or `_source`.
  template <class Visit>
  Status Each(Visit&& visit) const {
    return EachOf(0, 1, visit);
  }

  /// The same for the hits whose number in the page is `part` modulo `parts`; several threads may
  /// share out a page among them.
  template <class Visit>
  Status EachOf(std::size_t part, std::size_t parts, Visit&& visit) const {
    std::size_t number = parts - part;
    for (const simdjson::dom::element element : hits_) {
      if (number++ % parts != 0) {
        continue;
      }
      Hit hit;
      if (!Read(element, hit)) {
        return Error{ErrorKind::kUnavailable, "a search hit has no _id or no _source object"};
      }
      if (element["_version"].get(hit.version) != simdjson::SUCCESS) {
        hit.version = -1;
      }
      CARTWRIGHT_TRY(visit(static_cast<const Hit&>(hit)));
    }
    return {};
  }

 private:
  // One walk over the members: `_index`, `_id`, `_score`, `_source`, `sort`.
  static bool Read(simdjson::dom::element element, Hit& hit) {
    simdjson::dom::object members;
    if (element.get(members) != simdjson::SUCCESS) {
      return false;
    }
    bool has_id = false;
    bool has_source = false;
    for (const auto [name, value] : members) {
      if (name == "_id") {
        has_id = value.get(hit.id) == simdjson::SUCCESS;
      } else if (name == "_source") {
        has_source = value.get(hit.source) == simdjson::SUCCESS;
      }
    }
    return has_id && has_source;
  }

  simdjson::dom::array hits_;
  int slice_;
};

}  // namespace cartwright
