#include "daemon/config/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cartwright {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

// All findings, one a line, without the file.
std::string Findings(std::string_view text) {
  std::string lines;
  for (const ConfigFinding& finding : ParseYaml(text).findings) {
    lines += finding.Format("f") + "\n";
  }
  return lines;
}

TEST(YamlTest, KeepsPlacesPathsAndQuotes) {
  const ParsedYaml parsed = ParseYaml("shop:\n  name: 'x'\nsources:\n  - key: [a, 5]\n");
  ASSERT_TRUE(parsed.findings.empty());
  const ConfigNode* name = parsed.root.Find("shop")->Find("name");
  EXPECT_EQ(name->scalar, "x");
  EXPECT_TRUE(name->quoted);
  EXPECT_EQ(name->path, "shop.name");
  EXPECT_EQ(std::pair(name->line, name->column), std::pair(2, 9));
  EXPECT_EQ(std::pair(name->key_line, name->key_column), std::pair(2, 3));
  const ConfigNode& item = parsed.root.Find("sources")->items[0].Find("key")->items[1];
  EXPECT_EQ(item.path, "sources[0].key[1]");
  EXPECT_EQ(item.scalar, "5");
  EXPECT_FALSE(item.quoted);
  EXPECT_EQ(std::pair(item.line, item.column), std::pair(4, 14));
}

TEST(YamlTest, TellsNothingFromText) {
  const ParsedYaml parsed = ParseYaml("a:\nb: ~\nc: ''\nd: null\ne: 'null'\n");
  using Kind = ConfigNode::Kind;
  for (const auto& [key, kind] : {std::pair{"a", Kind::kNull},
                                  {"b", Kind::kNull},
                                  {"c", Kind::kScalar},
                                  {"d", Kind::kNull},
                                  {"e", Kind::kScalar}}) {
    EXPECT_EQ(parsed.root.Find(key)->kind, kind) << key;
  }
  EXPECT_EQ(parsed.root.Find("a")->line, 1) << "a missing value stands where its key does";
  EXPECT_EQ(parsed.root.Find("f"), nullptr);
}

TEST(YamlTest, RefusesDuplicateKeysWithBothPlaces) {
  EXPECT_EQ(Findings("shop:\n  name: a\n  currency: EUR\n  name: b\n"),
            "f:4:3: shop.name: the key \"name\" stands here a second time; first at 2:3\n");
  EXPECT_EQ(Findings("a: {x: 1, 'x': 2}\n"),
            "f:1:11: a.x: the key \"x\" stands here a second time; first at 1:5\n");
}

TEST(YamlTest, ReportsEveryDuplicateAtOnce) {
  const ParsedYaml parsed = ParseYaml("a: 1\nb: 1\na: 2\nb: 2\n");
  EXPECT_EQ(parsed.findings.size(), 2U);
}

struct Refusal {
  std::string name;
  std::string text;
  std::string finding;
};

class YamlRefusalTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(YamlRefusalTest, NamesTheFirstFault) {
  EXPECT_THAT(Findings(GetParam().text), HasSubstr(GetParam().finding));
  EXPECT_EQ(ParseYaml(GetParam().text).root.kind, ConfigNode::Kind::kMissing);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, YamlRefusalTest,
    ::testing::Values(
        Refusal{"Anchor", "a: &x 1\n", "f:1:4: a: anchors, aliases and merge keys"},
        Refusal{"Alias", "a: &x 1\nb: *x\n", "f:2:4: anchors, aliases and merge keys"},
        Refusal{"UnknownAlias", "a: *x\n", "anchors, aliases and merge keys"},
        Refusal{"MergeKey", "a: {<<: 1}\n", "f:1:5: a: anchors, aliases and merge keys"},
        Refusal{"Tag", "a: !!int 5\n", "a: YAML tags are not allowed"},
        Refusal{"TagOnMap", "a: !shop {b: 1}\n", "a: YAML tags are not allowed"},
        Refusal{"SecondDocument", "a: 1\n---\nb: 1\n", "a second YAML document starts here"},
        Refusal{"TabIndentation", "a:\n\tb: 1\n", "f:2:1: a tab indents this line"},
        Refusal{"TabAfterSpaces", "a:\n  \tb: 1\n", "f:2:3: a tab indents this line"},
        Refusal{"Nul", "a: b\0c\n"s, "f:1:5: a NUL byte"},
        Refusal{"BadUtf8", "a: 1\nb: \xE9t\xE9\n", "f:2:4: not valid UTF-8 (byte 0xE9)"},
        Refusal{"Empty", "", "f:1:1: the file holds no configuration"},
        Refusal{"OnlyComments", "# nothing\n", "the file holds no configuration"},
        Refusal{"RootIsAList", "- a\n", "f:1:1: the file must be a map of sections"},
        Refusal{"RootIsText", "hello\n", "the file must be a map of sections"},
        Refusal{"KeyIsAList", "[a, b]: 1\n", "f:1:1: a key must be a plain name"},
        Refusal{"OpenQuote", "a: \"b\\\"\n", "f:1:4: not valid YAML: the quote that opens here"},
        Refusal{"OpenSingleQuote", "a: 'x'\nb: 'c''\n", "f:2:4: not valid YAML: the quote"},
        Refusal{"OpenBracket", "a: [b\n", "not valid YAML"},
        Refusal{"BadIndentation", "a: 1\n  b: 2\n", "not valid YAML"}),
    [](const auto& test) { return test.param.name; });

TEST(YamlTest, BoundsNesting) {
  const auto nested = [](int depth) {
    return "a: " + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_EQ(Findings(nested(kMaxConfigDepth - 1)), "");
  EXPECT_EQ(Findings(nested(kMaxConfigDepth)), "f:1:53: nested deeper than 50 levels\n");
  EXPECT_EQ(Findings(nested(20'000)), "f:1:53: nested deeper than 50 levels\n");
}

TEST(YamlTest, BoundsSize) {
  const std::string head = "a: 1\n#";
  EXPECT_EQ(Findings(head + std::string(kMaxConfigBytes - head.size(), 'x')), "");
  EXPECT_EQ(Findings(head + std::string(kMaxConfigBytes - head.size() + 1, 'x')),
            "f: the file has 1048577 bytes; a configuration has at most 1048576\n");
}

TEST(YamlTest, TakesTabsThatDoNotIndent) {
  EXPECT_EQ(Findings("a: 1\t# why\n\t\nb: 'x\ty'\n\t# comment\n"), "");
}

TEST(YamlTest, TakesEveryWayToQuote) {
  const ParsedYaml parsed = ParseYaml("a: 'it''s'\nb: \"say \\\"x\\\"\\\\\"\n");
  ASSERT_TRUE(parsed.findings.empty());
  EXPECT_EQ(parsed.root.Find("a")->scalar, "it's");
  EXPECT_EQ(parsed.root.Find("b")->scalar, "say \"x\"\\");
  EXPECT_EQ(Findings("a: |\n  block\n"), "");
}

TEST(YamlTest, NeverRepeatsAValue) {
  for (const char* text :
       {"password: *hunter2\n", "password: &hunter2 a\n", "password: !hunter2 a\n",
        "password: 'hunter2\n", "password: hunter2: hunter2\n", "password: [hunter2\n"}) {
    EXPECT_THAT(Findings(text), ::testing::Not(HasSubstr("hunter2"))) << text;
    EXPECT_NE(Findings(text), "") << text;
  }
}

}  // namespace
}  // namespace cartwright
