#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cartwright {

enum class SearchKind : std::uint8_t { kProduct, kCustomer, kPromotion, kDimensionValue };
inline constexpr std::size_t kSearchKinds = 4;

/// How a name answers a text, best first.
enum class SearchMatch : std::uint8_t { kExact, kPrefix, kSubstring, kTypo };
std::string_view SearchMatchName(SearchMatch match);  ///< exact, prefix, substring, typo.

/// Where the things of one kind stand among what is published.
struct SearchTarget {
  SearchKind kind;
  std::string_view name;         ///< product, customer, promotion, dimension_value.
  std::string_view report_name;  ///< Of the rows; empty: documents of customer-values.
  std::string_view type;
  std::string_view name_field;
  std::string_view weight_field;            ///< More comes first.
  std::array<std::string_view, 5> figures;  ///< Fields shown beside the name; empty at the end.
};

/// One a kind, in the order of SearchKind.
std::span<const SearchTarget, kSearchKinds> SearchTargets();
/// The kind of a name of SearchTarget.
std::optional<SearchKind> FindSearchKind(std::string_view name);

/// Whether letters in `name` answer `text`: equal, beginning with it, holding it, or, for texts of
/// three characters and more, equal but for one character that is wrong, missing, too many or
/// swapped with its neighbour. ASCII letters are alike in either case. Linear in both.
std::optional<SearchMatch> MatchName(std::string_view text, std::string_view name);

/// One thing that was found.
struct SearchHit {
  SearchKind kind = SearchKind::kProduct;
  std::string name = {};
  std::string dimension = {};  ///< Of a dimension value: the dimension's name.
  SearchMatch match = SearchMatch::kExact;
  double weight = 0;
  std::string figures = {};  ///< A JSON object: SearchTarget::figures that the document has.
};

/// What a search found: the best hits of each kind and how many there are.
struct SearchResult {
  std::string text;
  /// By kind; in one by match, then by falling weight, then by dimension and name in byte order.
  std::vector<SearchHit> hits;
  std::array<std::int64_t, kSearchKinds> found{};  ///< By kind, those that are not in hits too.
};

/// Reads a hit out of the JSON of a document of the target's kind. Nothing when it is no JSON
/// object with a name. A /// name that does not match counts as a typo: who chose the document
/// thought that it answers.
std::optional<SearchHit> ReadSearchHit(const SearchTarget& target, std::string_view text,
                                       std::string_view document);

/// Sorts hits and keeps the best `limit` of each kind; sets `found` from them before.
SearchResult RankHits(std::string_view text, std::vector<SearchHit> hits, std::size_t limit);

/// The body of a search in Elasticsearch for documents of a target that answer `text`, the best
/// `limit` in the order of SearchResult. Typos are found in the case that was typed, in small and
/// in capital letters.
std::string SearchBody(const SearchTarget& target, std::string_view text, std::size_t limit);

/// `{"text", "found": {kind: count}, "hits": [{"kind", "name", "dimension", "match", …figures}]}`.
std::string SearchResultJson(const SearchResult& result);

}  // namespace cartwright
