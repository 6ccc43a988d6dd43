#include "daemon/publish/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using Json = nlohmann::json;

const SearchTarget& Target(SearchKind kind) {
  return SearchTargets()[static_cast<std::size_t>(kind)];
}

TEST(SearchTest, MatchesNamesByTheBestWay) {
  struct Case {
    const char* text = "";
    const char* name = "";
    std::optional<SearchMatch> match;
  };
  constexpr Case kCases[] = {
      {"P_10", "p_10", SearchMatch::kExact},
      {"p_1", "p_10", SearchMatch::kPrefix},
      {"10", "p_10", SearchMatch::kSubstring},
      {"p_20", "p_10", SearchMatch::kTypo},   // Replaced.
      {"p10", "p_10", SearchMatch::kTypo},    // Left out.
      {"p__10", "p_10", SearchMatch::kTypo},  // Too many.
      {"p1_0", "p_10", SearchMatch::kTypo},   // Swapped.
      {"p_21", "p_10", std::nullopt},         // Two replaced.
      {"1p_0", "p_10", std::nullopt},         // Moved by two.
      {"ab", "ac", std::nullopt},             // Too short for typos.
      {"aaa", "aaaa", SearchMatch::kPrefix},
      {"aaaa", "aaa", SearchMatch::kTypo},
      {"M\xC3\xBCnchen", "munchen", SearchMatch::kTypo},  // One character, two bytes.
      {"m\xC3\xBCn", "M\xC3\xBCnchen", SearchMatch::kPrefix},
      {"x", "", std::nullopt},
  };
  for (const Case& one : kCases) {
    EXPECT_EQ(MatchName(one.text, one.name), one.match) << one.text << " " << one.name;
  }
}

TEST(SearchTest, AgreesWithTryingEveryEdit) {
  // All texts of up to four letters over {a, b} against one edit made by hand.
  std::vector<std::string> texts{""};
  for (std::size_t i = 0; i < texts.size() && texts[i].size() < 4; ++i) {
    texts.push_back(texts[i] + "a");
    texts.push_back(texts[i] + "b");
  }
  const auto edits = [](const std::string& text) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      for (const char* letter : {"a", "b"}) {
        all.push_back(text.substr(0, i) + letter + text.substr(i));
        if (i < text.size()) {
          all.push_back(text.substr(0, i) + letter + text.substr(i + 1));
        }
      }
      if (i < text.size()) {
        all.push_back(text.substr(0, i) + text.substr(i + 1));
      }
      if (i + 1 < text.size()) {
        std::string swapped = text;
        std::swap(swapped[i], swapped[i + 1]);
        all.push_back(swapped);
      }
    }
    return all;
  };
  for (const std::string& text : texts) {
    if (text.size() < 3) {
      continue;
    }
    const std::vector<std::string> near = edits(text);
    for (const std::string& name : texts) {
      const bool expected = name.find(text) != std::string::npos ||
                            std::find(near.begin(), near.end(), name) != near.end();
      EXPECT_EQ(MatchName(text, name).has_value(), expected) << text << " " << name;
    }
  }
}

TEST(SearchTest, ReadsTheFiguresOfADocument) {
  const auto hit = ReadSearchHit(
      Target(SearchKind::kDimensionValue), "bo",
      R"({"type":"dimension_kpis","dimension":"city","dimension_item":"Bonn","orders":7,)"
      R"("net_revenue":12.50,"share":null,"units":3})");
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->name, "Bonn");
  EXPECT_EQ(hit->dimension, "city");
  EXPECT_EQ(hit->match, SearchMatch::kPrefix);
  EXPECT_EQ(hit->weight, 7);
  EXPECT_EQ(hit->figures, R"({"orders":7,"net_revenue":12.5,"share":null})");
  EXPECT_FALSE(ReadSearchHit(Target(SearchKind::kProduct), "x", R"({"product":null})"));
  EXPECT_FALSE(ReadSearchHit(Target(SearchKind::kProduct), "x", "[1"));
  EXPECT_FALSE(ReadSearchHit(Target(SearchKind::kProduct), "x", "[]"));
}

SearchHit Hit(SearchKind kind, std::string name, SearchMatch match, double weight) {
  return {.kind = kind,
          .name = std::move(name),
          .match = match,
          .weight = weight,
          .figures = "{\"orders\":1}"};
}

TEST(SearchTest, RanksByKindMatchWeightAndName) {
  using enum SearchMatch;
  const SearchResult result = RankHits(
      "a",
      {Hit(SearchKind::kCustomer, "a", kExact, 1), Hit(SearchKind::kProduct, "xa", kSubstring, 99),
       Hit(SearchKind::kProduct, "ac", kPrefix, 5), Hit(SearchKind::kProduct, "ab", kPrefix, 5),
       Hit(SearchKind::kProduct, "ad", kPrefix, 6)},
      3);
  std::vector<std::string> names;
  for (const SearchHit& hit : result.hits) {
    names.push_back(hit.name);
  }
  EXPECT_THAT(names, ElementsAre("ad", "ab", "ac", "a"));
  EXPECT_THAT(result.found, ElementsAre(4, 1, 0, 0));
  const Json json = Json::parse(SearchResultJson(result));
  EXPECT_EQ(json["found"]["product"], 4);
  EXPECT_EQ(json["hits"][0].dump(),
            R"({"kind":"product","match":"prefix","name":"ad","orders":1})");
}

TEST(SearchTest, AsksForTheWholeShopsRowsOnly) {
  const Json body = Json::parse(SearchBody(Target(SearchKind::kProduct), "p*1", 7));
  EXPECT_EQ(body["size"], 7);
  const Json& query = body["query"]["bool"];
  EXPECT_EQ(query["filter"].dump(), R"([{"term":{"report_name":"product_analytic"}},)"
                                    R"({"term":{"type":"product_kpis"}}])");
  EXPECT_EQ(query["must_not"].dump(), R"([{"exists":{"field":"variant"}},)"
                                      R"({"exists":{"field":"report_dimension_name"}}])");
  const Json& ways = query["must"][0]["dis_max"]["queries"];
  ASSERT_EQ(ways.size(), 5U);  // Exact, prefix, substring, typos in two cases.
  EXPECT_EQ(ways[2]["constant_score"]["filter"]["wildcard"]["product"]["value"], R"(*p\*1*)");
  EXPECT_EQ(ways[3]["constant_score"]["filter"]["fuzzy"]["product"]["value"], "P*1");
  const Json customers = Json::parse(SearchBody(Target(SearchKind::kCustomer), "ab", 7));
  EXPECT_FALSE(customers["query"]["bool"].contains("filter"));
  EXPECT_EQ(customers["query"]["bool"]["must"][0]["dis_max"]["queries"].size(), 3U);
}

TEST(SearchTest, KnowsItsKindsByName) {
  EXPECT_EQ(FindSearchKind("dimension_value"), SearchKind::kDimensionValue);
  EXPECT_EQ(FindSearchKind("city"), std::nullopt);
  for (const SearchTarget& target : SearchTargets()) {
    EXPECT_EQ(FindSearchKind(target.name), target.kind);
  }
}

}  // namespace
}  // namespace cartwright
