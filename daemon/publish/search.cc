#include "daemon/publish/search.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace cartwright {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLeastTypoLength = 3;

constexpr std::array<SearchTarget, kSearchKinds> kTargets = {{
    {SearchKind::kProduct,
     "product",
     "product_analytic",
     "product_kpis",
     "product",
     "orders",
     {"orders", "customers", "units", "product_revenue", "abc_class"}},
    {SearchKind::kCustomer,
     "customer",
     "",
     "",
     "client",
     "frequency",
     {"frequency", "monetary", "recency_days", "segment", "clv"}},
    {SearchKind::kPromotion,
     "promotion",
     "promotion_analytic",
     "promotion_kpis",
     "promotion",
     "orders",
     {"orders", "customers", "gross_revenue", "discount", "share"}},
    {SearchKind::kDimensionValue,
     "dimension_value",
     "stats",
     "dimension_kpis",
     "dimension_item",
     "orders",
     {"sessions", "orders", "customers", "net_revenue", "share"}},
}};

char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Folded(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), Fold);
  return folded;
}

std::string InCapitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return capitals;
}

/// The UTF-8 characters of a text.
std::vector<std::string_view> Characters(std::string_view text) {
  std::vector<std::string_view> characters;
  std::size_t begin = 0;
  for (std::size_t end = 1; end <= text.size(); ++end) {
    const bool goes_on =
        end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U;
    if (!goes_on) {
      characters.push_back(text.substr(begin, end - begin));
      begin = end;
    }
  }
  return characters;
}

/// Whether one character inserted, left out, replaced or swapped makes one text of the other.
bool IsOneEditAway(std::string_view a_text, std::string_view b_text) {
  const std::vector<std::string_view> a_characters = Characters(a_text);
  const std::vector<std::string_view> b_characters = Characters(b_text);
  std::span<const std::string_view> a(a_characters);
  std::span<const std::string_view> b(b_characters);
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a = a.subspan(1);
    b = b.subspan(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a = a.first(a.size() - 1);
    b = b.first(b.size() - 1);
  }
  const bool is_swap = a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
  return is_swap || (a.size() <= 1 && b.size() <= 1);
}

/// The text with what a wildcard query takes for signs made plain.
std::string EscapeWildcards(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') {
      escaped.push_back('\\');
    }
    escaped.push_back(c);
  }
  return escaped;
}

Json Scored(Json query, int score) {
  return {{"constant_score", {{"filter", std::move(query)}, {"boost", score}}}};
}

/// Each document scores as its best match does: 4 exact, 3 prefix, 2 substring, 1 typo.
Json MatchQuery(const std::string& field, std::string_view text) {
  const auto with = [&field](const char* query, const std::string& value) {
    Json json;
    json[query][field] = {{"value", value}, {"case_insensitive", true}};
    return json;
  };
  Json queries = Json::array({Scored(with("term", std::string(text)), 4),
                              Scored(with("prefix", std::string(text)), 3),
                              Scored(with("wildcard", "*" + EscapeWildcards(text) + "*"), 2)});
  if (Characters(text).size() >= kLeastTypoLength) {
    std::vector<std::string> cases = {std::string(text), Folded(text), InCapitals(text)};
    std::sort(cases.begin(), cases.end());
    cases.erase(std::unique(cases.begin(), cases.end()), cases.end());
    for (const std::string& value : cases) {
      Json fuzzy;
      fuzzy["fuzzy"][field] = {{"value", value},
                               {"fuzziness", 1},
                               {"transpositions", true},
                               {"rewrite", "constant_score"}};
      queries.push_back(Scored(std::move(fuzzy), 1));
    }
  }
  return {{"dis_max", {{"queries", std::move(queries)}}}};
}

Json Term(const char* field, std::string_view value) {
  Json json;
  json["term"][field] = value;
  return json;
}

Json Exists(const char* field) { return {{"exists", {{"field", field}}}}; }

Json Order(std::string_view field, const char* order, const char* type) {
  Json json;
  json[std::string(field)] = {{"order", order}, {"unmapped_type", type}};
  return json;
}

Json HitJson(const SearchHit& hit) {
  Json json{{"kind", kTargets[static_cast<std::size_t>(hit.kind)].name}, {"name", hit.name}};
  if (!hit.dimension.empty()) {
    json["dimension"] = hit.dimension;
  }
  json["match"] = SearchMatchName(hit.match);
  json.update(Json::parse(hit.figures));
  return json;
}

}  // namespace

std::string_view SearchMatchName(SearchMatch match) {
  constexpr std::array<std::string_view, 4> kNames = {"exact", "prefix", "substring", "typo"};
  return kNames[static_cast<std::size_t>(match)];
}

std::span<const SearchTarget, kSearchKinds> SearchTargets() { return kTargets; }

std::optional<SearchKind> FindSearchKind(std::string_view name) {
  for (const SearchTarget& target : kTargets) {
    if (target.name == name) {
      return target.kind;
    }
  }
  return std::nullopt;
}

std::optional<SearchMatch> MatchName(std::string_view text, std::string_view name) {
  const std::string wanted = Folded(text);
  const std::string given = Folded(name);
  if (wanted == given) {
    return SearchMatch::kExact;
  }
  if (given.starts_with(wanted)) {
    return SearchMatch::kPrefix;
  }
  if (given.find(wanted) != std::string::npos) {
    return SearchMatch::kSubstring;
  }
  const bool can_be_typo = Characters(wanted).size() >= kLeastTypoLength;
  return can_be_typo && IsOneEditAway(wanted, given) ? std::optional(SearchMatch::kTypo)
                                                     : std::nullopt;
}

std::optional<SearchHit> ReadSearchHit(const SearchTarget& target, std::string_view text,
                                       std::string_view document) {
  const Json json = Json::parse(document, nullptr, false);
  const auto name = json.find(target.name_field);
  if (!json.is_object() || name == json.end() || !name->is_string()) {
    return std::nullopt;
  }
  SearchHit hit;
  hit.kind = target.kind;
  hit.name = name->get<std::string>();
  hit.match = MatchName(text, hit.name).value_or(SearchMatch::kTypo);
  if (target.kind == SearchKind::kDimensionValue) {
    hit.dimension = json.value("dimension", "");
  }
  const auto weight = json.find(target.weight_field);
  hit.weight = weight != json.end() && weight->is_number() ? weight->get<double>() : 0;
  Json figures = Json::object();
  for (const std::string_view field : target.figures) {
    const auto figure = json.find(field);
    if (figure != json.end()) {
      figures[std::string(field)] = *figure;
    }
  }
  hit.figures = figures.dump();
  return hit;
}

SearchResult RankHits(std::string_view text, std::vector<SearchHit> hits, std::size_t limit) {
  SearchResult result;
  result.text = text;
  std::sort(hits.begin(), hits.end(), [](const SearchHit& a, const SearchHit& b) {
    return std::tie(a.kind, a.match, b.weight, a.dimension, a.name) <
           std::tie(b.kind, b.match, a.weight, b.dimension, b.name);
  });
  for (SearchHit& hit : hits) {
    std::int64_t& found = result.found[static_cast<std::size_t>(hit.kind)];
    if (static_cast<std::size_t>(found++) < limit) {
      result.hits.push_back(std::move(hit));
    }
  }
  return result;
}

std::string SearchBody(const SearchTarget& target, std::string_view text, std::size_t limit) {
  const std::string field(target.name_field);
  Json body{{"size", limit}, {"track_total_hits", true}};
  Json& query = body["query"]["bool"];
  query["must"] = Json::array({MatchQuery(field, text)});
  if (!target.report_name.empty()) {
    query["filter"] =
        Json::array({Term("report_name", target.report_name), Term("type", target.type)});
    query["must_not"] = Json::array({Exists("variant"), Exists("report_dimension_name")});
  }
  body["sort"] = Json::array({"_score", Order(target.weight_field, "desc", "long")});
  if (target.kind == SearchKind::kDimensionValue) {
    body["sort"].push_back(Order("dimension", "asc", "keyword"));
  }
  body["sort"].push_back(Order(target.name_field, "asc", "keyword"));
  Json fields = Json::array({target.name_field, target.weight_field, "dimension"});
  for (const std::string_view figure : target.figures) {
    fields.push_back(figure);
  }
  body["_source"] = std::move(fields);
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string SearchResultJson(const SearchResult& result) {
  Json json{{"text", result.text}, {"found", Json::object()}, {"hits", Json::array()}};
  for (const SearchTarget& target : kTargets) {
    json["found"][std::string(target.name)] = result.found[static_cast<std::size_t>(target.kind)];
  }
  for (const SearchHit& hit : result.hits) {
    json["hits"].push_back(HitJson(hit));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace cartwright
