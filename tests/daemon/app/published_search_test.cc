#include "daemon/app/published_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A folder as once --offline writes it; gone when the test ends.
class PublishedSearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    std::ofstream rows(folder_ + "/report-rows.ndjson");
    for (const char* product : {"p_1", "p_10", "xp_1", "q_1"}) {
      rows << R"({"report_name":"product_analytic","type":"product_kpis","product":")" << product
           << R"(","orders":3})" << "\n";
    }
    rows << R"({"report_name":"product_analytic","type":"product_kpis","variant":"clean",)"
            R"("product":"p_1","orders":1})"
            "\n"
            R"({"report_name":"product_analytic","type":"product_kpis",)"
            R"("report_dimension_name":"city","product":"p_1","orders":1})"
            "\n"
            R"({"report_name":"product_analytic","type":"most_ordered_products","product":"p_1"})"
            "\n"
            R"({"report_name":"promotion_analytic","type":"promotion_kpis","promotion":"up_1"})"
            "\n"
            R"({"report_name":"stats","type":"dimension_kpis","dimension":"city",)"
            R"("dimension_item":"p_1 town","orders":2})"
            "\n";
    std::ofstream(folder_ + "/customer-values.ndjson")
        << R"({"client":"p_1","frequency":4,"segment":"Loyal"})"
           "\n"
           R"({"client":"other","frequency":9})"
           "\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> Find(const SearchRequest& request) {
    const Result<SearchResult> result = SearchFiles(folder_, request);
    EXPECT_TRUE(result) << result.error().message;
    std::vector<std::string> texts;
    for (const SearchHit& hit : result ? result->hits : std::vector<SearchHit>{}) {
      texts.push_back(std::string(SearchTargets()[static_cast<std::size_t>(hit.kind)].name) + " " +
                      hit.name + " " + std::string(SearchMatchName(hit.match)));
    }
    return texts;
  }

  const std::string folder_ =
      ::testing::TempDir() + "published-search-" + std::to_string(::getpid());
};

TEST_F(PublishedSearchTest, FindsEveryKindInTheFilesOfTheWholeShop) {
  EXPECT_THAT(Find({.text = "p_1"}),
              ElementsAre("product p_1 exact", "product p_10 prefix", "product xp_1 substring",
                          "product q_1 typo", "customer p_1 exact", "promotion up_1 substring",
                          "dimension_value p_1 town prefix"));
  EXPECT_THAT(Find({.text = "p_1", .kind = SearchKind::kCustomer}),
              ElementsAre("customer p_1 exact"));
  EXPECT_THAT(Find({.text = "nowhere"}), IsEmpty());
}

TEST_F(PublishedSearchTest, CountsWhatTheLimitLeavesOut) {
  const Result<SearchResult> result =
      SearchFiles(folder_ + "/reports.ndjson", {.text = "p_1", .limit = 1});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->hits.size(), 4U);
  EXPECT_THAT(result->found, ElementsAre(4, 1, 1, 1));
  EXPECT_EQ(result->hits[1].figures, R"({"frequency":4,"segment":"Loyal"})");
}

TEST_F(PublishedSearchTest, SaysWhatAFolderMustHold) {
  const Result<SearchResult> result = SearchFiles(folder_ + "/none/", {.text = "p"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(result.error().message, HasSubstr("none/report-rows.ndjson: --from takes"));
}

}  // namespace
}  // namespace cartwright
