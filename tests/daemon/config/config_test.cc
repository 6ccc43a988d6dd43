#include "daemon/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "daemon/config/section_fields.h"
#include "daemon/config/yaml.h"
#include "tests/daemon/config/fixed_secrets.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kSource =
    "sources:\n  - {name: web, feeds: sessions, csv: {path: data/a.csv}, key: [k], "
    "orders_only: true, columns: {session_start_date: s}}\n";

std::string Findings(const LoadedConfig& loaded) {
  std::string text;
  for (const ConfigFinding& finding : loaded.findings) {
    text += finding.Format("f") + "\n";
  }
  return text;
}

LoadedConfig Parse(std::string_view text) {
  return ParseConfig(text, "/etc/shop/shop.yaml", FixedSecrets{});
}

// The findings of a text that has a valid source besides.
std::string FindingsOf(const std::string& text) {
  return Findings(Parse(text + std::string(kSource)));
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

FixedSecrets AnySecrets() {
  FixedSecrets secrets;
  secrets.variables["CARTWRIGHT_API_KEY"] = "key";
  return secrets;
}

TEST(ConfigTest, HasDefaultsForAllButTheSource) {
  const LoadedConfig loaded = Parse(kSource);
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  EXPECT_EQ(Findings(loaded), "");
  const Config& config = *loaded.config;
  EXPECT_EQ(config.file, "/etc/shop/shop.yaml");
  EXPECT_EQ(config.shop.currency, "EUR");
  EXPECT_EQ(config.elasticsearch.bulk_bytes, 8 * 1024 * 1024);
  EXPECT_EQ(config.indices.orders.shards, 2);
  EXPECT_EQ(config.indices.reports.shards, 1);
  EXPECT_EQ(config.state.directory, "/etc/shop/state");
  EXPECT_EQ(config.sources[0].csv.path, "/etc/shop/data/a.csv");
  EXPECT_TRUE(config.all_analyses);
  EXPECT_TRUE(config.analyses.empty());
  EXPECT_TRUE(config.schedule.empty());
}

TEST(ConfigTest, DecodesEverySection) {
  const LoadedConfig loaded = Parse(
      "shop: {name: S, currency: JPY, time_zone: Asia/Tokyo, week_starts_on: sunday, "
      "guest_values: [\"\", 0], as_of: 2011-12-09}\n"
      "elasticsearch: {hosts: [\"https://es.example:9200\", \"http://[::1]:9201\"], "
      "tls: {ca_file: ca.pem}, compression: off, idle_timeout_seconds: 9, bulk_in_flight: 4, "
      "bulk_linger_milliseconds: 50, bulk_memory_bytes: 2097152, bulk_documents_per_second: 1000, "
      "bulk_retry_share: 0.25}\n"
      "indices: {prefix: shop-, keep_old: 0, orders: {shards: 3, replicas: 1, settings: "
      "{refresh_interval: 5s, codec: best_compression}}}\n"
      "limits: {max_set_aside_rows: 5, max_set_aside_share: 0.5, max_rejected_in_a_row: 8}\n"
      "state: {directory: /var/lib/shop}\n"
      "reports: {max_rows: 7}\n" +
      std::string(kSource));
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  const Config& config = *loaded.config;
  EXPECT_EQ(config.shop.week_starts_on, "sunday");
  EXPECT_THAT(config.shop.guest_values, ElementsAre("", "0"));
  EXPECT_EQ(config.shop.as_of, "2011-12-09");
  EXPECT_THAT(config.elasticsearch.hosts,
              ElementsAre("https://es.example:9200", "http://[::1]:9201"));
  EXPECT_EQ(config.elasticsearch.ca_file, "/etc/shop/ca.pem");
  EXPECT_EQ(config.elasticsearch.compression, "off");
  EXPECT_EQ(config.elasticsearch.idle_timeout_seconds, 9);
  EXPECT_EQ(config.elasticsearch.bulk_in_flight, 4);
  EXPECT_EQ(config.elasticsearch.bulk_linger_milliseconds, 50);
  EXPECT_EQ(config.elasticsearch.bulk_memory_bytes, 2'097'152);
  EXPECT_EQ(config.elasticsearch.bulk_documents_per_second, 1'000);
  EXPECT_EQ(config.elasticsearch.bulk_retry_share, 0.25);
  EXPECT_EQ(config.limits.max_rejected_in_a_row, 8);
  EXPECT_EQ(config.indices.prefix, "shop-");
  EXPECT_EQ(config.indices.keep_old, 0);
  EXPECT_EQ(config.indices.orders.replicas, 1);
  EXPECT_EQ(config.indices.orders.settings.at("refresh_interval"), "5s");
  EXPECT_EQ(config.limits.max_set_aside_rows, 5);
  EXPECT_EQ(config.limits.max_set_aside_share, 0.5);
  EXPECT_EQ(config.state.directory, "/var/lib/shop");
  EXPECT_EQ(config.reports.max_rows, 7);
}

TEST(ConfigTest, TakesAFingerprintInsteadOfACaFile) {
  const auto with = [](const std::string& tls) {
    return Parse("elasticsearch: {tls: {" + tls + "}}\n" + std::string(kSource));
  };
  const std::string digits(64, 'a');
  const LoadedConfig loaded = with("fingerprint: " + digits);
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  EXPECT_EQ(loaded.config->elasticsearch.fingerprint, digits);
  EXPECT_THAT(Findings(with("fingerprint: " + digits + "0")), HasSubstr("64 hexadecimal digits"));
  EXPECT_THAT(Findings(with("fingerprint: " + digits + ", ca_file: ca.pem")),
              HasSubstr("either ca_file or fingerprint"));
}

TEST(ConfigTest, DecodesASource) {
  const LoadedConfig loaded = Parse(R"(
sources:
  - name: lines
    feeds: lines
    csv: {path: ../l.csv.gz, separator: tab}
    columns: {order_id: o, product: p, session_start_date: d, price: pr, quantity: q}
    dimensions: {country: Country, device: device}
    dates: {format: "%d.%m.%Y %H:%M", time_zone: Europe/Berlin, in_gap: shift, in_overlap: latest}
    returns: {order_prefix: C, negative_quantity: true}
    skip: [{column: p, equals: POST}, {column: pr, not_positive: true}]
  - name: crm
    feeds: customers
    csv: {path: /data/c.csv}
    key: [id]
    columns: {client: id}
    actions: [trial]
    dimensions: [country]
)");
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  const SourceConfig& lines = loaded.config->sources[0];
  EXPECT_EQ(lines.feeds, FeedKind::kLines);
  EXPECT_EQ(lines.line, 3);
  EXPECT_EQ(lines.csv.path, "/etc/l.csv.gz");
  EXPECT_EQ(lines.csv.separator, "tab");
  EXPECT_EQ(lines.columns[1], (std::pair<std::string, std::string>{"product", "p"}));
  EXPECT_EQ(lines.dimensions[0], (std::pair<std::string, std::string>{"country", "Country"}));
  EXPECT_EQ(lines.dates.in_overlap, "latest");
  EXPECT_EQ(lines.returns.order_prefix, "C");
  EXPECT_TRUE(lines.returns.negative_quantity);
  EXPECT_EQ(lines.skip[0].equals, "POST");
  EXPECT_TRUE(lines.skip[1].not_positive);
  EXPECT_EQ(loaded.config->sources[1].csv.path, "/data/c.csv");
  EXPECT_THAT(loaded.config->DimensionNames(), ElementsAre("country", "device"));
  EXPECT_THAT(loaded.config->CustomerDimensionNames(), ElementsAre("country"));
  EXPECT_THAT(loaded.config->CustomerActionNames(), ElementsAre("trial"));
  EXPECT_THAT(loaded.config->ActionNames(),
              ElementsAre("has_sessions", "has_basket", "order_screen", "purchased"));
}

TEST(ConfigTest, OrdersActionsAsSourcesFirstNameThem) {
  const LoadedConfig loaded = Parse(R"(
sources:
  - {name: a, feeds: sessions, csv: {path: a}, key: [k], orders_only: true,
     columns: {session_start_date: s}, actions: [zoom, has_basket], dimensions: [b, a]}
  - {name: b, feeds: sessions, csv: {path: b}, key: [k], orders_only: true,
     columns: {session_start_date: s}, actions: {chat: c, zoom: z}, dimensions: [c, a]}
)");
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  EXPECT_THAT(
      loaded.config->ActionNames(),
      ElementsAre("has_sessions", "has_basket", "order_screen", "purchased", "zoom", "chat"));
  EXPECT_THAT(loaded.config->DimensionNames(), ElementsAre("b", "a", "c"));
}

TEST(ConfigTest, KeepsAnalysesAsWrittenInFileOrder) {
  const LoadedConfig loaded =
      Parse("analyses:\n  rfm:\n  stats:\n    - {}\n    - {variant: clean, where: {x: true}}\n" +
            std::string(kSource));
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  EXPECT_FALSE(loaded.config->all_analyses);
  const auto& analyses = loaded.config->analyses;
  ASSERT_EQ(analyses.size(), 3U);
  EXPECT_EQ(analyses[0].name, "rfm");
  EXPECT_EQ(analyses[1].name, "stats");
  EXPECT_EQ(analyses[1].variant, "");
  EXPECT_EQ(analyses[2].variant, "clean");
  EXPECT_EQ(analyses[2].options.Find("where")->Find("x")->path, "analyses.stats[1].where.x");
}

TEST(ConfigTest, RefusesVariantsThatAreNotApart) {
  EXPECT_THAT(FindingsOf("analyses: {stats: [{}, {}]}\n"),
              HasSubstr("f:1:24: analyses.stats[1]: several entries of one analysis need each"));
  EXPECT_THAT(FindingsOf("analyses: {stats: [{variant: a}, {variant: a}]}\n"),
              HasSubstr("the variant \"a\" stands here a second time"));
  EXPECT_THAT(FindingsOf("analyses: {stats: {variant: A b}}\n"), HasSubstr("a variant is"));
  EXPECT_THAT(FindingsOf("analyses: {stats: true}\n"), HasSubstr("expected a map of options"));
  EXPECT_THAT(FindingsOf("analyses: {stats: []}\n"), HasSubstr("found an empty list"));
  EXPECT_THAT(FindingsOf("analyses: {stats: [5]}\n"), HasSubstr("expected a map of options"));
  EXPECT_THAT(FindingsOf("analyses: [stats]\n"), HasSubstr("expected a map of analyses"));
}

TEST(ConfigTest, DecodesJobs) {
  const LoadedConfig loaded = Parse(
      "analyses: {rfm: {}}\nschedule:\n  - {name: a, every: 90s, load: [web]}\n"
      "  - {name: b, every: 1d, load: all, analyse: [rfm], dimensions: all}\n" +
      std::string(kSource));
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  const auto& jobs = loaded.config->schedule;
  EXPECT_EQ(jobs[0].every_seconds, 90);
  EXPECT_THAT(jobs[0].load, ElementsAre("web"));
  EXPECT_FALSE(jobs[0].load_all);
  EXPECT_FALSE(jobs[0].analyse_all);
  EXPECT_FALSE(jobs[0].all_dimensions);
  EXPECT_TRUE(jobs[1].load_all);
  EXPECT_THAT(jobs[1].analyse, ElementsAre("rfm"));
  EXPECT_TRUE(jobs[1].all_dimensions);
}

TEST(ConfigTest, RefusesHostsThatAreNoBaseAddresses) {
  for (const auto& [host, message] : {std::pair{"es:9200", "expected http://host:port"},
                                      {"ftp://es", "expected http://host:port"},
                                      {"http://es:9200/", "without a path"},
                                      {"http://es/x", "without a path"},
                                      {"http://es?x", "without a path"},
                                      {"http://", "host name is not valid"},
                                      {"http://a b", "host name is not valid"},
                                      {"http://[zz]", "host name is not valid"},
                                      {"http://es:0", "the port must be"},
                                      {"http://es:65536", "the port must be"},
                                      {"http://es:", "the port must be"},
                                      {"http://u:hunter2@es", "credentials must not stand"}}) {
    const std::string findings =
        FindingsOf("elasticsearch: {hosts: [\"" + std::string(host) + "\"]}\n");
    EXPECT_THAT(findings, HasSubstr("f:1:25: elasticsearch.hosts[0]: ")) << host;
    EXPECT_THAT(findings, HasSubstr(message)) << host;
    EXPECT_THAT(findings, ::testing::Not(HasSubstr("hunter2")));
  }
  EXPECT_THAT(FindingsOf("elasticsearch: {hosts: []}\n"), HasSubstr("name at least one host"));
}

TEST(ConfigTest, WarnsOfCredentialsInClearText) {
  const auto parse = [](const std::string& host) {
    return ParseConfig("elasticsearch: {hosts: [\"" + host +
                           "\"], auth: {api_key: {env: CARTWRIGHT_API_KEY}}}\n" +
                           std::string(kSource),
                       "f", AnySecrets());
  };
  EXPECT_THAT(Findings(parse("http://es.example")), HasSubstr("warning: elasticsearch.auth"));
  EXPECT_TRUE(parse("http://es.example").config.has_value());
  EXPECT_EQ(Findings(parse("https://es.example")), "");
  EXPECT_EQ(Findings(parse("http://127.0.0.1:9200")), "");
}

TEST(ConfigTest, CollectsFindingsOfAllSectionsInFileOrder) {
  const LoadedConfig loaded =
      Parse("limits: {max_set_aside_share: 2}\nshp: {}\nshop: {currency: XXX}\nsources:\n  - {}\n");
  EXPECT_FALSE(loaded.config.has_value());
  EXPECT_TRUE(loaded.effective.empty());
  EXPECT_THAT(Findings(loaded),
              ::testing::ContainsRegex("f:1:31: limits(.|\n)*f:2:1: shp: unknown key \"shp\"; did "
                                       "you mean \"shop\"(.|\n)*f:3:18: shop.currency(.|\n)*f:5"));
}

TEST(ConfigTest, SurvivesAnyTextCutAnywhere) {
  const std::string full = ReadText("configs/full.yaml");
  ASSERT_FALSE(full.empty());
  for (std::size_t length = 0; length < full.size(); length += 37) {
    const LoadedConfig loaded =
        ParseConfig(std::string_view(full).substr(0, length), "f", AnySecrets());
    EXPECT_TRUE(loaded.config.has_value() || !loaded.findings.empty()) << length;
  }
}

TEST(LoadConfigTest, GivesAllFindingsInOneError) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "bad_config.yaml";
  std::ofstream(path) << "shop: {nam: x}\nsources: 5\n";
  const auto loaded = LoadConfig(path.string(), FixedSecrets{});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().kind, ErrorKind::kConfig);
  EXPECT_EQ(loaded.error().message,
            path.string() + ":1:8: shop.nam: unknown key \"nam\"; did you mean \"name\"?\n" +
                path.string() +
                ":2:10: sources: expected a list of sources, found \"5\"; begin each with "
                "\"- name:\"");
  std::filesystem::remove(path);
}

TEST(LoadConfigTest, RefusesWhatIsNoFile) {
  for (const char* file : {"configs/no_such.yaml", "configs"}) {
    const auto loaded = LoadConfig(file, FixedSecrets{});
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().kind, ErrorKind::kConfig);
    EXPECT_THAT(loaded.error().message, HasSubstr(file));
  }
}

TEST(ConfigFilesTest, EveryFileLoadsWithoutAFinding) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("configs")) {
    if (entry.path().extension() == ".yaml") {
      ++files;
      const auto loaded = LoadConfig(entry.path().string(), AnySecrets());
      ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
      EXPECT_EQ(Findings(*loaded), "") << entry.path();
    }
  }
  EXPECT_GE(files, 5);
}

TEST(ConfigFilesTest, ExamplesReadDataThatIsThere) {
  const char* set = std::getenv("CARTWRIGHT_DATA");
  if (!std::filesystem::exists(set != nullptr ? set : "../shared/data")) {
    GTEST_SKIP() << "no data folder; set CARTWRIGHT_DATA";
  }
  if (set != nullptr && !std::filesystem::equivalent(set, "../shared/data")) {
    GTEST_SKIP() << "the examples read ../shared/data beside the project";
  }
  for (const auto& entry : std::filesystem::directory_iterator("configs/examples")) {
    const auto loaded = LoadConfig(entry.path().string(), AnySecrets());
    ASSERT_TRUE(loaded.has_value());
    for (const SourceConfig& source : loaded->config->sources) {
      EXPECT_TRUE(std::filesystem::exists(source.csv.path)) << source.csv.path;
    }
  }
}

// Adds the paths of all keys below `node` as DescribeAllKeys writes them, without the names that a
// shop chooses.
void CollectKeys(const ConfigNode& node, const std::string& path, std::set<std::string>& keys) {
  static const std::set<std::string> kChosen{"columns", "actions", "settings", "analyses"};
  for (const ConfigNode& item : node.items) {
    CollectKeys(item, path + "[]", keys);
  }
  for (const auto& [name, value] : node.members) {
    const std::string child = path.empty() ? name : path + "." + name;
    keys.insert(child);
    const bool secret = path == "elasticsearch.auth";
    if (!kChosen.contains(name) && child != "sources[].dimensions" && !secret) {
      CollectKeys(value, child, keys);
    }
  }
}

TEST(ConfigFilesTest, FullHasEveryKeyWithItsSentence) {
  const std::string text = ReadText("configs/full.yaml");
  std::set<std::string> written;
  CollectKeys(ParseYaml(text).root, "", written);
  // These exclude another key, so that they stand in a comment.
  for (const auto& [section, alternative] :
       {std::pair{"auth", "username"}, {"auth", "password"}, {"tls", "fingerprint"}}) {
    ASSERT_THAT(text, HasSubstr(std::string("    # ") + alternative + ": "));
    written.insert(std::string("elasticsearch.") + section + "." + alternative);
  }
  std::set<std::string> known;
  for (const KeyDescription& key : DescribeAllKeys()) {
    known.insert(key.path);
    EXPECT_THAT(text, HasSubstr(std::string(key.sentence))) << key.path;
  }
  EXPECT_EQ(written, known);
}

TEST(ConfigFilesTest, FullMapsEveryRecordField) {
  const auto loaded = LoadConfig("configs/full.yaml", AnySecrets());
  ASSERT_TRUE(loaded.has_value());
  for (const SourceConfig& source : loaded->config->sources) {
    std::vector<std::string> fields;
    for (const auto& [field, column] : source.columns) {
      fields.push_back(field);
    }
    EXPECT_THAT(fields, ::testing::UnorderedElementsAreArray(RecordFields(source.feeds)));
  }
}

}  // namespace
}  // namespace cartwright
