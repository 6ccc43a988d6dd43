#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/elastic/index_admin.h"

namespace cartwright {

void PrintTo(const MappingDifference& difference, std::ostream* out) {
  *out << difference.path << " live=" << difference.live << " wanted=" << difference.wanted
       << (difference.additive ? " additive" : "");
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<MappingDifference> Compare(const std::string& live, const std::string& wanted) {
  auto result = CompareMapping(live, wanted);
  EXPECT_TRUE(result.has_value());
  return result.has_value() ? *result : std::vector<MappingDifference>{};
}

TEST(MappingDifferenceTest, EqualMappingsDoNotDiffer) {
  const std::string mapping =
      R"({"dynamic":"strict","properties":{"id":{"type":"keyword"},"items":{"properties":)"
      R"({"price":{"type":"double","coerce":false}}}}})";
  EXPECT_THAT(Compare(mapping, mapping), IsEmpty());
  EXPECT_THAT(Compare(R"({"orders-1":{"mappings":)" + mapping + "}}", mapping), IsEmpty());
  EXPECT_THAT(Compare(mapping, R"({"mappings":)" + mapping + "}"), IsEmpty());
}

TEST(MappingDifferenceTest, DefaultsAndSpellingDoNotDiffer) {
  EXPECT_THAT(
      Compare(R"({"dynamic":"false","properties":{"o":{"properties":{}},"d":{"type":"date"}}})",
              R"({"dynamic":false,"_meta":{"v":1},"properties":{"o":{"type":"object",)"
              R"("properties":{}},"d":{"type":"date","index":true,"doc_values":true}}})"),
      IsEmpty());
}

TEST(MappingDifferenceTest, NewFieldsAreAdditive) {
  EXPECT_THAT(Compare(R"({"properties":{"a":{"properties":{}}}})",
                      R"({"properties":{"a":{"properties":{"b":{"type":"date"}}}}})"),
              ElementsAre(MappingDifference{"a.b", "", R"({"type":"date"})", true}));
  EXPECT_THAT(
      Compare(R"({"properties":{"a":{"type":"text"}}})",
              R"({"properties":{"a":{"type":"text","fields":{"raw":{"type":"keyword"}}}}})"),
      ElementsAre(MappingDifference{"a.raw", "", R"({"type":"keyword"})", true}));
}

TEST(MappingDifferenceTest, ChangedParametersAreNotAdditive) {
  EXPECT_THAT(
      Compare(R"({"properties":{"a":{"type":"text"}}})",
              R"({"dynamic":"strict","properties":{"a":{"type":"keyword","ignore_above":5}}})"),
      ElementsAre(MappingDifference{":dynamic", "", R"("strict")", false},
                  MappingDifference{"a:ignore_above", "", "5", false},
                  MappingDifference{"a:type", R"("text")", R"("keyword")", false}));
}

TEST(MappingDifferenceTest, FieldsNobodyWantsAreNamed) {
  EXPECT_THAT(Compare(R"({"properties":{"old":{"type":"long"},"k":{"type":"keyword",)"
                      R"("ignore_above":7}}})",
                      R"({"properties":{"k":{"type":"keyword"}}})"),
              ElementsAre(MappingDifference{"k:ignore_above", "7", "", false},
                          MappingDifference{"old", R"({"type":"long"})", "", false}));
}

TEST(MappingDifferenceTest, RefusesWhatIsNoMapping) {
  EXPECT_FALSE(CompareMapping("{", "{}").has_value());
  EXPECT_FALSE(CompareMapping("{}", "[]").has_value());
  EXPECT_THAT(Compare("{}", "{}"), IsEmpty());
  EXPECT_THAT(Compare(R"({"properties":[]})", R"({"properties":{"a":{"type":"long"}}})"),
              ElementsAre(MappingDifference{"a", "", R"({"type":"long"})", true}));
  EXPECT_THAT(Compare(R"({"properties":{"a":3}})", R"({"properties":{"a":{"type":"long"}}})"),
              ElementsAre(MappingDifference{"a", "3", R"({"type":"long"})", false}));
}

}  // namespace
}  // namespace cartwright
