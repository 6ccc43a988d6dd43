// One pass over a small shop on a real node: what it writes, keeps and leaves alone.

#include <gmock/gmock.h>

#include "daemon/app/index_plan.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kConfig = R"(
shop: {name: Test, currency: EUR, time_zone: Europe/Berlin, as_of: latest_record}
sources:
  - name: sessions
    feeds: sessions
    csv: {path: sessions.csv}
    key: [id]
    columns:
      client: client
      session_start_date: start
      has_purchased: bought
      payment_amount: amount
)";

class PassTest : public RealShopTest {
 protected:
  Shop OpenSmall(const std::string& as_of = "") {
    WriteFile("sessions.csv",
              "id,client,start,bought,amount\n1,a,2024-01-01T10:00:00Z,yes,1.50\n"
              "2,b,2024-01-02T10:00:00Z,no,\n3,a,2024-01-03T10:00:00Z,yes,2.50\n");
    return Open(WriteFile("shop.yaml", kConfig), as_of);
  }
};

TEST_F(PassTest, DocumentsThatElasticsearchRejectsAreDeadLettersAndTheBooksBalance) {
  const Shop shop = OpenSmall();
  std::vector<std::string> created;
  ASSERT_TRUE(EnsureIndices(shop, *transport_, SystemClock().Now(), created));
  // A pipeline that does not exist refuses every document, and no check of ours looks at it.
  IndexAdmin admin(*transport_);
  ASSERT_TRUE(
      admin.PutSettings(prefix_ + "orders", R"({"index.final_pipeline":"no-such-pipeline"})"));
  const Receipt receipt = Run(shop);
  EXPECT_TRUE(receipt.books.closed);
  EXPECT_EQ(receipt.books.sources[0].used, 0);
  EXPECT_EQ(receipt.books.sources[0].set_aside, 3);
  EXPECT_EQ(receipt.books.indices[0].rejected, 3);
  EXPECT_EQ(Count(shop, "orders"), 0);
  auto state = StateStore::Open(shop.config.state.directory);
  ASSERT_TRUE(state);
  const auto letters = state->DeadLetters({{}, receipt.run_id, "", "", false}, 10);
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 3U);
  EXPECT_EQ(letters->front().code, "rejected_by_elasticsearch");
  EXPECT_EQ(letters->front().line, 2U);
  EXPECT_THAT(letters->front().reason, HasSubstr("no-such-pipeline"));
}

TEST_F(PassTest, ALookBackWritesHistoryOnly) {
  const Shop shop = OpenSmall();
  Run(shop);
  const auto latest = Documents(shop, "report-rows-latest");
  const auto values = Documents(shop, "customer-values");
  const std::int64_t history = Count(shop, "report-rows-history");
  const Shop back = OpenSmall("2024-01-01");
  Run(back, {.load = false});
  EXPECT_EQ(Documents(shop, "report-rows-latest"), latest);
  EXPECT_EQ(Documents(shop, "customer-values"), values);
  EXPECT_GT(Count(shop, "report-rows-history"), history);
}

TEST_F(PassTest, SomeAnalysesStillWriteWholeCustomerValues) {
  const Shop shop = OpenSmall();
  Run(shop);
  const auto whole = Documents(shop, "customer-values");
  ASSERT_EQ(whole.size(), 1U);
  Run(shop, {.load = false, .analyses = {"clv"}});
  EXPECT_EQ(Documents(shop, "customer-values"), whole);
  ASSERT_TRUE(
      IndexAdmin(*transport_)
          .DeleteIndex(
              IndexAdmin(*transport_).AliasTargets(shop.Alias("customer-values"))->front()));
  Run(shop, {.load = false, .analyses = {"clv"}});
  EXPECT_EQ(Documents(shop, "customer-values"), whole) << "written, not only left alone";
  Run(shop, {.load = false, .analyses = {"stats"}});
  EXPECT_EQ(Documents(shop, "customer-values"), whole);
}

}  // namespace
}  // namespace cartwright
