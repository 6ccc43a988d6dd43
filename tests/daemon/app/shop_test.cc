#include "daemon/app/shop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/app/analysis_run.h"
#include "tests/support/temporary_file.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Every reference has a value, so that only the configuration itself is judged.
class AnySecret final : public SecretSource {
 public:
  std::optional<std::string> Environment(std::string_view) const override { return "secret"; }
  Result<std::string> File(std::string_view) const override { return std::string("secret"); }
};

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> Names(const AnalysisPlan& plan) {
  std::vector<std::string> names;
  for (const AnalysisConfig& analysis : plan.analyses) {
    names.push_back(analysis.name);
  }
  return names;
}

TEST(ShopTest, EveryConfigurationOfTheTreeIsValidWithTheOptionsOfItsAnalyses) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("configs")) {
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    ++files;
    const std::string file = entry.path().string();
    const LoadedConfig loaded = CheckConfiguration(ReadAll(entry.path()), file, AnySecret());
    EXPECT_TRUE(loaded.config.has_value()) << file;
    for (const ConfigFinding& finding : loaded.findings) {
      EXPECT_TRUE(finding.is_warning) << finding.Format(file);
    }
  }
  EXPECT_GE(files, 5);
}

TEST(ShopTest, WrongOptionsOfAnAnalysisAreFindingsWithTheirPlaceAndTheNearestName) {
  const std::string text =
      ReadAll("configs/minimal.yaml") + "\nanalyses:\n  funel: {}\n  clv: {horizon_month: 3}\n";
  const LoadedConfig loaded = CheckConfiguration(text, "shop.yaml", AnySecret());
  EXPECT_FALSE(loaded.config.has_value());
  std::string all;
  for (const ConfigFinding& finding : loaded.findings) {
    all += finding.Format("shop.yaml") + "\n";
  }
  EXPECT_THAT(all, HasSubstr("funnel"));
  EXPECT_THAT(all, HasSubstr("horizon_months"));
  EXPECT_THAT(all, HasSubstr("analyses.clv.horizon_month"));
}

TEST(ShopTest, ReadsCredentialsAnewFromTheirReferences) {
  const TemporaryFile key("renewed\n", ".key");
  Shop shop;
  shop.config.elasticsearch.api_key = Secret("old", {"file", key.path()});
  shop.config.elasticsearch.username = "shop";
  const ElasticOptions options = shop.Elastic("run");
  EXPECT_EQ(options.api_key, "old");
  const auto fresh = options.reread_credentials();
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(fresh->api_key, "renewed");
  EXPECT_EQ(fresh->username, "shop");
  EXPECT_EQ(fresh->password, "");
}

TEST(ShopTest, HandsTheElasticsearchSectionOn) {
  Shop shop;
  EXPECT_EQ(shop.Elastic("run").compression, Compression::kAuto);
  shop.config.elasticsearch.compression = "on";
  shop.config.elasticsearch.idle_timeout_seconds = 7;
  shop.config.elasticsearch.fingerprint = "ab";
  shop.config.elasticsearch.bulk_memory_bytes = 5'000'000;
  shop.config.elasticsearch.bulk_linger_milliseconds = 20;
  shop.config.limits.max_rejected_in_a_row = 3;
  EXPECT_EQ(shop.Elastic("run").compression, Compression::kOn);
  EXPECT_EQ(shop.Elastic("run").idle_timeout, std::chrono::seconds(7));
  EXPECT_EQ(shop.Elastic("run").certificate_fingerprint, "ab");
  EXPECT_EQ(shop.Bulk().memory_bytes, 5'000'000U);
  EXPECT_EQ(shop.Bulk().linger, std::chrono::milliseconds(20));
  EXPECT_EQ(shop.Bulk().max_rejected_in_a_row, 3);
}

TEST(ShopTest, AsOfIsNowTheEndOfADayOrJustAfterTheLatestRecord) {
  Shop shop;
  shop.zone = TimeZone::Find("Europe/Berlin").value();
  EXPECT_EQ(shop.Calendar(123, 50).as_of, 123);
  shop.config.shop.as_of = "latest_record";
  EXPECT_EQ(shop.Calendar(123, 50).as_of, 51);
  EXPECT_EQ(shop.Calendar(123, std::nullopt).as_of, 123) << "an empty shop has no latest record";
  shop.config.shop.as_of = "2024-03-31";
  EXPECT_EQ(FormatInstant(shop.Calendar(0, 0).as_of), "2024-03-31T22:00:00.000Z");
  EXPECT_EQ(FormatDay(shop.Calendar(0, 0).AsOfDay()), "2024-03-31");
}

TEST(AnalysisRunTest, RunsWhatIsConfiguredOrNamedInTheOrderOfTheRegistry) {
  Config config;
  config.all_analyses = true;
  EXPECT_THAT(Names(*PlanAnalyses(config, {}, false)),
              ElementsAre("data_overview", "stats", "funnel", "cohort", "retention", "lifecycle",
                          "rfm", "segmentation", "churn", "clv", "product_analytic",
                          "promotion_analytic", "cart"));
  config.all_analyses = false;
  config.analyses = {{"clv", "", {}}, {"stats", "", {}}, {"stats", "clean", {}}};
  EXPECT_THAT(Names(*PlanAnalyses(config, {}, false)), ElementsAre("stats", "stats", "clv"));
  EXPECT_THAT(Names(*PlanAnalyses(config, {"rfm"}, false)), ElementsAre("rfm"));
  const auto unknown = PlanAnalyses(config, {"rfn"}, false);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace cartwright
