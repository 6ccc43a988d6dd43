#include "daemon/config/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "daemon/config/yaml.h"

namespace cartwright {
namespace {

struct Options {
  bool flag = true;
  std::int64_t count = 3;
  double share = 0.5;
  std::string mode = "fast";
  std::string title;
  std::vector<std::string> steps{"a", "b"};
  std::optional<std::int64_t> limit;
  std::optional<std::string> note = "n";
};

constexpr std::string_view kModes[] = {"fast", "thorough"};

std::span<const Field<Options>> Fields() {
  static const std::array<Field<Options>, 8> kFields{
      Field<Options>{"flag", &Options::flag, ""},
      Field<Options>{"count", &Options::count, "", 1, 10},
      Field<Options>{"share", &Options::share, "", 0, 1},
      Field<Options>{.name = "mode", .member = &Options::mode, .sentence = "", .choices = kModes},
      Field<Options>{.name = "title", .member = &Options::title, .sentence = "", .required = true},
      Field<Options>{"steps", &Options::steps, ""},
      Field<Options>{"limit", &Options::limit, "", 0, 5},
      Field<Options>{"note", &Options::note, ""}};
  return kFields;
}

struct Decoded {
  Options options;
  std::string findings;
  std::vector<EffectiveValue> effective;
};

// Decodes `x: {title: t, <members>}`.
Decoded Decode(const std::string& members) {
  const ParsedYaml parsed = ParseYaml("x: {title: t, " + members + "}");
  Decoded decoded;
  DecodeContext context("f.yaml");
  DecodeFields<Options>(parsed.root.Section("x"), Fields(), decoded.options, context);
  for (const ConfigFinding& finding : context.TakeFindings()) {
    decoded.findings += finding.Format("f.yaml") + "\n";
  }
  decoded.effective = context.TakeEffective();
  return decoded;
}

TEST(DecodeTest, ReadsEveryType) {
  const Decoded decoded = Decode(
      "flag: false, count: 10, share: 0.25, mode: thorough, steps: [c, 007], limit: 0, note: null");
  EXPECT_EQ(decoded.findings, "");
  EXPECT_FALSE(decoded.options.flag);
  EXPECT_EQ(decoded.options.count, 10);
  EXPECT_EQ(decoded.options.share, 0.25);
  EXPECT_EQ(decoded.options.mode, "thorough");
  EXPECT_EQ(decoded.options.steps, (std::vector<std::string>{"c", "007"}));
  EXPECT_EQ(decoded.options.limit, 0);
  EXPECT_EQ(decoded.options.note, std::nullopt);
}

TEST(DecodeTest, KeepsDefaultsAndSaysSo) {
  const Decoded decoded = Decode("count: 4");
  EXPECT_TRUE(decoded.options.flag);
  EXPECT_EQ(decoded.options.note, "n");
  const auto origin = [&](std::string_view path) {
    for (const EffectiveValue& value : decoded.effective) {
      if (value.path == path) {
        return value.value + " from " + value.origin;
      }
    }
    return std::string("none");
  };
  EXPECT_EQ(decoded.effective.size(), Fields().size());
  EXPECT_EQ(origin("x.count"), "4 from f.yaml:1");
  EXPECT_EQ(origin("x.flag"), "true from default");
  EXPECT_EQ(origin("x.steps"), "[\"a\", \"b\"] from default");
  EXPECT_EQ(origin("x.limit"), "null from default");
}

struct Refusal {
  std::string_view members;
  std::string_view finding;
};

// Columns count from 1; `x: {title: t, ` has 14 bytes.
constexpr Refusal kRefusals[] = {
    {"coutn: 4", "f.yaml:1:15: x.coutn: unknown key \"coutn\"; did you mean \"count\"?"},
    {"zzz: 4",
     "f.yaml:1:15: x.zzz: unknown key \"zzz\"; known: flag, count, share, mode, title, steps, "
     "limit, note"},
    {"count: 11", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"11\""},
    {"count: 0", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"0\""},
    {"count: 99999999999999999999",
     "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"99999999999999999999\""},
    {"count: 010",
     "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"010\"; write it without "
     "leading zeros"},
    {"count: 1e1", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"1e1\""},
    {"count: 0x5", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"0x5\""},
    {"count: +5", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"+5\""},
    {"count: 5.0", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"5.0\""},
    {"count: 1_0", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found \"1_0\""},
    {"count: \"5\"",
     "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found the quoted text \"5\"; "
     "remove the quotes"},
    {"count: [5]", "f.yaml:1:22: x.count: expected a whole number from 1 to 10, found a list"},
    {"count: ", "f.yaml:1:15: x.count: expected a whole number from 1 to 10, found no value"},
    {"limit: 6", "f.yaml:1:22: x.limit: expected a whole number from 0 to 5, found \"6\""},
    {"share: 1.5", "f.yaml:1:22: x.share: expected a number from 0 to 1, found \"1.5\""},
    {"share: nan", "f.yaml:1:22: x.share: expected a number from 0 to 1, found \"nan\""},
    {"share: .inf", "f.yaml:1:22: x.share: expected a number from 0 to 1, found \".inf\""},
    {"share: 1e999", "f.yaml:1:22: x.share: expected a number from 0 to 1, found \"1e999\""},
    {"share: 0.5.1", "f.yaml:1:22: x.share: expected a number from 0 to 1, found \"0.5.1\""},
    {"flag: yes",
     "f.yaml:1:21: x.flag: expected true or false, found \"yes\"; only true and false are booleans "
     "here"},
    {"flag: off",
     "f.yaml:1:21: x.flag: expected true or false, found \"off\"; only true and false are booleans "
     "here"},
    {"flag: 1", "f.yaml:1:21: x.flag: expected true or false, found \"1\""},
    {"flag: \"true\"",
     "f.yaml:1:21: x.flag: expected true or false, found the quoted text \"true\"; remove the "
     "quotes"},
    {"mode: fats",
     "f.yaml:1:21: x.mode: expected one of fast, thorough, found \"fats\"; did you mean \"fast\"?"},
    {"mode: {a: b}", "f.yaml:1:21: x.mode: expected one of fast, thorough, found a map"},
    {"steps: a",
     "f.yaml:1:22: x.steps: expected a list of texts, found \"a\"; write it as [value]"},
    {"steps: [a, [b]]", "f.yaml:1:26: x.steps[1]: expected a text, found a list"},
};

TEST(DecodeTest, RefusesWithPlacePathValueAndRemedy) {
  for (const Refusal& refusal : kRefusals) {
    const Decoded decoded = Decode(std::string(refusal.members));
    EXPECT_EQ(decoded.findings, std::string(refusal.finding) + "\n");
    EXPECT_EQ(decoded.options.count, 3) << "the default stays";
  }
}

TEST(DecodeTest, CollectsAllFindingsInFileOrder) {
  const Decoded decoded = Decode("zzz: 1, share: 2, flag: no, count: 0");
  EXPECT_THAT(decoded.findings, ::testing::ContainsRegex("zzz(.|\n)*share(.|\n)*flag(.|\n)*count"));
}

TEST(DecodeTest, AsksForRequiredKeys) {
  const ParsedYaml parsed = ParseYaml("x:\n  y: {count: 3}\n");
  DecodeContext context("f");
  Options options;
  DecodeFields<Options>(parsed.root.Section("x").Section("y"), Fields(), options, context);
  EXPECT_FALSE(context.ok());
  EXPECT_EQ(context.TakeFindings()[0].Format("f"), "f:2:3: x.y: the key \"title\" is missing");
  EXPECT_THAT(Decode("title2: x").findings, ::testing::HasSubstr("did you mean \"title\"?"));
}

TEST(DecodeTest, LetsTheCallerHaveFurtherKeys) {
  const ParsedYaml parsed = ParseYaml("x: {title: t, where: {}, wher: 1}\n");
  constexpr std::string_view kOthers[] = {"where"};
  DecodeContext context("f");
  Options options;
  DecodeFields<Options>(parsed.root.Section("x"), Fields(), options, context, kOthers);
  const auto findings = context.TakeFindings();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "unknown key \"wher\"; did you mean \"where\"?");
}

TEST(DecodeTest, RefusesASectionThatIsNoMap) {
  const ParsedYaml parsed = ParseYaml("x: [a]\n");
  DecodeContext context("f");
  Options options;
  DecodeFields<Options>(parsed.root.Section("x"), Fields(), options, context);
  EXPECT_THAT(context.TakeFindings()[0].message,
              ::testing::StartsWith("expected a map of flag, count"));
}

std::optional<std::int64_t> Duration(const std::string& text) {
  DecodeContext context("f");
  return ReadDurationSeconds(*ParseYaml("every: " + text).root.Find("every"), context);
}

TEST(DecodeTest, ReadsDurationsWithAUnit) {
  EXPECT_EQ(Duration("90s"), 90);
  EXPECT_EQ(Duration("15m"), 900);
  EXPECT_EQ(Duration("1h"), 3600);
  EXPECT_EQ(Duration("7d"), 604'800);
  EXPECT_EQ(Duration("366d"), 31'622'400);
  for (const char* text : {"60", "0s", "-1h", "1.5h", "1 h", "1w", "h", "", "01h", "367d", "1H",
                           "\"1h\"", "9223372036854775807d", "[1h]"}) {
    EXPECT_EQ(Duration(text), std::nullopt) << text;
  }
}

TEST(DecodeTest, SaysThatADurationNeedsAUnit) {
  DecodeContext context("f");
  ReadDurationSeconds(*ParseYaml("every: 60").root.Find("every"), context);
  EXPECT_THAT(context.TakeFindings()[0].message, ::testing::HasSubstr("the number needs a unit"));
}

TEST(DecodeTest, ShowsLongAndStrangeValuesSafely) {
  ConfigNode node;
  node.kind = ConfigNode::Kind::kScalar;
  node.scalar = "a\nb\x1B";
  EXPECT_EQ(DescribeFound(node), "found \"a\\x0Ab\\x1B\"");
  node.scalar = std::string(79, 'x') + "é and more";
  EXPECT_EQ(DescribeFound(node), "found \"" + std::string(79, 'x') + "…\"");
  node.scalar = "http://user:hunter2@host";
  EXPECT_EQ(DescribeFound(node), "found an address with credentials");
}

TEST(FindingTest, FormatsPlaces) {
  EXPECT_EQ((ConfigFinding{false, 3, 4, "a.b", "bad"}).Format("f"), "f:3:4: a.b: bad");
  EXPECT_EQ((ConfigFinding{true, 3, 4, "", "odd"}).Format("f"), "f:3:4: warning: odd");
  EXPECT_EQ((ConfigFinding{false, 0, 0, "", "bad"}).Format("f"), "f: bad");
}

}  // namespace
}  // namespace cartwright
